"""Many small optimisations at once, whose function values come from one vectorised call.

Each problem is an ordinary `scipy.optimize.minimize` in a thread of its own, used as a coroutine:
only one thread runs at any time, and each waits at its next point until all have asked for
theirs. One call then evaluates all the points. So what is evaluated together never depends on
the timing of threads.
"""

import threading
from collections.abc import Callable, Sequence
from queue import SimpleQueue
from typing import Any

import numpy as np
from scipy.optimize import OptimizeResult, minimize

Array = np.ndarray

# Evaluates points (k, n_dimensions) of problems (k,): values (k,), gradients (k, n_dimensions).
Evaluate = Callable[[Array, Array], tuple[Array, Array]]


class _Abandoned(Exception):
    """Raised inside a problem's thread to end it early."""


class _Problem:
    """One L-BFGS-B run that stops at every point it wants evaluated."""

    def __init__(self, start: Array, bounds: Sequence[tuple[float, float]], options: dict) -> None:
        self.point: Array | None = None  # what it waits for; None once it has ended
        self.outcome: OptimizeResult | BaseException | None = None
        self._start, self._bounds, self._options = start, bounds, options
        self._answers: SimpleQueue[Any] = SimpleQueue()
        self._asks: SimpleQueue[Array | None] = SimpleQueue()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()
        self.point = self._asks.get()

    def answer(self, value: float, gradient: Array) -> None:
        """Let it run on to its next point, or to its end."""
        self._answers.put((value, gradient))
        self.point = self._asks.get()

    def abandon(self) -> None:
        """End it."""
        if self.point is not None:
            self._answers.put(None)
            self.point = self._asks.get()
        self._thread.join()

    def _ask(self, point: Array) -> tuple[float, Array]:
        self._asks.put(point.copy())
        answer = self._answers.get()
        if answer is None:
            raise _Abandoned
        return answer

    def _run(self) -> None:
        try:
            self.outcome = minimize(
                self._ask,
                self._start,
                jac=True,
                method="L-BFGS-B",
                bounds=self._bounds,
                options=self._options,
            )
        except BaseException as error:  # handed to the caller's thread
            self.outcome = error
        finally:
            self._asks.put(None)


def minimise_together(
    evaluate: Evaluate,
    starts: Array,
    bounds: Sequence[tuple[float, float]],
    options: dict[str, Any],
    together: int = 512,
) -> list[OptimizeResult]:
    """Minimise many functions by bounded L-BFGS-B.

    Parameters
    ----------
    evaluate : callable
        ``evaluate(problems (k,), points (k, d)) -> values (k,), gradients (k, d)``; problems are
        row numbers of `starts`.
    starts : (n_problems, d)
    bounds : d pairs, the same for all problems
    options : dict
        Of `scipy.optimize.minimize(method="L-BFGS-B")`.
    together : int
        Problems (threads) that are alive at one time.

    Returns
    -------
    list of n_problems results, in order.
    """
    results: list[OptimizeResult] = []
    for first in range(0, len(starts), together):
        problems: list[_Problem] = []
        try:
            for start in starts[first : first + together]:
                problems.append(_Problem(start, bounds, options))
            _drive(problems, first, evaluate)
        finally:
            for problem in problems:
                problem.abandon()
        for problem in problems:
            if not isinstance(problem.outcome, OptimizeResult):
                raise RuntimeError("an optimisation failed") from problem.outcome
            results.append(problem.outcome)
    return results


def _drive(problems: list[_Problem], first: int, evaluate: Evaluate) -> None:
    while True:
        waiting = [i for i, problem in enumerate(problems) if problem.point is not None]
        if not waiting:
            return
        points = np.stack([problems[i].point for i in waiting])  # type: ignore[misc]
        values, gradients = evaluate(first + np.array(waiting), points)
        for i, value, gradient in zip(waiting, values, gradients, strict=True):
            problems[i].answer(float(value), gradient)
