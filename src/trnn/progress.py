"""How far a long loop is: what it says of itself, and what follows for the time left.

A loop calls `report` as often as it likes. Nothing is written or computed there: who shows progress
(`trnn.workflow.heartbeat`, in a job) looks at `latest` now and then. Without anybody who looks,
nothing happens, so that the loop needs to know of no job.
"""

import contextlib
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any


@dataclass(frozen=True)
class Report:
    """What a loop said last, and since when it has been going.

    `done` of `total` `unit`; `facts`: further numbers by name. `first` is what was done when the
    loop reported first, in this process, at `since`; `at` is when it last reported (seconds of a
    clock that nobody sets). `within` is the loop inside of it that is going on, in words.
    """

    done: float
    total: float
    unit: str
    facts: Mapping[str, Any]
    first: float
    since: float
    at: float = field(default_factory=time.monotonic)
    within: str = ""

    @property
    def seconds_left(self) -> float | None:
        """Seconds until the end at the pace so far; None before there is one."""
        done, seconds = self.done - self.first, self.at - self.since
        if done <= 0 or seconds <= 0:
            return None
        return max(self.total - self.done, 0.0) * seconds / done


class _Latest:
    report: Report | None = None
    part: tuple[int, int] = (0, 1)


@contextlib.contextmanager
def part(number: int, parts: int) -> Iterator[None]:
    """Count what the block reports as one of several equal parts, numbered from 0."""
    _Latest.part = (number, parts)
    try:
        yield
    finally:
        _Latest.part = (0, 1)


def report(done: float, total: float, unit: str = "steps", /, **facts: Any) -> None:
    """Say how far a long loop is. It costs a microsecond, so call it in every round.

    ``report(step, n_steps, "steps", loss=loss)``, ``report(i + 1, len(agents), "agents")``.

    Parameters
    ----------
    done, total : number
        How much of how much is done. A job's work should be one count, from its first call to its
        last: where it has several loops, count them together. Call it with what is done already
        (0, or where an interrupted work goes on) before the first round, so that the pace is known
        after it. Another total or unit starts a new count.
    unit : str
        What is counted, in the plural.
    facts : numbers
        What else is worth knowing, by its name. What `float` makes a number of is good enough, for
        example a tensor of one element that is not changed afterwards: it is read when somebody
        looks, seldom.
    """
    now, last, (number, parts) = time.monotonic(), _Latest.report, _Latest.part
    done, total = done + number * total, parts * total
    goes_on = last is not None and (last.total, last.unit) == (total, unit) and done >= last.done
    first, since = (last.first, last.since) if last is not None and goes_on else (done, now)
    _Latest.report = Report(done, total, unit, facts, first, since, now)


def within(done: float, total: float, unit: str, /) -> None:
    """Say how far a loop is inside of a step of another, of which `report` speaks.

    It is told beside the count that it belongs to, until that goes on; where there is none, it is
    the count.
    """
    last, (number, parts) = _Latest.report, _Latest.part
    if last is None or last.unit == unit:
        report(done, total, unit)
    else:
        done, total = done + number * total, parts * total
        told = f"{done:,.0f} of {total:,.0f} {unit}"
        _Latest.report = replace(last, at=time.monotonic(), within=told)


def latest() -> Report | None:
    """Return what was reported last in this process; None if nothing was."""
    return _Latest.report


def forget() -> None:
    """Forget what was reported: the next report starts a count and its clock."""
    _Latest.report = None
