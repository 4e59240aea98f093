"""What a job found around it that costs time and changes no number: told in its log and summary."""

import os
import sys
from pathlib import Path

from trnn.workflow.records import FOLDER, read_record

KEPT, ANEW = "kept", "anew"
PLACES = ("NUMBA_CACHE_DIR", "XDG_CACHE_HOME", "HOME")  # whichever is set first says where
ADVICE = "Set NUMBA_CACHE_DIR to a folder that can be written"


def compiled_code() -> str | None:
    """Return whether this process keeps the loops that it compiles; None if it compiles none."""
    compilation = sys.modules.get("trnn.compilation")
    if compilation is None:
        return None
    return KEPT if compilation.KEPT else ANEW


def complaint() -> str | None:
    """Return, in words, that this process's compiled loops cannot be kept; None if they can."""
    if compiled_code() != ANEW:
        return None
    place = next((f"{name}={os.environ[name]}" for name in PLACES if os.environ.get(name)), None)
    return (
        f"compiled loops cannot be kept ({place or 'no home folder'}: no folder there that can be "
        f"written): this job compiles them anew, which takes up to a minute longer. {ADVICE}."
    )


def surroundings_of_run(results: Path) -> list[str]:
    """Return what is to be told of the jobs that made a run's files, in lines; [] mostly."""
    records = map(read_record, sorted((results / FOLDER).rglob("*.json")))
    jobs = {
        (job["rule"], tuple(job["outputs"])): job
        for job in (record["job"] for record in records if record is not None)
    }
    n_anew = sum(job.get("compiled_code") == ANEW for job in jobs.values())
    if not n_anew:
        return []
    return [
        f"{n_anew} of {len(jobs)} jobs had no place where compiled loops are kept, and compiled "
        f"them anew, up to a minute each; no number depends on it. {ADVICE}"
    ]
