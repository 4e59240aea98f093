"""A target's verdict, given beside what the exact posterior reaches under the same conditions."""

from collections.abc import Iterable
from dataclasses import dataclass

MET, MISSED, UNREACHED = "yes", "no", "no, nor by `bayes`"
RULE = (
    "A target that is missed counts as a failure, unless the exact posterior misses it on the same "
    "side and the number is no further from it, or has the exact posterior's in its interval"
)


@dataclass(frozen=True)
class Number:
    """A number that was measured, with the ends of its 95 % interval (NaN: it has none)."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Judged:
    """A target: what is asked, of whom, what was measured, what the exact posterior reaches."""

    target: str
    of: str
    measured: str
    reference: str
    verdict: str


def verdict(pairs: Iterable[tuple[Number, Number | None]], low: float, high: float) -> str:
    """Return whether numbers lie within [low, high], and if not, whether the reference's do.

    Parameters
    ----------
    pairs : (Number, Number or None)
        Each number that is judged, and that of the exact posterior; None if it has none.
    """
    missed = [(own, best) for own, best in pairs if _beyond(own.value, low, high)]
    if not missed:
        return MET
    return UNREACHED if all(_excused(own, best, low, high) for own, best in missed) else MISSED


def _excused(own: Number, best: Number | None, low: float, high: float) -> bool:
    """Return whether the reference misses what `own` misses, and is not known to be nearer."""
    if best is None:
        return False
    mine, theirs = _beyond(own.value, low, high), _beyond(best.value, low, high)
    if mine * theirs <= 0:  # the reference meets it, or misses it on the other side
        return False
    return abs(mine) <= abs(theirs) or own.low <= best.value <= own.high


def _beyond(value: float, low: float, high: float) -> float:
    """Return how far a value lies below (negative) or above [low, high]; 0 within."""
    return min(value - low, 0.0) + max(value - high, 0.0)
