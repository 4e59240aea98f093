"""What `pip install trnn` gives: `trnn estimate` with the library's own requirements alone."""

import os
import re
import subprocess
import sys
import tomllib
import zipfile
from email import message_from_bytes
from importlib.metadata import packages_distributions, requires
from pathlib import Path

import pandas as pd
import pytest
from packaging.requirements import Requirement

from tests.conftest import ROOT
from tests.packaging.conftest import build
from trnn.workflow.requirements import missing_packages

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]

LOCKED = ("workflow", "dev", "slurm")  # the extras that `make` installs

# As if nothing else were installed: what belongs to another distribution cannot be imported.
BLOCK = """\
import sys
ALLOWED = {allowed!r}
class Absent:
    def find_spec(self, name, path=None, target=None):
        top = name.partition(".")[0]
        if top in {known!r} and top not in ALLOWED:
            raise ModuleNotFoundError(f"No module named {{name!r}}", name=name)
sys.meta_path.insert(0, Absent())
"""


def canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def needed(entries: list[str]) -> set[str]:
    """Return the distributions that requirements need, and those that they need."""
    found: set[tuple[str, str]] = set()
    waiting = [Requirement(entry) for entry in entries]
    while waiting:
        requirement = waiting.pop()
        extras = requirement.extras or {""}
        name = canonical(requirement.name)
        new = {(name, extra) for extra in extras} - found
        found |= new
        for entry in (requires(name) or []) if new else []:
            inner = Requirement(entry)
            if not inner.marker or any(inner.marker.evaluate({"extra": e}) for e in extras):
                waiting.append(inner)
    return {name for name, _ in found}


@pytest.fixture()
def alone(tmp_path) -> dict[str, str]:
    """The environment of a Python that has the library's own requirements and no others."""
    allowed = needed(PROJECT["dependencies"])
    tops = {
        top: {canonical(name) for name in names} for top, names in packages_distributions().items()
    }
    own = {top for top, names in tops.items() if names & allowed}
    own |= {"trnn", "ger2024", "snakemake_logger_plugin_trnn"}
    text = BLOCK.format(allowed=own, known=set(tops))
    (tmp_path / "blocked").mkdir()
    (tmp_path / "blocked/sitecustomize.py").write_text(text)
    path = os.pathsep.join([str(tmp_path / "blocked"), str(ROOT / "src")])
    return {**os.environ, "PYTHONPATH": path, "PYTHONDONTWRITEBYTECODE": "1"}


def python(folder: Path, environment: dict[str, str], *arguments: str):
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def test_an_estimate_needs_the_librarys_own_requirements_alone(alone, people, tmp_path):
    folder = tmp_path / "empty"
    folder.mkdir()
    for absent in ("snakemake", "matplotlib", "mne", "statsmodels", "requests", "rocrate"):
        done = python(folder, alone, "-c", f"import {absent}")
        assert f"No module named '{absent}'" in done.stderr, absent
    # Two people, and few particles: what is imported is the same.
    pd.read_csv(people).query("subject < 'p02'").to_csv(folder / "my.csv", index=False)
    command = ("-m", "trnn.cli", "estimate", "my.csv")
    for method in (("--model", "q_learning", "--particles", "400"), ("--network", "artificial")):
        done = python(folder, alone, *command, *method)
        assert done.returncode == 0, done.stderr
        made = pd.read_csv(folder / "my_estimates.csv")
        assert made["alpha"].notna().all() and len(made) == 800
        assert (folder / "my_estimates.html").stat().st_size > 100_000
    for command in (("card",), ("card", "artificial"), ("schema", "run"), ("settings",)):
        done = python(folder, alone, "-m", "trnn.cli", *command)
        assert done.returncode == 0 and done.stdout, done.stderr
    parquet = ("estimate", "my.csv", "--model", "q_learning", "--particles", "400", "--no-page")
    done = python(folder, alone, "-m", "trnn.cli", *parquet, "--out", "my.parquet")
    assert done.returncode == 0, done.stderr
    done = python(folder, alone, "-m", "trnn.cli", "export", "my.parquet", "--to", "bids")
    assert done.returncode == 0, done.stderr
    done = python(folder, alone, "-m", "trnn.cli", "show", "my.parquet")
    assert done.returncode == 0, done.stderr


def test_an_estimate_from_python_imports_no_snakemake(tmp_path):
    code = "import sys, trnn; trnn.estimate; print(*sys.modules)"
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    done = python(tmp_path, environment, "-c", code)
    tops = {name.partition(".")[0] for name in done.stdout.split()}
    assert "numba" in tops  # it was imported
    assert not tops & {"snakemake", "snakemake_interface_common", "matplotlib", "mne", "rocrate"}


def test_the_wheel_states_extras_and_needs_no_snakemake(wheel):
    with zipfile.ZipFile(wheel) as archive:
        (name,) = [n for n in archive.namelist() if n.endswith(".dist-info/METADATA")]
        about = message_from_bytes(archive.read(name))
    assert set(about.get_all("Provides-Extra")) == {"workflow", "arviz", "dev", "docs", "slurm"}
    stated = [Requirement(entry) for entry in about.get_all("Requires-Dist")]
    plain = {canonical(r.name) for r in stated if r.marker is None}
    pipeline = {
        canonical(r.name) for r in stated if r.marker and r.marker.evaluate({"extra": "workflow"})
    }
    assert "snakemake" in pipeline and "numba" in plain and not plain & (pipeline - plain)
    assert "snakemake" not in needed([str(r) for r in stated if r.marker is None])


def test_the_sdist_gives_the_same_wheel(wheel, unpacked):
    with zipfile.ZipFile(wheel) as one, zipfile.ZipFile(build(unpacked, "wheel")) as other:
        assert sorted(one.namelist()) == sorted(other.namelist())
        for name in one.namelist():
            if not name.endswith("/RECORD"):
                assert one.read(name) == other.read(name), name


def test_the_pipeline_asks_for_its_extra_too(tmp_path):
    project = {
        "dependencies": ["numpy>=1", "no-such-package>=1"],
        "optional-dependencies": {"workflow": ["neither-this"], "docs": ["not-asked-for"]},
    }
    lines = [f"dependencies = {project['dependencies']}", "[project.optional-dependencies]"]
    lines += [f"{extra} = {names}" for extra, names in project["optional-dependencies"].items()]
    (tmp_path / "pyproject.toml").write_text("\n".join(["[project]", *lines]))
    assert missing_packages(tmp_path) == ["no-such-package", "neither-this"]


def test_the_lock_has_what_the_pipeline_needs():
    locked = {
        canonical(line.partition("==")[0])
        for line in (ROOT / "requirements.lock").read_text().splitlines()
    }
    for group in (PROJECT["dependencies"], *map(PROJECT["optional-dependencies"].get, LOCKED)):
        names = {canonical(Requirement(entry).name) for entry in group} - {"trnn"}
        assert names <= locked
