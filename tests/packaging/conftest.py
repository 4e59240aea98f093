"""Wheel and sdist, built of a copy by the setuptools that is installed: without a network."""

import shutil
import subprocess
import sys
import tarfile
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from tests.anybody.made import trials
from tests.conftest import ROOT


def build(folder: Path, kind: str) -> Path:
    """Return the distribution that is built of the project in `folder`: "wheel" or "sdist"."""
    out = folder / "dist"
    code = f"from setuptools import build_meta; build_meta.build_{kind}({str(out)!r})"
    subprocess.run([sys.executable, "-c", code], cwd=folder, check=True, capture_output=True)
    (made,) = out.glob("*.whl" if kind == "wheel" else "*.tar.gz")
    return made


@pytest.fixture(scope="session")
def project(tmp_path_factory) -> Path:
    """A copy of what a distribution is built of."""
    copy = tmp_path_factory.mktemp("project")
    ignored = shutil.ignore_patterns("__pycache__", "*.egg-info")
    shutil.copytree(ROOT / "src", copy / "src", ignore=ignored)
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, copy)
    return copy


@pytest.fixture(scope="session")
def wheel(project) -> Path:
    return build(project, "wheel")


@pytest.fixture(scope="session")
def unpacked(project, tmp_path_factory) -> Path:
    """The folder that the sdist unpacks to."""
    folder = tmp_path_factory.mktemp("sdist")
    with tarfile.open(build(project, "sdist")) as archive:
        archive.extractall(folder, filter="data")
    (inner,) = folder.iterdir()
    return inner


@pytest.fixture(scope="session")
def people(tmp_path_factory) -> Path:
    """A CSV of 20 people with 400 trials each."""
    parts = [trials(i, n_blocks=4, n_trials=100).assign(subject=f"p{i:02}") for i in range(20)]
    frame = pd.concat(parts, ignore_index=True)
    assert len(frame) == 8000 and np.isin(frame["action"], (0, 1)).all()
    file = tmp_path_factory.mktemp("people") / "my.csv"
    frame.to_csv(file, index=False)
    return file
