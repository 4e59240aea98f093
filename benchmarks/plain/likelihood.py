"""Maximum likelihood, one subject, one start and one trial at a time, in plain numbers."""

from collections.abc import Callable, Mapping

import numpy as np
from scipy.optimize import minimize
from scipy.stats import qmc

from tests.estimators.plain import of_subject
from trnn.config.dynamics import Range
from trnn.seeds import generator
from trnn.trials.sequences import Sequences

DIFFERENCE = 1e-5  # half the step of a central difference, as a share of the range
OPTIONS = {"ftol": 1e-10, "gtol": 1e-4, "maxiter": 500, "maxls": 40}


def fit_subject(
    nll: Callable[..., float],
    model: str,
    sequences: Sequences,
    subject: int,
    ranges: Mapping[str, Range],
    n_candidates: int,
    n_starts: int,
    seed: int,
    *keys: str,
) -> float:
    """Return the lowest negative log likelihood that is found, nats.

    L-BFGS-B with central differences, from the best of the same quasi-random candidates as the
    project's: an optimiser that starts elsewhere may end in another of several optima.
    """
    low = np.array([r.low for r in ranges.values()])
    width = np.array([r.high - r.low for r in ranges.values()])
    data = of_subject(sequences, subject)

    def value(unit: np.ndarray) -> float:
        return nll(model, (low + width * unit).tolist(), *data)

    def gradient(unit: np.ndarray) -> np.ndarray:
        out = np.empty(len(unit))
        for p in range(len(unit)):
            above, below = unit.copy(), unit.copy()
            above[p] = min(unit[p] + DIFFERENCE, 1.0)
            below[p] = max(unit[p] - DIFFERENCE, 0.0)
            out[p] = (value(above) - value(below)) / (above[p] - below[p])
        return out

    sobol = qmc.Sobol(len(low), rng=generator(seed, *keys, "candidates"))
    candidates = sobol.random_base2(int(np.ceil(np.log2(n_candidates))))[:n_candidates]
    at_candidates = [value(unit) for unit in candidates]
    starts = np.argsort(at_candidates, kind="stable")[:n_starts]
    found = [
        minimize(
            value,
            candidates[start],
            jac=gradient,
            method="L-BFGS-B",
            bounds=[(0.0, 1.0)] * len(low),
            options=OPTIONS,
        )
        for start in starts
    ]
    return min(float(result.fun) for result in found)
