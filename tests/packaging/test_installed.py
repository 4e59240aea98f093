"""The wheel in an empty environment: `make test-package`, which needs a package registry."""

import os
import resource
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

pytestmark = pytest.mark.network

MOST = 30.0  # processor seconds of 20 people with 400 trials each and a network, imports included


@pytest.fixture(scope="module")
def environment(wheel, tmp_path_factory) -> Path:
    """The programs of an environment that has the wheel and what it requires."""
    folder = tmp_path_factory.mktemp("environment")
    subprocess.run([sys.executable, "-m", "venv", folder], check=True)
    pip = [folder / "bin/python", "-m", "pip", "install", "--quiet", wheel]
    subprocess.run(pip, check=True)
    return folder / "bin"


def estimate(programs: Path, folder: Path, table: Path, *more: str) -> float:
    """Estimate a table from an empty folder; return the processor seconds of all processes."""
    kept = {k: v for k, v in os.environ.items() if k not in ("PYTHONPATH", "VIRTUAL_ENV")}
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(
        [programs / "trnn", "estimate", table, *more],
        cwd=folder,
        env=kept | {"NUMBA_CACHE_DIR": str(folder.parent / "compiled")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def test_twenty_people_are_estimated_in_half_a_minute(environment, people, tmp_path):
    folder = tmp_path / "empty"
    folder.mkdir()
    first = estimate(environment, folder, people, "--network", "artificial")  # compiles
    again = estimate(environment, folder, people, "--network", "artificial")
    made = pd.read_csv(folder / "my_estimates.csv")
    assert len(made) == 8000 and made[["alpha", "beta"]].notna().all().all()
    assert (folder / "my_estimates.html").is_file()
    print(f"processor seconds: {first:.1f} with compilation, {again:.1f} without")
    assert again < MOST


def test_the_pipelines_packages_are_not_there(environment):
    for name in ("snakemake", "matplotlib", "mne", "statsmodels", "rocrate"):
        done = subprocess.run([environment / "python", "-c", f"import {name}"], check=False)
        assert done.returncode, name
