"""A sign of life of a running job: a small file beside its log, and a line in the log.

`<results>/logs/<rule>/<job>.progress.json` is written when the job begins and twice a minute from
then on, by a thread that looks at what the job's loops report (`trnn.progress`). A job that ends
well removes it; one that fails leaves it with the reason. One that was killed leaves it as it is,
and its time tells how long ago that was.
"""

import contextlib
import json
import logging
import math
import os
import platform
import threading
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from trnn import progress
from trnn.tables.atomic import atomic_path, remove_leftovers
from trnn.workflow.records import now
from trnn.workflow.spans import span

SECONDS = 30.0  # between signs of life
RUNNING, FAILED = "running", "failed"

log = logging.getLogger("progress")


def progress_file(log_file: str | Path) -> Path:
    """Return where the sign of life of a job stands, from its log."""
    return Path(log_file).with_suffix(".progress.json")


@contextlib.contextmanager
def heartbeat(log_file: str | Path, rule: str, wildcards: Mapping[str, str]) -> Iterator[None]:
    """Give signs of life of a job while the block runs. What cannot be written is left out."""
    job: dict[str, Any] = {"rule": rule, "wildcards": dict(wildcards)}
    job |= {"pid": os.getpid(), "host": platform.node(), "started": now()}
    file, clock, over = progress_file(log_file), time.monotonic(), threading.Event()
    progress.forget()
    with contextlib.suppress(OSError):
        remove_leftovers(file)
    _write(file, {**job, "state": RUNNING, "now": now()})

    def beat() -> None:
        while not over.wait(SECONDS):
            found = look()
            if found:
                log.info("%s", in_words(found))
            seconds = round(time.monotonic() - clock)
            _write(file, {**job, "state": RUNNING, "now": now(), "seconds": seconds, **found})

    thread = threading.Thread(target=beat, name="heartbeat", daemon=True)
    thread.start()
    try:
        yield
    except BaseException as error:
        _stop(thread, over)
        reason = str(error) or type(error).__name__
        _write(file, {**job, "state": FAILED, "now": now(), "reason": reason})
        raise
    _stop(thread, over)
    with contextlib.suppress(OSError):
        file.unlink(missing_ok=True)


def look() -> dict[str, Any]:
    """Return what was reported last, as it is written: nothing if nothing was.

    Keys done, total, unit; facts, those that are finite numbers; within, if it is in an inner loop;
    seconds_left, if it is known.
    """
    report = progress.latest()
    if report is None:
        return {}
    facts = {name: float(value) for name, value in report.facts.items()}
    found: dict[str, Any] = {
        "done": float(report.done),
        "total": float(report.total),
        "unit": report.unit,
        "facts": {name: value for name, value in facts.items() if math.isfinite(value)},
    }
    if report.within:
        found["within"] = report.within
    left = report.seconds_left
    return found if left is None else found | {"seconds_left": round(left)}


def in_words(found: Mapping[str, Any]) -> str:
    """Return what `look` found in words: "1,200 of 8,000 steps (15%), loss 0.4132, ..."."""
    share = found["done"] / found["total"] if found["total"] else 1.0
    words = [f"{found['done']:,.0f} of {found['total']:,.0f} {found['unit']} ({share:.0%})"]
    words += [f"{name} {value:.4g}" for name, value in found["facts"].items()]
    words += [found["within"]] if "within" in found else []
    if found.get("seconds_left") is not None:
        words.append(f"about {span(found['seconds_left'])} left")
    return ", ".join(words)


def _stop(thread: threading.Thread, over: threading.Event) -> None:
    over.set()
    thread.join(timeout=5.0)


def _write(file: Path, content: Mapping[str, Any]) -> None:
    # Nobody's result depends on it: a full disk is for the job's own files to complain of.
    with contextlib.suppress(OSError), atomic_path(file) as temporary:
        temporary.write_text(json.dumps(content, ensure_ascii=False) + "\n", encoding="utf-8")
