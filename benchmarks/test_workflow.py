"""The workflow itself: every rule on small settings, a run with nothing to do, a dry run."""

import re
import shutil
from pathlib import Path

import pytest

from benchmarks import full_run
from benchmarks.checkout import RESULTS, TINY, checkout, snakemake
from benchmarks.measure import children_cpu
from benchmarks.problems import ROOT, experiments
from benchmarks.sizes import SIZES

pytestmark = pytest.mark.skipif(not SIZES.workflow, reason="takes minutes")
CORES = 2
ARGUMENTS = ("--cores", str(CORES), *TINY)
# Of the default run; the small one has most of them, and `make demo` two.
ALL = ("--config", f"experiments=[{','.join(experiments())}]")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A checkout in which the tests below run one after another; nothing is compiled yet."""
    made = tmp_path_factory.mktemp("workflow")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(made / "cache"))
        yield checkout(made / "copy")


def measure_run(measure, folder: Path, stage: str, *more: str, **how) -> str:
    """Time a run of Snakemake; return what it wrote."""
    return measure(
        lambda: snakemake(folder, *ARGUMENTS, *more),
        stage=stage,
        kind="project",
        label=f"{CORES} cores",
        work=1,
        unit="runs",
        cpu=children_cpu,
        **how,
    )


def test_dry_run(measure, folder):
    text = measure_run(measure, folder, "dry_run", "--dry-run", *ALL, rounds=5)
    measure.note(work=float(n_jobs(text)), unit="jobs")


@pytest.mark.parametrize("stage", ["run_first", "run_all"])
def test_all_rules(measure, folder, stage):
    """Twice: functions are compiled in the first run."""
    shutil.rmtree(folder / RESULTS, ignore_errors=True)
    text = measure_run(measure, folder, stage, *demo(), rounds=1, warm_up=False)
    jobs = full_run.read_jobs(folder / RESULTS)
    seconds = float(jobs["seconds"].sum()) / CORES
    measure.note(work=float(n_jobs(text)), unit="jobs", jobs_seconds=seconds)


def test_nothing_to_do(measure, folder):
    """The first call, which is not counted, makes the other experiments."""
    measure_run(measure, folder, "run_nothing", rounds=5)
    assert "Nothing to be done" in snakemake(folder, *ARGUMENTS)
    measure.note(work=float(len(full_run.read_jobs(folder / RESULTS))), unit="jobs")


def demo() -> tuple[str, str]:
    """Return what `make demo` sets."""
    found = re.search(r"--config '(experiments=[^']+)'", (ROOT / "Makefile").read_text())
    assert found
    return "--config", found[1]


def n_jobs(text: str) -> int:
    """Return the number of jobs that Snakemake lists."""
    found = re.search(r"^total\s+(\d+)", text, flags=re.MULTILINE)
    assert found, text[-2000:]
    return int(found[1])
