"""Maximum likelihood: one constant parameter set a subject, within the parameters' ranges."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
from scipy.stats import qmc

from trnn.config.dynamics import Range
from trnn.config.estimators import MaximumLikelihood
from trnn.estimators.mle.batched_lbfgs import minimise_together
from trnn.seeds import generator
from trnn.theory.likelihood import negative_log_likelihood
from trnn.theory.model import Model
from trnn.trials.checks import check_rewards
from trnn.trials.sequences import Sequences

Array = np.ndarray

# The search runs on the unit cube, so that one step size and tolerance serve all parameters.
DIFFERENCE = 1e-5  # half the step of a central difference, as a share of the range
# Small steps are no optimum on a bent ridge: what is left to decrease must be next to rounding.
OPTIONS = {"ftol": 1e-14, "gtol": 1e-4, "maxiter": 500, "maxls": 40}
SLOPE = 1e-2  # nats a range: with a steeper way down within the ranges a fit has not converged
AT_BOUND = 1e-4  # how close to a bound counts as on it, as a share of the range


def fit(
    model: Model,
    sequences: Sequences,
    ranges: Mapping[str, Range],
    settings: MaximumLikelihood,
    seed: int,
    *keys: str | int,
) -> pd.DataFrame:
    """Fit every subject by L-BFGS-B from the best of quasi-random candidates.

    Parameters
    ----------
    ranges : mapping of parameter to Range
        Bounds, in the model's order of parameters.
    seed, *keys
        Where the candidates come from; all subjects have the same ones, so that a fit depends on
        no other subject.

    Returns
    -------
    DataFrame with a row a subject: subject, parameters, nll (nats), n_trials, converged (no way
    down within the ranges is steeper than `SLOPE`), at_bound (any parameter within 1e-4 of its
    range of a bound).

    Raises
    ------
    NumericalError
        If a reward or a likelihood is not finite, with the subject and the trial.
    """
    check_rewards(sequences)
    low = np.array([r.low for r in ranges.values()])
    width = np.array([r.high - r.low for r in ranges.values()])
    starts = _best_candidates(model, sequences, low, width, settings, seed, *keys)
    n, n_starts, n_parameters = starts.shape
    subject_of = np.repeat(np.arange(n), n_starts)

    def evaluate(problems: Array, points: Array) -> tuple[Array, Array]:
        return value_and_gradient(model, sequences, subject_of[problems], points, low, width)

    results = minimise_together(
        evaluate, starts.reshape(-1, n_parameters), [(0.0, 1.0)] * n_parameters, OPTIONS
    )
    nll = np.array([result.fun for result in results]).reshape(n, n_starts)
    best = np.arange(n) * n_starts + np.argmin(nll, axis=1)
    unit = np.array([results[i].x for i in best]).reshape(n, n_parameters)
    frame = pd.DataFrame({"subject": pd.Series(list(sequences.subjects), dtype="str")})
    for p, name in enumerate(ranges):
        frame[name] = low[p] + width[p] * unit[:, p]
    frame["nll"] = nll.min(axis=1, initial=np.inf)
    frame["n_trials"] = sequences.lengths.astype(np.int64)
    _, gradient = value_and_gradient(model, sequences, np.arange(n), unit, low, width)
    frame["converged"] = (np.abs(np.clip(unit - gradient, 0.0, 1.0) - unit) <= SLOPE).all(axis=1)
    frame["at_bound"] = (np.minimum(unit, 1.0 - unit) <= AT_BOUND).any(axis=1)
    return frame


def _best_candidates(
    model: Model,
    sequences: Sequences,
    low: Array,
    width: Array,
    settings: MaximumLikelihood,
    seed: int,
    *keys: str | int,
) -> Array:
    """Return the starts, (n, n_starts, n_parameters), on the unit cube."""
    sobol = qmc.Sobol(len(low), rng=generator(seed, *keys, "candidates"))
    # A power of two keeps the points balanced; what is beyond the wanted number is left out.
    power = int(np.ceil(np.log2(settings.n_candidates)))
    unit = sobol.random_base2(power)[: settings.n_candidates]
    shape = (len(low), len(sequences.subjects), len(unit))
    points = np.broadcast_to((low + width * unit).T[:, None, :], shape)
    nll = negative_log_likelihood(model, sequences, points)
    return unit[np.argsort(nll, axis=1, kind="stable")[:, : settings.n_starts]]


def value_and_gradient(
    model: Model, sequences: Sequences, rows: Array, unit: Array, low: Array, width: Array
) -> tuple[Array, Array]:
    """Return the nll and its gradient by central differences, at points of the unit cube.

    The 2 n_parameters neighbours of a point are extra replicas of one call of the likelihood. At
    a bound the difference is one-sided.

    Parameters
    ----------
    rows : (k,) of int
        The subject of each point.
    unit : (k, n_parameters)
        Parameters as shares of their ranges.
    low, width : (n_parameters,)

    Returns
    -------
    nll (k,) in nats; gradient (k, n_parameters) in nats a range.
    """
    k, n_parameters = unit.shape
    points = np.repeat(unit[:, None, :], 1 + 2 * n_parameters, axis=1)
    for p in range(n_parameters):
        points[:, 1 + 2 * p, p] = np.minimum(unit[:, p] + DIFFERENCE, 1.0)
        points[:, 2 + 2 * p, p] = np.maximum(unit[:, p] - DIFFERENCE, 0.0)
    nll = negative_log_likelihood(model, sequences, np.moveaxis(low + width * points, 2, 0), rows)
    gradient = np.empty((k, n_parameters))
    for p in range(n_parameters):
        step = points[:, 1 + 2 * p, p] - points[:, 2 + 2 * p, p]
        gradient[:, p] = (nll[:, 1 + 2 * p] - nll[:, 2 + 2 * p]) / step
    return nll[:, 0], gradient
