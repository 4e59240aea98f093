"""A copy of what a clone holds, in which Snakemake can run without touching this one."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from benchmarks.problems import ROOT

PARTS = ("Snakefile", "rules", "workflow", "src", "config", "envs", "profiles", "pyproject.toml")
TINY = ("--configfile", "config/tiny.yaml")
RESULTS = "results/tiny"


def checkout(folder: Path) -> Path:
    """Copy the workflow and the package into `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in PARTS:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, folder / name)
    return folder


def run(folder: Path, *command: str) -> str:
    """Run Python with `command` in `folder`; return what it wrote."""
    # Jobs have as many threads as their rules say.
    kept = {k: v for k, v in os.environ.items() if not k.endswith("_NUM_THREADS")}
    # The copy's package, not the one that is being measured here.
    kept.pop("PYTHONPATH", None)
    result = subprocess.run(
        [sys.executable, *command],
        cwd=folder,
        env=kept | {"PYTHONPATH": str(folder / "src")},
        capture_output=True,
        text=True,
        check=False,
    )
    text = result.stdout + result.stderr
    if result.returncode:
        raise RuntimeError(f"`python {' '.join(command)}` failed:\n{text[-3000:]}")
    return text


def snakemake(folder: Path, *arguments: str) -> str:
    """Run Snakemake in `folder`."""
    return run(folder, "-m", "snakemake", *arguments)
