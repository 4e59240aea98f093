"""Where compiled code is kept: the same for all copies of the same sources, another for others."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT

COMPILE = """
from trnn.compilation import FOLDER
from trnn.theory.compiled import check_model
from trnn.theory.models import get_model
check_model(get_model("{model}"))
print(FOLDER)
"""


def copy(folder: Path) -> Path:
    """Return the folder of a copy of the package."""
    shutil.copytree(ROOT / "src", folder, ignore=shutil.ignore_patterns("__pycache__"))
    return folder


def compiled(
    source: Path, cache: Path, model: str = "q_learning", **more: str
) -> tuple[Path, dict[str, int]]:
    """Compile a model's equations; return where, and the files that are kept, by their times."""
    environment = {**os.environ, "PYTHONPATH": str(source), "XDG_CACHE_HOME": str(cache), **more}
    done = subprocess.run(
        [sys.executable, "-c", COMPILE.format(model=model)],
        **{"env": environment, "capture_output": True, "text": True, "check": True},
    )
    folder = Path(done.stdout.strip())
    kept = {str(path): path.stat().st_mtime_ns for path in cache.rglob("*.nb[ci]")}
    return folder, kept


def test_copies_of_the_same_sources_share_what_is_compiled(tmp_path):
    one, two = (copy(tmp_path / name) for name in ("one", "two"))
    folder, kept = compiled(one, tmp_path / "cache")
    assert kept and all(name.startswith(str(folder)) for name in kept)
    assert compiled(two, tmp_path / "cache") == (folder, kept)


@pytest.mark.parametrize(
    ("file", "line"),
    [("theory/compiled.py", "_OTHER = 1"), ("theory/quantiles.py", "N_CELLS = 128")],
    ids=["a compiled module", "a constant that compiled modules use"],
)
def test_other_sources_are_compiled_elsewhere(tmp_path, file, line):
    one, other = (copy(tmp_path / name) for name in ("one", "other"))
    path = other / "trnn" / file
    path.write_text(f"{path.read_text()}\n{line}\n")
    first, _ = compiled(one, tmp_path / "cache")
    second, _ = compiled(other, tmp_path / "cache")
    assert first != second and second.is_relative_to(tmp_path / "cache")


def test_a_place_of_ones_own_has_a_folder_for_each_state_of_the_sources(tmp_path):
    own = tmp_path / "own"
    folder, kept = compiled(copy(tmp_path / "one"), own, NUMBA_CACHE_DIR=str(own / "numba"))
    assert folder.is_relative_to(own / "numba" / "trnn")
    assert kept and all(name.startswith(str(folder)) for name in kept)


def test_processes_that_compile_for_two_models_at_once_overwrite_nothing(tmp_path):
    source, cache = copy(tmp_path / "one"), tmp_path / "cache"
    folder, first = compiled(source, cache)
    # The second process has read the index before the first had written it.
    for index in folder.rglob("*.nbi"):
        index.unlink()
    _, both = compiled(source, cache, "hybrid_exploration")
    data = {name: time for name, time in first.items() if name.endswith(".nbc")}
    assert data and data.items() <= both.items()
    assert len(both) == 2 * len(data) + len(first) - len(data)


def test_without_a_place_everything_is_compiled_anew_and_that_is_said(tmp_path):
    (tmp_path / "file").touch()
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src"), "HOME": str(tmp_path / "file")}
    environment["XDG_CACHE_HOME"] = str(tmp_path / "file")
    done = subprocess.run(
        [sys.executable, "-c", COMPILE.format(model="q_learning")],
        **{"env": environment, "capture_output": True, "text": True, "check": True},
    )
    assert done.stdout.strip() == "None"
    assert "compiled loops cannot be kept" in done.stderr and "anew" in done.stderr
