"""Many optimisations in lockstep against each by itself."""

import threading

import numpy as np
import pytest
from scipy.optimize import minimize

from trnn.estimators.mle.batched_lbfgs import minimise_together

BOUNDS = [(-1.5, 1.5), (-0.5, 1.5)]
OPTIONS = {"ftol": 1e-12, "gtol": 1e-8}
SHIFTS = np.linspace(-1.0, 1.0, 7)
STARTS = np.random.default_rng(0).uniform(-0.5, 1.5, (7, 2))


def banana(problems, points):
    """Return a shifted Rosenbrock function; some optima lie on a bound."""
    x, y = points[:, 0], points[:, 1] - SHIFTS[problems]
    value = (1 - x) ** 2 + 100 * (y - x**2) ** 2
    gradient = np.stack([-2 * (1 - x) - 400 * x * (y - x**2), 200 * (y - x**2)], axis=1)
    return value, gradient


@pytest.mark.parametrize("together", [1, 3, 100])
def test_each_problem_goes_its_own_way(together):
    results = minimise_together(banana, STARTS, BOUNDS, OPTIONS, together)
    for i, result in enumerate(results):

        def alone(x, i=i):
            value, gradient = banana(np.array([i]), x[None])
            return value[0], gradient[0]

        expected = minimize(
            alone, STARTS[i], jac=True, method="L-BFGS-B", bounds=BOUNDS, options=OPTIONS
        )
        np.testing.assert_array_equal(result.x, expected.x)
        assert (result.fun, result.nit, result.success) == (
            expected.fun,
            expected.nit,
            expected.success,
        )


def test_all_waiting_problems_are_evaluated_in_one_call():
    calls = []

    def watched(problems, points):
        calls.append(problems.tolist())
        return banana(problems, points)

    results = minimise_together(watched, STARTS, BOUNDS, OPTIONS)
    assert calls[0] == list(range(7))
    assert len(calls) == max(result.nfev for result in results)
    assert sum(map(len, calls)) == sum(result.nfev for result in results)


def test_an_error_in_the_evaluation_ends_every_thread():
    before = threading.active_count()

    def fails(problems, points):
        if len(problems) < 7:
            raise ArithmeticError("no value")
        return banana(problems, points)

    with pytest.raises(ArithmeticError, match="no value"):
        minimise_together(fails, STARTS, BOUNDS, OPTIONS)
    assert threading.active_count() == before


def test_an_error_in_an_optimiser_is_raised():
    with pytest.raises(RuntimeError, match="an optimisation failed") as error:
        minimise_together(banana, STARTS, [(1.0, 0.0), (0.0, 1.0)], OPTIONS)
    assert isinstance(error.value.__cause__, ValueError)


def test_no_problems():
    assert minimise_together(banana, STARTS[:0], BOUNDS, OPTIONS) == []
