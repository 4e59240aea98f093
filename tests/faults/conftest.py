"""An undisturbed tiny run, and copies of it to be spoilt."""

import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest

from benchmarks.checkout import RESULTS, TINY, checkout
from tests.workflow.digests import digests
from tests.workflow.runs import snakemake


@dataclass(frozen=True)
class Reference:
    """A finished run: its folder, and the digests of its results."""

    folder: Path
    digests: dict[str, str]


@pytest.fixture(scope="session")
def reference(tmp_path_factory) -> Reference:
    """The tiny run, undisturbed."""
    folder = checkout(tmp_path_factory.mktemp("reference"))
    result = snakemake(folder, "--cores", "2", *TINY)
    assert result.returncode == 0, result.stdout + result.stderr
    return Reference(folder, digests(folder / RESULTS))


@pytest.fixture
def new_checkout(tmp_path):
    """A function that returns a checkout in which nothing has been run."""
    return lambda: checkout(tmp_path / "new")


@pytest.fixture
def finished(tmp_path, reference) -> Path:
    """A copy of the finished run."""
    folder = tmp_path / "finished"
    shutil.copytree(reference.folder, folder, symlinks=True)
    return folder
