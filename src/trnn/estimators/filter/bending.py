"""Proposals for a parameter that walks, compiled: a piece of its walk is drawn anew."""

import math

import numpy as np

from trnn.compilation import compiled
from trnn.estimators.filter.noise import normal_pair, whole
from trnn.estimators.filter.scales import value_of
from trnn.theory.motions import LOGIT
from trnn.theory.numeric import exp, logistic

_ONE = np.uint64(1)


@compiled
def bend(motions, chain, new, k, key, place):
    """Propose another piece of a walk between its ends: partly as it is, partly drawn anew."""
    walk, n = chain.walks[k], chain.path.shape[1]
    length = min(1 << (2 + 2 * whole(5, key, place)), n)  # 4 to 1024 trials
    first = max(whole(n + length - 1, key, place) - length + 1, 0)
    stop = min(first + length, n)
    turn = (1.0, 0.5, 0.15, 0.05)[whole(4, key, place)]
    free = first == 0 and stop == n
    piece = new.walks[k, first:stop]
    if free:
        # No end holds it: all of it is shifted.
        shift, _ = normal_pair(key, place[0])
        place[0] += _ONE
        for i in range(n):
            piece[i] = walk[i] + turn * shift
    else:
        _bridge(motions.step_sd[k], piece, first > 0, stop < n, key, place)
        keep = math.sqrt(1.0 - turn * turn)
        left = walk[first - 1] if first > 0 else walk[stop]
        right = walk[stop] if stop < n else left
        for i in range(stop - first):
            middle = left + (right - left) * (i + 1.0) / (stop - first + 1.0)
            piece[i] = middle + keep * (walk[first + i] - middle) + turn * piece[i]
    for i in range(stop - first):
        new.path[k, first + i] = value_of(motions, k, piece[i])
    if first > 0:
        return first, stop, 0.0
    # A bridge takes its free start as flat: it is weighed by the start's own prior.
    return first, stop, _log_start(motions, k, piece[0]) - _log_start(motions, k, walk[0])


@compiled
def _bridge(sd, piece, left, right, key, place):
    """Draw a random walk that is 0 beyond the ends that are held."""
    n = len(piece)
    total = 0.0
    for i in range(n):
        step, _ = normal_pair(key, place[0] + np.uint64(i))
        total += sd * step
        piece[i] = total
    step, _ = normal_pair(key, place[0] + np.uint64(n))
    place[0] += np.uint64(n + 1)
    if left and right:
        end = total + sd * step
        for i in range(n):
            piece[i] -= end * (i + 1.0) / (n + 1.0)
    elif right:
        # Backwards from the end that is held.
        for i in range(n // 2):
            piece[i], piece[n - 1 - i] = piece[n - 1 - i], piece[i]


@compiled
def _log_start(motions, k, x):
    """Return the log density of a walk's start on its own scale, up to a constant."""
    if motions.start_mean[k] == motions.start_mean[k]:
        z = (x - motions.start_mean[k]) / motions.start_sd[k]
        return -0.5 * z * z
    # Uniform in the parameter: the slope of the parameter in the walk.
    if motions.scale[k] == LOGIT:
        p = logistic(x)
        return math.log(max(p * (1.0 - p), 1e-300))
    value = exp(x)
    if value < motions.low[k] or value > motions.high[k]:
        return -np.inf
    return x
