"""Running the workflow in a copy of the checkout."""

import os
import re
import subprocess
import sys
from pathlib import Path

TINY = ["--configfile", "config/tiny.yaml"]
RESULTS = "results/tiny"


def environment(folder: Path) -> dict[str, str]:
    """Return the environment of a run: the copy's own package."""
    return {**os.environ, "PYTHONDONTWRITEBYTECODE": "1", "PYTHONPATH": str(folder / "src")}


def snakemake(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return run(folder, "snakemake", *arguments)


def verify(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Compare the tiny run's results with their records."""
    options = ["--config", "config/tiny.yaml"]
    return run(folder, "trnn.cli", "verify", RESULTS, *options, *arguments)


def run(folder: Path, module: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", module, *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        env=environment(folder),
        timeout=1500,
        check=False,
    )


def jobs(said: str) -> dict[str, set[str]]:
    """Return the output files of every job that a dry run announces, by rule."""
    found: dict[str, set[str]] = {}
    rule = ""
    for line in map(str.strip, said.splitlines()):  # the jobs of a group are indented
        head = re.match(r"(?:local)?rule (\w+):$", line)
        if head:
            rule = head[1]
            found.setdefault(rule, set())
        elif line.startswith("output: "):
            found[rule] |= set(line.removeprefix("output: ").split(", "))
    return found
