"""Whole trajectories of parameters given a whole session, compiled: Markov chain Monte Carlo.

A particle filter's ancestors of early trials are few, and backward simulation cannot replace them:
values that stay the same for hundreds of trials tie a particle to its own past. So trajectories are
moved instead, and every move is weighed by the likelihood of the trials that it touches
(Metropolis-Hastings; Green 1995, Biometrika 82, for changes that come and go). The posterior under
the dynamics is what the moves leave as it is, whatever the model.

Of a switching parameter there are five moves: a stretch gets another value; a change comes earlier
or later; a change comes up, or goes away, or both. A constant is one stretch. Of a walk a piece is
drawn anew between its ends, all of it or in part (Gaussian bridge). A move is proposed without the
model; only whether it is accepted depends on it.
"""

import math
from typing import NamedTuple

import numpy as np

from trnn.estimators.filter.noise import normal_pair, uniform
from trnn.theory.compiled import compiled
from trnn.theory.model import Model
from trnn.theory.motions import CONSTANT, FROM_THE_END, LOGIT, SWITCHING, WALKING
from trnn.theory.numeric import exp, logistic
from trnn.trials.choices import choices
from trnn.trials.sequences import Sequences

Array = np.ndarray

MOVES = 8  # of a parameter that may change, a sweep
LOCAL = 0.08  # standard deviation of a small step of a value, as a share of its range
TOGETHER = 64  # trials that are run before it is asked whether a move is lost already
PRODUCT = 8  # probabilities that are multiplied before their logarithm is taken
# A choice is at least so likely: then no product of `PRODUCT` probabilities underflows.
SMALLEST = 1e-38
REVALUE, SHIFT, BIRTH, DEATH, BEND = 0, 1, 2, 3, 4
_ONE = np.uint64(1)
# Places in a subject's stream that are far from those that a filter uses.
FAR = np.uint64(1 << 50)


class Session(NamedTuple):
    """A subject's t trials; every array is (t,).

    `fresh`: whether a trial begins a block; `ends`: where its block ends, the trial after the last;
    `last`: the action of the trial before, -1 on a block's first.
    """

    action: Array
    reward: Array
    fresh: Array
    ends: Array
    last: Array


class Chain(NamedTuple):
    """A trajectory of d parameters, and what the model makes of it.

    Parameters
    ----------
    path : (d, t), the parameters
    walks : (d, t), walks on their own scale
    times : (d, t + 1), the trials at which a parameter's stretches begin; the first is 0
    counts : (d,), how many stretches begin after it
    states : (n_state, t + 1), the model's state on each trial
    p : (t,), the probability of the choice
    """

    path: Array
    walks: Array
    times: Array
    counts: Array
    states: Array
    p: Array


def learning_of(model: Model) -> Array:
    """Return which of a model's parameters its state depends on, (d,) of bool."""
    return np.array([parameter.learning for parameter in model.parameters])


def session_of(one: Sequences) -> Session:
    """Return the trials of one subject."""
    action, reward, fresh, lengths = choices(one)
    n = int(lengths[0])
    begins = np.append(np.flatnonzero(fresh[0, :n]), n)
    ends = begins[np.searchsorted(begins, np.arange(n), side="right")]
    last = np.ascontiguousarray(one.previous_action[0, :n])
    return Session(action[0, :n], reward[0, :n], fresh[0, :n], ends, last)


@compiled
def improve(model, motions, learning, session, chain, n_sweeps, key, place):
    """Move a chain's trajectories by sweeps, in place; return the share of moves accepted.

    Parameters
    ----------
    learning : (d,) of bool
        Which parameters the model's state depends on.
    key, place : the stream of random numbers, and its next place
    """
    new = Chain(
        chain.path.copy(),
        chain.walks.copy(),
        chain.times.copy(),
        chain.counts.copy(),
        np.empty_like(chain.states),
        np.empty_like(chain.p),
    )
    tried, accepted = 0, 0
    for _ in range(n_sweeps):
        for k in range(len(chain.path)):
            # Whatever the trajectory is: a number that depended on it would draw it somewhere.
            for _ in range(2 if motions.kind[k] == CONSTANT else MOVES):
                first, stop, log_prior = _propose(motions, chain, new, k, key, place)
                end = session.ends[stop - 1] if learning[k] and stop > first else stop
                u = uniform(key, place[0])
                place[0] += _ONE
                taken = log_prior > -np.inf and _better(
                    model, session, chain, new, learning[k], first, end, math.log(u) - log_prior
                )
                _settle(chain, new, k, first, stop, end, taken)
                tried += 1
                accepted += taken
    return accepted / max(tried, 1)


