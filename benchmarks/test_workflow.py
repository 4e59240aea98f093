"""The workflow itself: every rule on small settings, a run with nothing to do, a dry run."""

import re
from pathlib import Path

import pytest

from benchmarks import full_run
from benchmarks.checkout import RESULTS, TINY, checkout, run, snakemake
from benchmarks.measure import children_cpu
from benchmarks.sizes import SIZES

pytestmark = pytest.mark.skipif(not SIZES.workflow, reason="takes minutes")
CORES = 2
EXPERIMENTS = ["artificial", "recovery_one", "gershman", "dezfouli", "recovery_three"]

FLOORS = {"start_snakemake": "snakemake.cli", "start_job": "trnn.estimators.mle.mle_stage"}


@pytest.fixture(scope="module")
def empty(tmp_path_factory) -> Path:
    """A checkout in which nothing has been run."""
    return checkout(tmp_path_factory.mktemp("workflow") / "empty")


@pytest.fixture(scope="module")
def finished(tmp_path_factory) -> Path:
    """A checkout in which the first test below runs everything."""
    return checkout(tmp_path_factory.mktemp("workflow") / "finished")


def test_all_rules(measure, finished):
    text = measure(
        lambda: snakemake(finished, "--cores", str(CORES), *TINY),
        stage="run_all",
        kind="project",
        label=f"every rule on small settings, {CORES} cores, once",
        work=1,
        unit="runs",
        rounds=1,
        warm_up=False,
        cpu=children_cpu,
    )
    jobs = full_run.read_jobs(finished / RESULTS)
    measure.note(
        work=float(n_jobs(text)),
        unit="jobs",
        jobs_seconds=float(jobs["seconds"].sum()) / CORES,
        jobs_peak_mb=float(jobs["peak_mb"].max()),
    )


def test_nothing_to_do(measure, finished):
    text = measure(
        lambda: snakemake(finished, "--cores", str(CORES), *TINY),
        stage="run_nothing",
        kind="project",
        label="a second run, with nothing to do",
        work=1,
        unit="runs",
        rounds=5,
        cpu=children_cpu,
    )
    assert "Nothing to be done" in text


def test_dry_run(measure, empty):
    text = measure(
        lambda: snakemake(empty, "--cores", str(CORES), "--dry-run", *TINY),
        stage="dry_run",
        kind="project",
        label="a dry run of everything",
        work=1,
        unit="runs",
        rounds=3,
        cpu=children_cpu,
    )
    measure.note(work=float(n_jobs(text)), unit="jobs")


@pytest.mark.parametrize("stage", FLOORS)
def test_floor(measure, empty, stage):
    """What no run, and no job of one, can do without."""
    what = FLOORS[stage]
    measure(
        lambda: run(empty, "-c", f"import {what}"),
        stage=stage,
        kind="plain",
        label=f"starting Python and importing {what}",
        work=1,
        unit="runs",
        rounds=3,
        cpu=children_cpu,
    )


@pytest.mark.parametrize("n", range(1, len(EXPERIMENTS)))
def test_scaling(measure, empty, n):
    chosen = f"experiments=[{','.join(EXPERIMENTS[:n])}]"
    arguments = ("--cores", "1", "--dry-run", *TINY, "--config", chosen)
    text = measure(
        lambda: snakemake(empty, *arguments),
        stage="dry_run",
        kind="scaling",
        label=f"a dry run of {n} experiments",
        work=1,
        unit="runs",
        axis="jobs",
        rounds=2,
        warm_up=False,
        cpu=children_cpu,
    )
    measure.note(work=float(n_jobs(text)), unit="jobs", size=float(n_jobs(text)))


def n_jobs(text: str) -> int:
    """Return the number of jobs that Snakemake lists."""
    found = re.search(r"^total\s+(\d+)", text, flags=re.MULTILINE)
    assert found, text[-2000:]
    return int(found[1])
