"""Large configurations: the workflow's graph is built quickly, and jobs do not grow with people."""

from pathlib import Path

import pytest
import yaml

from benchmarks.checkout import checkout, snakemake
from benchmarks.scaling import copies, dry_run, read_jobs

pytestmark = pytest.mark.workflow
SECONDS = 20  # of the processor, Snakemake's start included


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    return checkout(tmp_path_factory.mktemp("scaling") / "copy")


def configured(folder: Path, subjects: int, seeds: int, **more) -> Path:
    """Write the settings of a run with so many people, agents and training seeds."""
    settings = {
        "data_source": "simulated",
        "stand_ins": {"per_group": subjects},
        "overrides": {
            "all": {
                "train": {"n_agents": subjects},
                "test": {"n_agents": subjects},
                "estimators": {"trnn": {"training": {"seeds": list(range(seeds))}}},
            }
        },
        **more,
    }
    path = folder / f"{subjects}_{seeds}.yaml"
    path.write_text(yaml.safe_dump(settings))
    return path


def jobs_of(folder: Path, settings: Path) -> dict:
    """Return what a dry run with the SLURM profile lists."""
    pytest.importorskip("snakemake_executor_plugin_slurm")
    profile = ("--profile", "profiles/slurm")
    return read_jobs(snakemake(folder, "--dry-run", *profile, "--configfile", str(settings)))


def test_the_graph_of_the_large_configuration_is_built_in_seconds(folder):
    assert dry_run(folder, configured(folder, subjects=10_000, seeds=50)) < SECONDS


def test_jobs_do_not_depend_on_the_number_of_subjects_or_agents(folder):
    few, many = (jobs_of(folder, configured(folder, n, seeds=1)) for n in (4, 1_000_000))
    assert few["jobs"] == many["jobs"] > 90
    assert few["slurm"] == many["slurm"]


def test_more_experiments_and_seeds_are_some_hundred_jobs_of_slurm(folder):
    of_seven = jobs_of(folder, configured(folder, subjects=4, seeds=50))["slurm"]
    # One a network: 7 networks of 50 seeds, and 10 variants of one seed.
    assert of_seven["train"] == 360
    assert sum(of_seven.values()) < 360 + 50
    names = copies(folder, ["gershman"], 20)
    of_many = jobs_of(folder, configured(folder, 4, seeds=2, experiments=names))["slurm"]
    assert of_many["train"] == 20 * (2 + 3)
    # Batches of 20 and of 10: the agents' four tables; of both populations the fits, and the
    # evidence of constant parameters, which needs no fit.
    assert of_many["agents"] == 20 * 4 / 20
    assert of_many["references"] == 20 * 4 / 10
