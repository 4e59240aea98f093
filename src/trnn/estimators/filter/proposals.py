"""Proposals for one parameter of a trajectory, compiled: without the model, which weighs them.

Of a switching parameter there are five moves: a stretch gets another value; a change comes earlier
or later; a change comes up, or goes away, or both. A constant is one stretch. Of a walk a piece is
drawn anew between its ends, all of it or in part (`bending`).
"""

import math

import numpy as np

from trnn.compilation import compiled
from trnn.estimators.filter.bending import bend
from trnn.estimators.filter.changes import log_prior_of_changes
from trnn.estimators.filter.noise import normal_pair, uniform, whole
from trnn.theory.motions import CONSTANT, WALKING

LOCAL = 0.08  # standard deviation of a small step of a value, as a share of its range
_ONE = np.uint64(1)


@compiled
def propose(motions, chain, new, k, key, place):
    """Write a proposal for parameter k into `new`.

    Returns
    -------
    The first trial that it changes and the trial after the last; the log of the ratio of prior and
    proposals, new to old, without the likelihood, -inf if there is nothing to propose.
    """
    u = uniform(key, place[0])
    place[0] += _ONE
    if motions.kind[k] == WALKING:
        return bend(motions, chain, new, k, key, place)
    if motions.kind[k] == CONSTANT or u < 0.4:
        return _revalue(motions, chain, new, k, key, place)
    if u < 0.55:
        first, stop, log_ratio = _shift(chain, new, k, key, place)
    elif u < 0.65:
        first, stop, log_ratio = _relocate(motions, chain, new, k, key, place)
    elif u < 0.825:
        first, stop, log_ratio = _birth(motions, chain, new, k, key, place)
    else:
        first, stop, log_ratio = _death(chain, new, k, key, place)
    if log_ratio > -np.inf:
        n = chain.path.shape[1]
        log_ratio += log_prior_of_changes(motions, new.times, new.counts, n)
        log_ratio -= log_prior_of_changes(motions, chain.times, chain.counts, n)
    return first, stop, log_ratio


@compiled
def _revalue(motions, chain, new, k, key, place):
    """Propose another value of a stretch: near by, or anywhere in the range."""
    low, width = motions.low[k], motions.high[k] - motions.low[k]
    first, stop = _stretch(chain, k, whole(chain.counts[k] + 1, key, place))
    kind = whole(4, key, place)
    if kind < 3:
        step, _ = normal_pair(key, place[0])
        place[0] += _ONE
        # Steps of three sizes, reflected at the ends of the range.
        x = (chain.path[k, first] - low) / width + LOCAL * (1.0, 0.3, 3.0)[kind] * step
        x = abs(x) % 2.0
        value = low + width * (2.0 - x if x > 1.0 else x)
    else:
        value = _anywhere(motions, k, key, place)
    new.path[k, first:stop] = value
    return first, stop, 0.0


@compiled
def _shift(chain, new, k, key, place):
    """Propose that a change comes earlier or later, between its neighbours."""
    if chain.counts[k] == 0:
        return 0, 0, -np.inf
    j = 1 + whole(chain.counts[k], key, place)
    by = 1 + whole(1 << (1 + 2 * whole(4, key, place)), key, place)  # up to 2, 8, 32, 128
    by = by if whole(2, key, place) == 0 else -by
    start, old = _stretch(chain, k, j - 1)
    _, end = _stretch(chain, k, j)
    at = old + by
    if not start < at < end:
        return 0, 0, -np.inf
    new.times[k, j] = at
    first, stop = min(old, at), max(old, at)
    new.path[k, first:stop] = chain.path[k, old - 1] if at > old else chain.path[k, old]
    return first, stop, 0.0


@compiled
def _birth(motions, chain, new, k, key, place):
    """Propose one more change: one side of it gets a value from anywhere in the range."""
    n, count = chain.path.shape[1], chain.counts[k]
    if n < 2:
        return 0, 0, -np.inf
    at = 1 + whole(n - 1, key, place)
    j = 0
    while j < count and chain.times[k, j + 1] <= at:
        j += 1
    if chain.times[k, j] == at:
        return 0, 0, -np.inf
    start, end = _stretch(chain, k, j)
    for i in range(count, j, -1):
        new.times[k, i + 1] = chain.times[k, i]
    new.times[k, j + 1] = at
    new.counts[k] = count + 1
    first, stop = (start, at) if whole(2, key, place) == 0 else (at, end)
    new.path[k, first:stop] = _anywhere(motions, k, key, place)
    # Proposed with probability 1 / (n - 1) a trial, and taken back with 1 / (count + 1) a change.
    return first, stop, math.log((n - 1.0) / (count + 1.0))


@compiled
def _death(chain, new, k, key, place):
    """Propose that a change goes away: both sides get the value of one of them."""
    n, count = chain.path.shape[1], chain.counts[k]
    if count == 0:
        return 0, 0, -np.inf
    j = 1 + whole(count, key, place)
    start, at = _stretch(chain, k, j - 1)
    _, end = _stretch(chain, k, j)
    for i in range(j, count):
        new.times[k, i] = chain.times[k, i + 1]
    new.counts[k] = count - 1
    left = whole(2, key, place) == 0
    first, stop = (start, at) if left else (at, end)
    new.path[k, first:stop] = chain.path[k, at] if left else chain.path[k, at - 1]
    return first, stop, -math.log((n - 1.0) / count)


@compiled
def _relocate(motions, chain, new, k, key, place):
    """Propose that a change goes away and another comes up: at once, where no more are allowed.

    The way back is proposed as often, so that the ratios of death and birth cancel.
    """
    first, stop, gone = _death(chain, new, k, key, place)
    if gone == -np.inf:
        return first, stop, gone
    again, end, come = _birth(motions, new, new, k, key, place)
    if come == -np.inf:
        return first, stop, come
    return min(first, again), max(stop, end), gone + come


@compiled
def _anywhere(motions, k, key, place):
    """Draw a value from the range of a parameter."""
    u = uniform(key, place[0])
    place[0] += _ONE
    return motions.low[k] + (motions.high[k] - motions.low[k]) * u


@compiled
def _stretch(chain, k, j):
    """Return the first trial of stretch j of a parameter, and the trial after its last."""
    n = chain.path.shape[1]
    return chain.times[k, j], chain.times[k, j + 1] if j < chain.counts[k] else n
