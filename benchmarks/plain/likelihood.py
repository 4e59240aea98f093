"""Maximum likelihood, one subject, one start and one trial at a time.

The likelihood is that of the tests, in plain numbers, or `nll_in_numpy`, as such models are usually
written: with an array of two values.
"""

from collections.abc import Callable, Mapping, Sequence

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
) -> tuple[list[float], float, int]:
    """Return the estimates, their negative log likelihood, and the likelihoods evaluated.

    L-BFGS-B with central differences, from the best of the same quasi-random candidates as the
    project's: an optimiser that starts elsewhere may end in another of several optima.
    """
    low = np.array([r.low for r in ranges.values()])
    width = np.array([r.high - r.low for r in ranges.values()])
    data = of_subject(sequences, subject)
    n_calls = 0

    def value(unit: np.ndarray) -> float:
        nonlocal n_calls
        n_calls += 1
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
    best_point, best_value = candidates[0], np.inf
    for start in np.argsort(at_candidates, kind="stable")[:n_starts]:
        found = minimize(
            value,
            candidates[start],
            jac=gradient,
            method="L-BFGS-B",
            bounds=[(0.0, 1.0)] * len(low),
            options=OPTIONS,
        )
        if found.fun < best_value:
            best_point, best_value = found.x, float(found.fun)
    return (low + width * best_point).tolist(), best_value, n_calls


def nll_in_numpy(
    model: str,
    values: Sequence[float],
    actions: Sequence[int],
    rewards: Sequence[float],
    trials: Sequence[int],
) -> float:
    """Return -log P(choices), nats, of Q-learning with perseveration."""
    assert model == "q_learning_perseveration"
    alpha, beta, kappa = values
    q, stay = np.zeros(2), np.zeros(2)
    total = 0.0
    for action, reward, trial in zip(actions, rewards, trials, strict=True):
        if trial == 0:
            q, stay = np.zeros(2), np.zeros(2)
        x = beta * (q + kappa * stay)
        p = np.exp(x - np.max(x)) / np.sum(np.exp(x - np.max(x)))
        total -= np.log(p[action])
        q[action] += alpha * (reward - q[action])
        stay = np.zeros(2)
        stay[action] = 1.0
    return float(total)
