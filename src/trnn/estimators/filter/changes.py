"""How likely a trajectory's changes are under its dynamics, compiled, whatever its values are."""

import math

import numpy as np

from trnn.compilation import compiled
from trnn.theory.motions import SWITCHING, WALKING


@compiled
def log_prior_of_changes(motions, times, counts, n):
    """Return the log probability that all parameters change when they do, in n trials.

    Summed over the hazards and the limits of changes that an agent may have drawn: they are not
    parts of a trajectory, and can be drawn given its changes (`draw_hazard`, `draw_limit`).
    """
    n_hazards = len(motions.hazards)
    if n_hazards == 0:
        return _log_prior_at(motions, times, counts, n, -1.0)
    total = -np.inf
    for h in range(n_hazards):
        own = _log_prior_at(motions, times, counts, n, motions.hazards[h])
        total = np.logaddexp(total, own)
    return total - math.log(n_hazards)


@compiled
def hazards_given_changes(motions, times, counts, n, shares):
    """Write the posterior probability (h,) of each hazard given the changes of a trajectory.

    Exact whatever was chosen: choices depend on the hazard by the trajectory alone.
    """
    for h in range(len(shares)):
        shares[h] = _log_prior_at(motions, times, counts, n, motions.hazards[h])
    top = shares.max()
    for h in range(len(shares)):
        shares[h] = math.exp(shares[h] - top)
    shares /= shares.sum()


@compiled
def hazards_given_path(motions, path, shares):
    """Write the posterior probability (h,) of each hazard given a trajectory (d, t)."""
    d, n = path.shape
    times, counts = np.zeros((d, n + 1), np.int64), np.zeros(d, np.int64)
    find_changes(motions, path, times, counts)
    hazards_given_changes(motions, times, counts, n, shares)


@compiled
def draw_hazard(motions, path, u):
    """Draw the hazard of an agent whose path (d, t) is known, by a uniform number: which one.

    0 where agents share the hazard.
    """
    if len(motions.hazards) == 0:
        return 0
    shares, below, h = np.empty(len(motions.hazards)), 0.0, 0
    hazards_given_path(motions, path, shares)
    while h < len(shares) - 1 and below + shares[h] < u:
        below += shares[h]
        h += 1
    return h


@compiled
def _log_prior_at(motions, times, counts, n, hazard):
    """Return the log probability of all changes under a hazard; below 0: each parameter's own."""
    share, n_limits = motions.stationary_share, len(motions.limits)
    total = -np.inf
    if share > 0:
        total = math.log(share) + _log_prior_under(motions, times, counts, n, 0.0, hazard)
    if share < 1:
        for i in range(max(n_limits, 1)):
            limit = motions.limits[i] if n_limits > 0 else np.inf
            own = math.log((1.0 - share) / max(n_limits, 1))
            of_limit = _log_prior_under(motions, times, counts, n, limit, hazard)
            total = np.logaddexp(total, own + of_limit)
    return total


@compiled
def draw_limit(motions, path, u):
    """Draw the limit of changes of an agent whose path (d, t) is known, by a uniform number.

    Its hazard is known too: `motions` have one.
    """
    d, n = path.shape
    times, counts = np.zeros((d, n + 1), np.int64), np.zeros(d, np.int64)
    find_changes(motions, path, times, counts)
    n_limits = max(len(motions.limits), 1)
    limits, weights = np.full(n_limits + 1, np.inf), np.zeros(n_limits + 1)
    limits[0] = 0.0
    for i in range(n_limits + 1):
        if i > 0 and len(motions.limits) > 0:
            limits[i] = motions.limits[i - 1]
        share = motions.stationary_share
        prior = share if i == 0 else (1.0 - share) / n_limits
        weights[i] = _log_prior_under(motions, times, counts, n, limits[i], -1.0)
        weights[i] += math.log(prior) if prior > 0 else -np.inf
    weights = np.exp(weights - weights.max())
    wanted, i = u * weights.sum(), 0
    while wanted > weights[i] and i < n_limits:
        wanted -= weights[i]
        i += 1
    return limits[i]


@compiled
def find_changes(motions, path, times, counts):
    """Write when the parameters of a path (d, t) change that do not walk: see `Chain`."""
    for k in range(len(path)):
        for t in range(1, path.shape[1]):
            if motions.kind[k] != WALKING and path[k, t] != path[k, t - 1]:
                counts[k] += 1
                times[k, counts[k]] = t


@compiled
def _log_prior_under(motions, times, counts, n, limit, hazard):
    """Return the log probability of all changes under a limit of their number; see above."""
    total = 0.0
    for k in range(len(counts)):
        if motions.kind[k] != SWITCHING:
            continue
        if counts[k] > limit:
            return -np.inf
        h = hazard if hazard >= 0.0 else motions.hazard[k]
        free = 0.0  # trials on which it might have changed and did not
        for j in range(counts[k] + 1):
            since = times[k, j]
            if j < counts[k]:
                gap = times[k, j + 1] - since
                if gap <= motions.min_gap:
                    return -np.inf
                free += gap - motions.min_gap - 1
            elif counts[k] < limit:
                free += max(n - 1 - since - motions.min_gap, 0)
        if counts[k] > 0:
            total += counts[k] * math.log(h) if h > 0 else -np.inf
        if free > 0:
            total += free * math.log1p(-h) if h < 1 else -np.inf
    return total
