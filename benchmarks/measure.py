"""One measurement: several rounds of one function, by the clock and by the processor.

On a machine that others use, the clock says more of them than of the function, so every round is
timed by both, and the fastest round counts. For one thread on a quiet machine they are equal.
"""

import resource
import time
from collections.abc import Callable
from typing import Any

from benchmarks.sizes import SIZES

MOST_ROUNDS = 30


def own_cpu() -> float:
    """Return the processor time of this process so far, s."""
    return time.process_time()


def children_cpu() -> float:
    """Return the processor time of the processes that this one has started and awaited, s."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


class Measure:
    """Runs functions under pytest-benchmark and notes what was measured in its record."""

    def __init__(self, benchmark: Any) -> None:
        self._benchmark = benchmark

    def __call__(
        self,
        function: Callable[[], Any],
        *,
        stage: str,
        kind: str,
        label: str,
        work: float,
        unit: str,
        operations: float | None = None,
        axis: str | None = None,
        size: float | None = None,
        rounds: int | None = None,
        warm_up: bool = True,
        cpu: Callable[[], float] = own_cpu,
    ) -> Any:
        """Time `function` and return what it returned first.

        Parameters
        ----------
        stage, kind : str
            What is measured: "project", "plain" (the reference), "scaling" (a point of a series
            along `axis`, of `size`) or "machine".
        label : str
            The problem in words.
        work, unit : float, str
            How much of what the function does, so that problems of different size compare.
        operations : float
            Of all the work, in products of matrices of float32.
        """
        used: list[float] = []
        results: list[Any] = []

        def timed() -> None:
            started = cpu()
            result = function()
            used.append(cpu() - started)
            if not results:
                results.append(result)

        duration = 0.0
        if warm_up:
            started = time.perf_counter()
            timed()
            duration = time.perf_counter() - started
            used.clear()
        rounds = rounds or rounds_for(duration)
        self._benchmark.pedantic(timed, rounds=rounds, iterations=1)
        self._benchmark.group = stage
        self.note(
            stage=stage,
            kind=kind,
            label=label,
            work=float(work),
            unit=unit,
            axis=axis,
            size=None if size is None else float(size),
            operations=None if operations is None else float(operations),
            cpu_seconds=min(used),
            rounds=rounds,
        )
        return results[0]

    def note(self, **facts: Any) -> None:
        """Add facts to the record, for example `difference` from an independent answer."""
        self._benchmark.extra_info.update(facts)


def rounds_for(duration: float) -> int:
    """Return how many rounds of `duration` seconds the budget has room for, within bounds."""
    if duration > 2 * SIZES.budget:
        return min(SIZES.least_rounds, 2)
    return min(max(int(SIZES.budget / max(duration, 1e-6)), SIZES.least_rounds), MOST_ROUNDS)
