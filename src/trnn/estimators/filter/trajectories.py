"""Whole trajectories of parameters given a whole session, compiled: Markov chain Monte Carlo.

A particle filter's ancestors of early trials are few, and backward simulation cannot replace them:
values that stay the same for hundreds of trials tie a particle to its own past. So trajectories are
moved instead, and every move is weighed by the likelihood of the trials that it touches
(Metropolis-Hastings; Green 1995, Biometrika 82, for changes that come and go). The posterior under
the dynamics is what the moves leave as it is, whatever the model.

Moves are proposed without the model (`proposals`); only whether one is accepted depends on it.
"""

import math

import numpy as np

from trnn.compilation import copy
from trnn.estimators.filter.chain import Chain
from trnn.estimators.filter.changes import find_changes
from trnn.estimators.filter.noise import uniform
from trnn.estimators.filter.proposals import propose
from trnn.estimators.filter.scales import on_its_scale
from trnn.theory.compiled import compiled
from trnn.theory.motions import CONSTANT, WALKING
from trnn.trials.missed import NO_RESPONSE

MOVES = 8  # of a parameter that may change, a sweep
TOGETHER = 64  # trials that are run before it is asked whether a move is lost already
PRODUCT = 8  # probabilities that are multiplied before their logarithm is taken
# A choice is at least so likely: then no product of `PRODUCT` probabilities underflows.
SMALLEST = 1e-38
_ONE = np.uint64(1)


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
                first, stop, log_prior = propose(motions, chain, new, k, key, place)
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
    copy(one.path[k, first:stop], other.path[k, first:])
    copy(one.walks[k, first:stop], other.walks[k, first:])
    copy(one.times[k, : max(one.counts[k], other.counts[k]) + 1], other.times[k])
    other.counts[k] = one.counts[k]
    if taken:
        copy(new.p[first:end], chain.p[first:])
        for m in range(len(new.states)):
            copy(new.states[m, first:end], chain.states[m, first:])


@compiled
def run(model, session, path, first, end, states):
    """Write the model's states on trials first to end, from that on the first."""
    for t in range(first, end):
        if session.fresh[t]:
            model.start(states, t)
        for m in range(len(states)):
            states[m, t + 1] = states[m, t]
        if session.action[t] != NO_RESPONSE:
            model.learn(states, t + 1, path, t, session.action[t], session.reward[t])


@compiled
def predict(model, session, path, first, end, states, p):
    """Write the probabilities of the choices on trials first to end - 1."""
    for t in range(first, end):
        sign = 1.0 - 2.0 * session.action[t]
        x = sign * model.decide(states, t, path, t, session.last[t])
        p[t] = max(model.probability(x), SMALLEST)
    if session.misses:  # in a loop of its own, so that the other vectorises
        for t in range(first, end):
            if session.action[t] == NO_RESPONSE:
                p[t] = 1.0


@compiled
def _better(model, session, chain, new, learns, first, end, threshold):
    """Return whether the new trajectory's log likelihood exceeds the old one's by a threshold.

    Both differ on trials first to end - 1 alone. No choice's log probability is positive: what has
    fallen short of the old one's total cannot come back.
    """
    floor = threshold + _log_product(chain.p, first, end)
    if learns and first < end:
        copy(chain.states[:, first], new.states[:, first])
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
        for m in range(len(new.states)):
            copy(chain.states[m, first:end], new.states[m, first:])
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
        for t in range(n):
            if motions.kind[k] == WALKING:
                walks[k, t] = on_its_scale(motions, k, path[k, t])
    find_changes(motions, path, times, counts)
    run(model, session, path, 0, n, states)
    predict(model, session, path, 0, n, states, p)
    return Chain(path, walks, times, counts, states, p)
