"""Processor time of what an adapter does, on a machine that others use too."""

from collections.abc import Callable
from typing import TypeVar

from benchmarks.measure import own_cpu

T = TypeVar("T")


def spent(function: Callable[[], T]) -> tuple[T, float]:
    """Return what a function returns, and the processor seconds of all threads that it took."""
    started = own_cpu()
    result = function()
    return result, own_cpu() - started


def least(function: Callable[[], object], rounds: int) -> float:
    """Return the processor seconds of the fastest of some rounds, after one that is not counted."""
    function()
    return min(spent(function)[1] for _ in range(rounds))
