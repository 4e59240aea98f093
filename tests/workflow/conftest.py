"""The finished tiny run, made once for all processes of the tests."""

import fcntl
from pathlib import Path

import pytest

from benchmarks.checkout import checkout
from tests.workflow.runs import TINY, snakemake


@pytest.fixture(scope="session")
def tiny(tmp_path_factory, worker_id) -> Path:
    """A checkout in which the tiny run has been made on two cores. It is not to be changed."""
    base = tmp_path_factory.getbasetemp()
    # Processes that run tests side by side have folders beside one another.
    shared = (base if worker_id == "master" else base.parent) / "tiny"
    done = shared.with_suffix(".done")
    with shared.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not done.exists():
            folder = checkout(shared)
            result = snakemake(folder, "--cores", "2", *TINY)
            assert result.returncode == 0, result.stdout + result.stderr
            done.touch()
    return shared
