"""After a change exactly the stages that depend on it run again: the table of changes.

What depends on what is read from the records of the run, which say of every file what it was made
of: modules, settings, inputs. Snakemake's dry run after the change must announce just those jobs.
"""

import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.workflow.runs import RESULTS, TINY, jobs, snakemake

pytestmark = pytest.mark.workflow

Job = dict
# These have all settings of the run among their own.
EVERYTHING = {"summary", "report", "manifest"}


@dataclass(frozen=True)
class Change:
    """A change, and the jobs that it concerns directly; those downstream follow from them."""

    what: str
    concerns: Callable[[Job], bool]
    edit: tuple[str, str, str] | None = None  # file, old text, new text
    config: list[str] = field(default_factory=list)


def made_of(module: str) -> Callable[[Job], bool]:
    return lambda job: f"src/trnn/{module}" in job["code"]


def of(experiment: str, *rules: str, **wildcards: str) -> Callable[[Job], bool]:
    def concerns(job: Job) -> bool:
        own = job["params"].get("experiment") or {}
        right = job["rule"] in rules and own.get("name") == experiment
        right &= wildcards.items() <= job["wildcards"].items()
        return right or job["rule"] in EVERYTHING

    return concerns


def reads(file: str) -> Callable[[Job], bool]:
    return lambda job: f"./{file}" in job["inputs"] or file in job["inputs"]


def config(text: str) -> list[str]:
    return ["--config", f"overrides={text}"]


COMMENT = "\n# changed\n"
CHANGES = [
    Change(
        "a setting of one estimator",
        of("gershman", "estimate_bayes"),
        config=config("{gershman: {estimators: {bayes: {n_particles: 300}}}}"),
    ),
    Change(
        "a setting of the t-RNN's training",
        # A variant has the settings of its base but for what it changes.
        of("gershman", "train"),
        config=config("{gershman: {estimators: {trnn: {training: {gradient_clip: 0.9}}}}}"),
    ),
    Change(
        "a setting of the d-RNN",
        of("dezfouli", "train_drnn"),
        config=config("{dezfouli: {estimators: {drnn: {n_epochs: 6}}}}"),
    ),
    Change(
        "a setting of maximum likelihood",
        of("artificial", "fit_mle", "fit_recovery"),
        config=config("{artificial: {estimators: {mle: {n_starts: 2}}}}"),
    ),
    Change(
        "how many agents are tested",
        of("artificial", "simulate", "fit_recovery", split="test"),
        config=config("{artificial: {test: {n_agents: 5}}}"),
    ),
    Change(
        "permutations of cluster tests",
        lambda job: job["rule"] in {"courses", "report", "manifest"},
        config=["--config", "permutations=150"],
    ),
    Change(
        "the filter's module",
        made_of("particle_filter.py"),
        ("src/trnn/estimators/filter/particle_filter.py", "", COMMENT),
    ),
    Change(
        "the likelihood's module",
        made_of("likelihood.py"),
        ("src/trnn/theory/likelihood.py", "", COMMENT),
    ),
    Change(
        "the t-RNN's training",
        made_of("rnn/train.py"),
        ("src/trnn/estimators/trnn/train.py", "", COMMENT),
    ),
    Change(
        "a figure's module",
        made_of("figures/trajectories.py"),
        ("src/trnn/figures/trajectories.py", "", COMMENT),
    ),
    Change(
        "the types of the settings", lambda job: False, ("src/trnn/config/drnn.py", "", COMMENT)
    ),
    Change(
        "a default of the d-RNN",
        lambda job: job["rule"] == "train_drnn" or job["rule"] in EVERYTHING,
        (
            "src/trnn/config/drnn.py",
            "hidden_units: Count = Field(10,",
            "hidden_units: Count = Field(9,",
        ),
    ),
    Change(
        "a script of a stage",
        lambda job: job["rule"] == "infer",
        ("workflow/scripts/infer.py", "", COMMENT),
    ),
    Change(
        "the people's file",
        reads("raw/gershman"),
        (f"{RESULTS}/raw/gershman", "", "99,1,1,2,3,1,4,\n"),
    ),
    Change(
        "the published numbers",
        reads("config/published.yaml"),
        ("config/published.yaml", "", COMMENT),
    ),
    Change(
        "the registry of data", reads("config/datasets.yaml"), ("config/datasets.yaml", "", COMMENT)
    ),
    Change(
        "the README of a profile", lambda job: False, ("profiles/default/config.yaml", "", COMMENT)
    ),
]


@pytest.mark.parametrize("change", CHANGES, ids=[change.what for change in CHANGES])
def test_exactly_what_depends_on_a_change_runs_again(tiny, tmp_path, change):
    folder = tmp_path / "changed"
    shutil.copytree(tiny, folder, symlinks=True)
    if change.edit is not None:
        file, old, new = change.edit
        text = (folder / file).read_text()
        assert old in text
        (folder / file).write_text(text.replace(old, new) if old else text + new)
    result = snakemake(folder, "--cores", "2", "--dry-run", *TINY, *change.config)
    said = result.stdout + result.stderr
    assert result.returncode == 0, said
    announced = {name: files for name, files in jobs(said).items() if name != "all"}
    wanted = downstream(folder, change.concerns)
    files = {file for job in announced.values() for file in job}
    assert files == {f"{RESULTS}/{name}" for name in wanted}, said[-3000:]
    print(f"{change.what}: {', '.join(sorted(announced)) or 'nothing'}")


def downstream(folder: Path, concerns: Callable[[Job], bool]) -> set[str]:
    """Return the files of the jobs that are concerned, and of all that are made of them."""
    records = [
        json.loads(path.read_text()) for path in (folder / RESULTS / "provenance").rglob("*.json")
    ]
    assert len(records) > 200
    found = {r["file"] for r in records if concerns(r["job"])}
    while True:
        more = {r["file"] for r in records if found & set(r["job"]["inputs"])}
        if more <= found:
            return found
        found |= more