@compiled
def _settle(chain, new, k, first, stop, end, taken):
    """Make both trajectories the same again: the new one if it was taken, else the old one."""
    one, other = (new, chain) if taken else (chain, new)
    other.path[k, first:stop] = one.path[k, first:stop]
    other.walks[k, first:stop] = one.walks[k, first:stop]
    for j in range(max(one.counts[k], other.counts[k]) + 1):
        other.times[k, j] = one.times[k, j]
    other.counts[k] = one.counts[k]
    if taken:
        chain.p[first:end] = new.p[first:end]
        chain.states[:, first:end] = new.states[:, first:end]


@compiled
def run(model, session, path, first, end, states):
    """Write the model's states on trials first to end, from that on the first."""
    for t in range(first, end):
        if session.fresh[t]:
            model.start(states, t)
        for m in range(len(states)):
            states[m, t + 1] = states[m, t]
        model.learn(states, t + 1, path, t, session.action[t], session.reward[t])


@compiled
def predict(model, session, path, first, end, states, p):
    """Write the probabilities of the choices on trials first to end - 1."""
    for t in range(first, end):
        sign = 1.0 - 2.0 * session.action[t]
        x = sign * model.decide(states, t, path, t, session.last[t])
        p[t] = max(model.probability(x), SMALLEST)


@compiled
def _better(model, session, chain, new, learns, first, end, threshold):
    """Return whether the new trajectory's log likelihood exceeds the old one's by a threshold.

    Both differ on trials first to end - 1 alone. No choice's log probability is positive: what has
    fallen short of the old one's total cannot come back.
    """
    floor = threshold + _log_product(chain.p, first, end)
    if learns and first < end:
        new.states[:, first] = chain.states[:, first]
    total = 0.0
    for here in range(first, end, TOGETHER):
        stop = min(here + TOGETHER, end)
        if learns:
            run(model, session, new.path, here, stop, new.states)
            predict(model, session, new.path, here, stop, new.states, new.p)
        else:
            predict(model, session, new.path, here, stop, chain.states, new.p)
        total += _log_product(new.p, here, stop)
        if not total >= floor:
            return False
    if not learns:
        new.states[:, first:end] = chain.states[:, first:end]
    return total >= floor


@compiled
def _log_product(p, first, stop):
    """Return the log of a product of probabilities."""
    total = 0.0
    for here in range(first, stop, PRODUCT):
        product = 1.0
        for t in range(here, min(here + PRODUCT, stop)):
            product *= p[t]
        total += math.log(product)
    return total


@compiled
def _propose(motions, chain, new, k, key, place):
    """Write a proposal for parameter k into `new`.

    Returns
    -------
    The first trial that it changes and the trial after the last; the log of the ratio of prior and
    proposals, new to old, without the likelihood, -inf if there is nothing to propose.
    """
    u = uniform(key, place[0])
    place[0] += _ONE
    if motions.kind[k] == WALKING:
        return _bend(motions, chain, new, k, key, place)
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
def _whole(n, key, place):
    """Draw a whole number from 0 to n - 1."""
    u = uniform(key, place[0])
    place[0] += _ONE
    return min(int(u * n), n - 1)


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


@compiled
def _revalue(motions, chain, new, k, key, place):
    """Propose another value of a stretch: near by, or anywhere in the range."""
    low, width = motions.low[k], motions.high[k] - motions.low[k]
    first, stop = _stretch(chain, k, _whole(chain.counts[k] + 1, key, place))
    kind = _whole(4, key, place)
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
    j = 1 + _whole(chain.counts[k], key, place)
    by = 1 + _whole(1 << (1 + 2 * _whole(4, key, place)), key, place)  # up to 2, 8, 32, 128
    by = by if _whole(2, key, place) == 0 else -by
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
    at = 1 + _whole(n - 1, key, place)
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
    first, stop = (start, at) if _whole(2, key, place) == 0 else (at, end)
    new.path[k, first:stop] = _anywhere(motions, k, key, place)
    # Proposed with probability 1 / (n - 1) a trial, and taken back with 1 / (count + 1) a change.
    return first, stop, math.log((n - 1.0) / (count + 1.0))


