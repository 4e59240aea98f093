"""The commit of the checkout, also of one that belongs to somebody else.

Git does not look at a repository of another user, so that no command of theirs is run. Here the
code of this very checkout is being run, and git is only asked what it is.
"""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

from trnn.tables import origin

NO_GIT = "unknown (git is not installed)"
NO_ANSWER = "unknown (git did not say)"
# Every repository, since that of a worktree lies elsewhere; and no program that its settings name.
TRUST = {"safe.directory": "*", "core.fsmonitor": "false"}


@cache
def commit() -> str:
    """Return the checkout's commit, "+changes" added if its code differs; or why there is none."""
    # Without a repository here, git would look at one above the checkout: whose, nobody knows.
    if not (origin.PROJECT / ".git").exists():
        return origin.NO_COMMIT
    try:
        with _trusting():
            found = origin.git_commit()
    except subprocess.TimeoutExpired:
        return NO_ANSWER
    if found != origin.NO_COMMIT:
        return found
    return NO_GIT if shutil.which("git") is None else NO_ANSWER


@contextmanager
def _trusting() -> Iterator[None]:
    """Have git look at repositories whoever owns them, and nothing else changed, for the while."""
    before = dict(os.environ)
    count = int(before.get("GIT_CONFIG_COUNT") or 0)
    for number, (key, value) in enumerate(TRUST.items(), start=count):
        os.environ[f"GIT_CONFIG_KEY_{number}"] = key
        os.environ[f"GIT_CONFIG_VALUE_{number}"] = value
    os.environ["GIT_CONFIG_COUNT"] = str(count + len(TRUST))
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)
