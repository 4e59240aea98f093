"""Starting programs, and killing them at a random moment."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np


def start(folder: Path, *arguments: str, environment: dict[str, str] | None = None):
    """Start Python in `folder`, in a process group of its own, its output thrown away."""
    return subprocess.Popen(
        [sys.executable, *arguments],
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )


def descendants(pid: int) -> list[int]:
    """Return the processes below `pid`, from what the kernel says."""
    parents = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                text = (entry / "stat").read_text()
            except OSError:
                continue
            parents[int(entry.name)] = int(text.rpartition(")")[2].split()[1])
    found, new = [], [pid]
    while new:
        new = [child for child, parent in parents.items() if parent in new]
        found += new
    return found


def kill(process: subprocess.Popen, how: str, rng: np.random.Generator) -> None:
    """Kill with SIGKILL: "all" processes at once, the "main" one, or "one" of those below it."""
    below = descendants(process.pid)
    if how == "one" and below:
        victims = [int(rng.choice(below))]
    else:
        victims = [process.pid, *(below if how == "all" else [])]
    for pid in victims:
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            continue


def ended_within(process: subprocess.Popen, seconds: float) -> bool:
    """Wait for a process to end; return whether it did."""
    end = time.monotonic() + seconds
    while process.poll() is None and time.monotonic() < end:
        time.sleep(0.02)
    return process.poll() is not None
