"""What weighted particles say of the parameters, compiled: moments, quantiles, draws."""

import math

import numpy as np

from trnn.compilation import compiled
from trnn.theory.numeric import exp
from trnn.theory.quantiles import N_CELLS, PROBABILITIES

_PROBABILITIES = np.array(PROBABILITIES)


@compiled
def relative(log_evidence, shares):
    """Write the share of each replicate, by its evidence so far."""
    top = log_evidence.max()
    for r in range(len(shares)):
        shares[r] = exp(log_evidence[r] - top)
    shares /= shares.sum()


@compiled
def add_moments(motions, values, weights, share, total, moments, histogram):
    """Write a replicate's mean and mean square, (d, 2), and add its mass to the cells (d, n_cells).

    Both are of values as shares of their ranges.
    """
    scale = share / total
    for k in range(len(values)):
        low, width = motions.low[k], motions.high[k] - motions.low[k]
        mass, first, second = histogram[k], 0.0, 0.0
        for i in range(values.shape[1]):
            x, w = (values[k, i] - low) / width, weights[i]
            mass[min(int(x * N_CELLS), N_CELLS - 1)] += w * scale
            first += w * x
            second += w * x * x
        moments[k, 0], moments[k, 1] = first / total, second / total


@compiled
def conclude(motions, moments, shares, per_hazard, histogram, records, t):
    """Write mean, SD, standard error and quantiles of a trial from all replicates.

    `per_hazard`: how many replicates each hazard has. With one the error is not a number.
    """
    n_replicates, d, _ = moments.shape
    for k in range(d):
        low, width = motions.low[k], motions.high[k] - motions.low[k]
        mean, square = 0.0, 0.0
        for r in range(n_replicates):
            mean += shares[r] * moments[r, k, 0]
            square += shares[r] * moments[r, k, 1]
        records.mean[t, k] = low + width * mean
        records.sd[t, k] = width * math.sqrt(max(square - mean * mean, 0.0))
        records.error[t, k] = width * _error(moments[:, k, 0], mean, shares, per_hazard)
        quantiles_of(histogram[k], low, width, records.quantiles[t, k])


@compiled
def _error(means, mean, shares, per_hazard):
    """Return the standard error of the replicates' mean weighted by their evidence, a ratio.

    By the spread of the weighted deviations (delta method). Replicates are alike under one hazard
    only: those of each are compared among themselves, and the hazards' variances added.
    """
    if per_hazard < 2:
        return np.nan
    spread = 0.0
    for first in range(0, len(means), per_hazard):
        centre = 0.0  # of all replicates' deviations
        if per_hazard < len(means):
            for r in range(first, first + per_hazard):
                centre += shares[r] * (means[r] - mean) / per_hazard
        for r in range(first, first + per_hazard):
            spread += (shares[r] * (means[r] - mean) - centre) ** 2
    return math.sqrt(spread * (per_hazard / (per_hazard - 1)))


@compiled
def quantiles_of(mass, low, width, out):
    """Write the quantiles at `PROBABILITIES` of mass in cells of equal width.

    Within a cell the mass is taken as uniform: a quantile is off by less than a cell.
    """
    total = mass.sum()
    below, cell = 0.0, 0
    for j in range(len(_PROBABILITIES)):
        wanted = _PROBABILITIES[j] * total
        while below + mass[cell] < wanted and cell < N_CELLS - 1:
            below += mass[cell]
            cell += 1
        inside = (wanted - below) / mass[cell] if mass[cell] > 0 else 0.0
        out[j] = low + width / N_CELLS * (cell + min(max(inside, 0.0), 1.0))


@compiled
def add_draws(values, weights, total, shares, r, offset, done, draws):
    """Write the draws (n_draws, d) that fall to a replicate: evenly over the mass of all.

    Draw j has a point of its own, (j + offset) / n_draws, in the cumulative weights of all
    replicates, one after another (systematic sampling).

    Parameters
    ----------
    offset : float
        In (0, 1), the same for all replicates.
    done : int
        How many draws the replicates before have written.

    Returns
    -------
    How many are written now.
    """
    n_draws, j = len(draws), done
    cumulative = 0.0
    for q in range(r):
        cumulative += shares[q]
    scale = shares[r] / total
    last = r == len(shares) - 1
    for i in range(len(weights)):
        cumulative += weights[i] * scale
        end = i == len(weights) - 1 and last
        while j < n_draws and (end or (j + offset) / n_draws < cumulative):
            for k in range(len(values)):
                draws[j, k] = values[k, i]
            j += 1
    return j
