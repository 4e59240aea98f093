"""The search of maximum likelihood: many subjects' optima on the unit cube, together."""

import numpy as np
from scipy.stats import qmc

from trnn.config.estimators import MaximumLikelihood
from trnn.estimators.mle.batched_lbfgs import minimise_together
from trnn.estimators.mle.space import Space
from trnn.seeds import generator
from trnn.theory.likelihood import negative_log_likelihood
from trnn.theory.model import Model
from trnn.trials.sequences import Sequences

Array = np.ndarray

# Lengths on the unit cube on which the search runs (`trnn.estimators.mle.space`).
DIFFERENCE = 1e-5  # half the step of a central difference
# Small steps are no optimum on a bent ridge: what is left to decrease must be next to rounding.
OPTIONS = {"ftol": 1e-14, "gtol": 1e-4, "maxiter": 500, "maxls": 40}
AT_BOUND = 1e-4  # how close to a bound counts as on it
BESIDE = 64  # points that are tried beside a bound
DECADES = 4.0  # how near to a bound the nearest of the points lie that are tried beside it
BETTER = 1e-6  # nats by which such a point must be better than the bound to start from there


def optima(
    model: Model,
    sequences: Sequences,
    space: Space,
    settings: MaximumLikelihood,
    seed: int,
    *keys: str | int,
) -> tuple[Array, Array]:
    """Return the best point that is found for each of n subjects, and its nll.

    L-BFGS-B runs from the best of the candidates. On a bound it can be caught: where an inverse
    temperature is 0, nothing depends on the learning rate, and with another rate the likelihood may
    rise as the temperature leaves 0. So candidates near the bound are tried of whoever is on one,
    and the search goes on from the best if it is better.

    Returns
    -------
    unit (n, d), on the cube; nll (n,) in nats
    """
    n = len(sequences.subjects)
    points = _candidates(len(space.low), settings.n_candidates, seed, *keys)
    everybody = np.arange(n)
    spread = np.broadcast_to(points, (n, *points.shape))
    starts, _ = _best(model, sequences, space, everybody, spread, settings.n_starts)
    unit, nll = _descend(model, sequences, space, everybody, starts)
    caught = np.flatnonzero(on_bound(unit).any(axis=1))
    starts, values = _best(
        model, sequences, space, caught, _beside(unit[caught], points[:BESIDE]), 1
    )
    better = values[:, 0] < nll[caught] - BETTER
    again = caught[better]
    other, lower = _descend(model, sequences, space, again, starts[better])
    unit[again], nll[again] = other, lower
    return unit, nll


def on_bound(unit: Array) -> Array:
    """Return which coordinates lie on a bound."""
    return np.minimum(unit, 1.0 - unit) <= AT_BOUND


def _candidates(d: int, n_candidates: int, seed: int, *keys: str | int) -> Array:
    """Return quasi-random points of the unit cube, (n_candidates, d), the same for all subjects."""
    sobol = qmc.Sobol(d, rng=generator(seed, *keys, "candidates"))
    # A power of two keeps the points balanced; what is beyond the wanted number is left out.
    power = int(np.ceil(np.log2(n_candidates)))
    return sobol.random_base2(power)[:n_candidates]


def _beside(unit: Array, points: Array) -> Array:
    """Return points (n, m, d) beside the bounds that `unit` (n, d) lies on.

    `points` (m, d) of the cube whose coordinates are distances, on a scale of logarithms, where
    `unit` is on a bound.
    """
    away = 10.0 ** (-DECADES * points)
    near = np.where(unit[:, None] < 0.5, away, 1.0 - away)
    return np.where(on_bound(unit)[:, None], near, points)


def _best(
    model: Model, sequences: Sequences, space: Space, rows: Array, points: Array, n_best: int
) -> tuple[Array, Array]:
    """Return the best of m points (k, m, d) of subjects `rows`, (k, n_best, d), and their nll."""
    parameters = np.moveaxis(space.parameters(points, rows), 2, 0)
    nll = negative_log_likelihood(model, sequences, parameters, rows)
    best = np.argsort(nll, axis=1, kind="stable")[:, :n_best]
    return np.take_along_axis(points, best[..., None], 1), np.take_along_axis(nll, best, 1)


def _descend(
    model: Model, sequences: Sequences, space: Space, rows: Array, starts: Array
) -> tuple[Array, Array]:
    """Return where L-BFGS-B ends from the best of starts (k, m, d): (k, d) and nll (k,)."""
    k, n_starts, d = starts.shape
    row_of = np.repeat(rows, n_starts)

    def evaluate(problems: Array, points: Array) -> tuple[Array, Array]:
        return value_and_gradient(model, sequences, row_of[problems], points, space)

    results = minimise_together(evaluate, starts.reshape(-1, d), [(0.0, 1.0)] * d, OPTIONS)
    nll = np.array([result.fun for result in results]).reshape(k, n_starts)
    best = np.arange(k) * n_starts + np.argmin(nll, axis=1)
    unit = np.array([results[i].x for i in best]).reshape(k, d)
    return unit, nll.min(axis=1, initial=np.inf)


def value_and_gradient(
    model: Model, sequences: Sequences, rows: Array, unit: Array, space: Space
) -> tuple[Array, Array]:
    """Return the nll and its gradient by central differences, at points of the unit cube.

    The 2 n_parameters neighbours of a point are extra replicas of one call of the likelihood. At
    a bound the difference is one-sided.

    Parameters
    ----------
    rows : (k,) of int
        The subject of each point.
    unit : (k, n_parameters)

    Returns
    -------
    nll (k,) in nats; gradient (k, n_parameters) in nats a unit.
    """
    k, n_parameters = unit.shape
    points = np.repeat(unit[:, None, :], 1 + 2 * n_parameters, axis=1)
    for p in range(n_parameters):
        points[:, 1 + 2 * p, p] = np.minimum(unit[:, p] + DIFFERENCE, 1.0)
        points[:, 2 + 2 * p, p] = np.maximum(unit[:, p] - DIFFERENCE, 0.0)
    parameters = np.moveaxis(space.parameters(points, rows), 2, 0)
    nll = negative_log_likelihood(model, sequences, parameters, rows)
    gradient = np.empty((k, n_parameters))
    for p in range(n_parameters):
        step = points[:, 1 + 2 * p, p] - points[:, 2 + 2 * p, p]
        gradient[:, p] = (nll[:, 1 + 2 * p] - nll[:, 2 + 2 * p]) / step
    return nll[:, 0], gradient