@compiled
def _death(chain, new, k, key, place):
    """Propose that a change goes away: both sides get the value of one of them."""
    n, count = chain.path.shape[1], chain.counts[k]
    if count == 0:
        return 0, 0, -np.inf
    j = 1 + _whole(count, key, place)
    start, at = _stretch(chain, k, j - 1)
    _, end = _stretch(chain, k, j)
    for i in range(j, count):
        new.times[k, i] = chain.times[k, i + 1]
    new.counts[k] = count - 1
    left = _whole(2, key, place) == 0
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
def log_prior_of_changes(motions, times, counts, n):
    """Return the log probability that all parameters change when they do, in n trials.

    Summed over the limits of changes that an agent may have drawn.
    """
    share, n_limits = motions.stationary_share, len(motions.limits)
    total = -np.inf
    if share > 0:
        total = math.log(share) + _log_prior_under(motions, times, counts, n, 0.0)
    if share < 1:
        for i in range(max(n_limits, 1)):
            limit = motions.limits[i] if n_limits > 0 else np.inf
            own = math.log((1.0 - share) / max(n_limits, 1))
            total = np.logaddexp(total, own + _log_prior_under(motions, times, counts, n, limit))
    return total


@compiled
def draw_limit(motions, path, u):
    """Draw the limit of changes of an agent whose path (d, t) is known, by a uniform number."""
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
        weights[i] = _log_prior_under(motions, times, counts, n, limits[i])
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
def _log_prior_under(motions, times, counts, n, limit):
    """Return the log probability of all changes under a limit of their number."""
    total = 0.0
    for k in range(len(counts)):
        if motions.kind[k] != SWITCHING:
            continue
        if counts[k] > limit:
            return -np.inf
        h = motions.hazard[k]
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


@compiled
def _bend(motions, chain, new, k, key, place):
    """Propose another piece of a walk between its ends: partly as it is, partly drawn anew."""
    walk, n = chain.walks[k], chain.path.shape[1]
    length = min(1 << (2 + 2 * _whole(5, key, place)), n)  # 4 to 1024 trials
    first = max(_whole(n + length - 1, key, place) - length + 1, 0)
    stop = min(first + length, n)
    turn = (1.0, 0.5, 0.15, 0.05)[_whole(4, key, place)]
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
        new.path[k, first + i] = _value_of(motions, k, piece[i])
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


@compiled
def _value_of(motions, k, x):
    low, high = motions.low[k], motions.high[k]
    if motions.scale[k] == LOGIT:
        return low + (high - low) * logistic(x)
    return min(max(exp(x), low), high)


@compiled
def trace(values, parents, weights, u, path):
    """Write the trajectory of a particle that is drawn by its weight, back to the first trial.

    Parameters
    ----------
    values, parents : as in `trnn.estimators.filter.particles.Records`
    weights : (n,), after the last choice
    u : float
        In (0, 1): which particle.
    path : (d, t), written
    """
    n_trials, d, n = values.shape
    wanted, i, cumulative = u * weights.sum(), 0, weights[0]
    while cumulative < wanted and i < n - 1:
        i += 1
        cumulative += weights[i]
    for t in range(n_trials - 1, -1, -1):
        # The weights are of the particles after the last trial's resampling.
        i = parents[t, i]
        for k in range(d):
            path[k, t] = values[t, k, i]


@compiled
def new_chain(model, motions, session, path):
    """Return the chain of a path (d, t)."""
    d, n = path.shape
    walks, counts = np.zeros((d, n)), np.zeros(d, np.int64)
    times, states, p = (
        np.zeros((d, n + 1), np.int64),
        np.zeros((model.n_state(), n + 1)),
        np.zeros(n),
    )
    for k in range(d):
        low, width = motions.low[k], motions.high[k] - motions.low[k]
        for t in range(n):
            if motions.kind[k] == WALKING:
                share = min(max((path[k, t] - low) / width, FROM_THE_END), 1.0 - FROM_THE_END)
                if motions.scale[k] == LOGIT:
                    walks[k, t] = math.log(share) - math.log1p(-share)
                else:
                    walks[k, t] = math.log(low + width * share)
    find_changes(motions, path, times, counts)
    run(model, session, path, 0, n, states)
    predict(model, session, path, 0, n, states, p)
    return Chain(path, walks, times, counts, states, p)
