"""Which parameters a subject's choices say something of: a fall of the profile likelihood.

A search always ends somewhere. Where the likelihood is flat, as of somebody who was never rewarded,
that is where it happened to begin, and no slope, bound or curvature at that one point tells it from
an estimate in general.
"""

from collections.abc import Mapping

import numpy as np
import pandas as pd
from scipy.stats import chi2, qmc

from trnn.config.dynamics import Range
from trnn.estimators.mle.batched_lbfgs import minimise_together
from trnn.estimators.mle.search import value_and_gradient
from trnn.estimators.mle.space import Space, search_space
from trnn.theory.likelihood import negative_log_likelihood
from trnn.theory.model import Model
from trnn.trials.sequences import Sequences

Array = np.ndarray

FALL = float(chi2.ppf(0.95, 1) / 2)  # nats; 1.92: the bound of a 95 % likelihood interval
AWAY = 0.5  # how far away from the estimate the likelihood must have fallen, of the range
TRIED = 31  # points that are tried beside the estimate; with it a power of two
# The fall is compared with 1.92 nats alone, so it need not be known to many digits.
OPTIONS = {"ftol": 1e-5, "gtol": 1e-2, "maxiter": 50, "maxls": 20}


def identified(
    model: Model, sequences: Sequences, ranges: Mapping[str, Range], fits: pd.DataFrame
) -> pd.DataFrame:
    """Return of each subject and parameter whether the choices identify it.

    They do if the log likelihood falls by at least `FALL` wherever the parameter is half its range
    or more away from the estimate, whatever the other parameters: if the 95 % interval of the
    profile likelihood excludes all that. Distances are those of the search (`search_space`): shares
    of the range, but where only a corner of the range is of use.

    Parameters
    ----------
    fits : DataFrame
        Of `trnn.estimators.mle.fit.fit`, a row a subject, in order.

    Returns
    -------
    DataFrame with a row a subject, and of each parameter ``<parameter>_identified``, bool.

    Raises
    ------
    NumericalError
        If a likelihood is not finite, with the subject and the trial.
    """
    space = search_space(model, sequences, ranges)
    best = space.unit(fits[list(ranges)].to_numpy(dtype=np.float64))
    highest = fits["nll"].to_numpy(dtype=np.float64) + FALL
    columns = {}
    for p, name in enumerate(ranges):
        far = _lowest_far_away(model, sequences, space, best, p, highest)
        columns[f"{name}_identified"] = far >= highest
    return pd.DataFrame(columns)


def _lowest_far_away(
    model: Model, sequences: Sequences, space: Space, best: Array, p: int, enough: Array
) -> Array:
    """Return the lowest nll that is found with parameter `p` far from the best points, (n,).

    The search goes on from the best of some points, the nearest one to the estimate among them. It
    does not where these are below `enough` (n,) already.
    """
    n, d = best.shape
    low, high = np.zeros((n, d)), np.ones((n, d))
    up = best[:, p] <= AWAY  # the side on which the range goes on for half its length
    low[:, p] = np.where(up, best[:, p] + AWAY, 0.0)
    high[:, p] = np.where(up, 1.0, best[:, p] - AWAY)
    width = high - low
    nearest = best.copy()
    nearest[:, p] = np.where(up, low[:, p], high[:, p])
    points = low[:, None] + width[:, None] * qmc.Sobol(d, scramble=False).random(TRIED + 1)
    points[:, 0] = nearest  # instead of the sequence's first point, a corner
    everybody = np.arange(n)
    parameters = np.moveaxis(space.parameters(points, everybody), 2, 0)
    values = negative_log_likelihood(model, sequences, parameters, everybody)
    lowest = values.min(axis=1)
    rows = np.flatnonzero(lowest >= enough)
    starts = points[rows, values[rows].argmin(axis=1)]

    def evaluate(problems: Array, shares: Array) -> tuple[Array, Array]:
        own = rows[problems]
        unit = np.clip(low[own] + width[own] * shares, 0.0, 1.0)
        nll, gradient = value_and_gradient(model, sequences, own, unit, space)
        return nll, gradient * width[own]

    # Whose estimate is in the middle of the range has one value half a range away.
    shares = (starts - low[rows]) / np.where(width[rows] > 0, width[rows], 1.0)
    results = minimise_together(evaluate, shares, [(0.0, 1.0)] * d, OPTIONS)
    lowest[rows] = [result.fun for result in results]
    return lowest
