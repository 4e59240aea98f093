"""What a job is made with: commit, code, versions of libraries; nothing of the machine."""

import hashlib
import importlib.metadata
import platform
import subprocess
from functools import cache
from pathlib import Path

PACKAGE = Path(__file__).resolve().parents[1]
PROJECT = PACKAGE.parents[1]

# What decides the numbers. The lock has all others.
LIBRARIES = ("numpy", "scipy", "pandas", "pyarrow", "torch", "numba", "statsmodels", "matplotlib")
# What a commit must have unchanged to speak for results.
PARTS = ("src", "workflow", "rules", "Snakefile")
NO_COMMIT = "none (no git checkout)"


@cache
def git_commit() -> str:
    """Return the checkout's commit, "+changes" added if its code differs from it."""
    where = ["git", "-C", str(PROJECT)]
    try:
        # The prefix is empty only at a checkout's top: another project's repository does not count.
        head = _output(*where, "rev-parse", "--show-prefix", "HEAD").split("\n")
        if len(head) != 2 or head[0]:
            return NO_COMMIT
        changed = _output(*where, "status", "--porcelain", "--", *PARTS)
    except (OSError, subprocess.CalledProcessError):
        return NO_COMMIT
    return head[1] + ("+changes" if changed else "")


@cache
def library_versions() -> dict[str, str]:
    """Return the versions of Python and of the libraries that decide the numbers."""
    versions = {"python": platform.python_version()}
    return versions | {name: importlib.metadata.version(name) for name in LIBRARIES}


def file_digest(path: str | Path) -> str:
    """Return the SHA-256 of a file's content."""
    with Path(path).open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _output(*command: str) -> str:
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=20)
    return done.stdout.removesuffix("\n")
