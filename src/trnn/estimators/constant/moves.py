"""Moves of constant parameters over a session's choices so far, compiled.

Metropolis-Hastings steps over the whole history, which leave the posterior given it as it is. They
go by turns: draws that forget where a particle was (Chopin 2002, Biometrika 89, sect. 3.2), and
steps of a random walk, which get along where the posterior has another shape.

The former come from the prior and t distributions, half of them from that fitted to the weighted
particles as they are, half from others: those fitted whenever the particles were moved before, and
those of `tempering`. A person who changes makes posteriors with several modes, and the one that
wins in the end may have been next to nothing for hundreds of trials, with no particle left.
"""

import math
from typing import NamedTuple

import numpy as np

from trnn.compilation import copy
from trnn.estimators.filter.noise import normal_pair, uniform, whole
from trnn.theory.compiled import compiled
from trnn.theory.numeric import log, logistic
from trnn.trials.missed import NO_RESPONSE

Array = np.ndarray

FREEDOM = 4.0  # degrees of freedom of the t distribution: heavier tails than the posteriors have
# SDs of a step times the root of d: the best if all is normal (Roberts & Rosenthal 2001, Stat. Sci.
# 16), and shorter ones where it is not.
STEPS = (2.38, 0.8)
NARROWEST = 1e-4  # standard deviation of a proposal at least, on the logit scale
MOST = 64  # fits that are kept
FURTHEST = 36.0  # from 0 on the logit scale, where a parameter is at the end of its range
TOGETHER = 64  # particles that are carried through the history together
PRODUCT = 8  # probabilities that are multiplied before their logarithm is taken
SMALLEST = 1e-38  # probability of a choice at least: no product of `PRODUCT` underflows
_ONE = np.uint64(1)


class Box(NamedTuple):
    """The ranges of d parameters, (d,) each."""

    low: Array
    high: Array


class Swarm(NamedTuple):
    """The n particles of a replicate: where they are, and what follows from that.

    Parameters
    ----------
    points, values : (d, n), on the logit scale of the ranges, and as they are
    state : (n_state, n), the model's after the last choice
    log_p : (n,), log P(choices so far), nats
    """

    points: Array
    values: Array
    state: Array
    log_p: Array


class Fits(NamedTuple):
    """What particles covered whenever they were moved: t distributions on the logit scale.

    Parameters
    ----------
    middles, roots : (MOST, d), (MOST, d, d), centres and Cholesky roots
    log_scales : (MOST,), logs of the roots' determinants
    number : (1,) of int, how many there are
    """

    middles: Array
    roots: Array
    log_scales: Array
    number: Array


@compiled
def add_fit(points, weights, fits):
    """Add a fit to points with weights of sum 1; of more than `MOST` the last one is replaced."""
    c = min(fits.number[0], MOST - 1)
    fits.number[0] = c + 1
    _fit(points, weights, fits.middles[c], fits.roots[c])
    fits.log_scales[c] = 0.0
    for k in range(len(points)):
        fits.log_scales[c] += math.log(fits.roots[c, k, k])


@compiled
def _fit(points, weights, middle, root):
    """Write mean (d,) and Cholesky root of the covariance (d, d) of points with weights of sum 1.

    `NARROWEST` is added, so that there is a root where all weight is on one point.
    """
    d, n = points.shape
    for k in range(d):
        total = 0.0
        for i in range(n):
            total += weights[i] * points[k, i]
        middle[k] = total
    for k in range(d):
        for m in range(k + 1):
            total = NARROWEST * NARROWEST if k == m else 0.0
            for i in range(n):
                total += weights[i] * (points[k, i] - middle[k]) * (points[m, i] - middle[m])
            for j in range(m):
                total -= root[k, j] * root[m, j]
            root[k, m] = math.sqrt(total) if k == m else total / root[m, m]


@compiled
def improve(model, box, action, reward, fresh, power, n_moves, swarm, new, fits, key, place):
    """Move every particle `n_moves` times, in place; return the share of moves accepted.

    Parameters
    ----------
    action, reward, fresh : (t,), the choices so far
    power : float
        Of the likelihood; 1 is the posterior.
    new : Swarm
        Workspace of the same shape.
    fits : Fits
        The last of them is that of the particles as they are.
    key, place : the stream of random numbers, and its next place (1,)
    """
    n = swarm.points.shape[1]
    accepted, threshold, z = 0, np.empty(n), np.empty(len(swarm.points))
    for move in range(n_moves):
        walks = move % 2 == 1
        for i in range(n):
            _propose(swarm.points, new.points, i, fits, walks, key, place)
            threshold[i] = math.log(uniform(key, place[0])) + power * swarm.log_p[i]
            place[0] += _ONE
            threshold[i] += _log_prior(swarm.points, i) - _log_prior(new.points, i)
            if not walks:
                threshold[i] += _log_density(new.points, i, fits, z)
                threshold[i] -= _log_density(swarm.points, i, fits, z)
        to_values(box, new.points, new.values)
        follow(model, action, reward, fresh, new)
        for i in range(n):
            if power * new.log_p[i] > threshold[i]:
                accepted += 1
                take(new, i, swarm, i)
    return accepted / (n_moves * n)


@compiled
def _propose(points, new, i, fits, walks, key, place):
    """Write a proposal for a particle: a step from where it is, or a draw of its own."""
    d, last = len(points), fits.number[0] - 1
    c = last
    if walks:
        scale = STEPS[whole(len(STEPS), key, place)] / math.sqrt(d)
    else:
        # -1 is the prior; all beyond the last are the last, which is drawn from half of the time.
        c = min(whole(2 * last + 2, key, place) - 1, last)
        # A chi-square number of 4 degrees of freedom is -2 log of two uniform numbers' product.
        both = uniform(key, place[0]) * uniform(key, place[0] + _ONE)
        place[0] += np.uint64(2)
        scale = math.sqrt(FREEDOM / (-2.0 * math.log(both)))
    for k in range(d):
        new[k, i] = points[k, i] if walks else fits.middles[max(c, 0), k]
    for m in range(d):
        z, _ = normal_pair(key, place[0])
        u = uniform(key, place[0] + _ONE)
        place[0] += np.uint64(2)
        if c < 0:
            new[m, i] = math.log(u) - math.log1p(-u)
        else:
            for k in range(m, d):
                new[k, i] += scale * fits.roots[c, k, m] * z
    for k in range(d):
        new[k, i] = min(max(new[k, i], -FURTHEST), FURTHEST)


@compiled
def _log_prior(points, i):
    """Return the log density of a particle where the parameters are uniform: it is logistic."""
    total = 0.0
    for k in range(len(points)):
        x = abs(points[k, i])
        total -= x + 2.0 * math.log1p(math.exp(-x))
    return total


@compiled
def _log_density(points, i, fits, z):
    """Return the log density of draws at a particle, up to a constant; `z` (d,) is workspace."""
    d, n_fits = len(points), fits.number[0]
    constant = math.lgamma((FREEDOM + d) / 2) - math.lgamma(FREEDOM / 2)
    constant -= d / 2 * math.log(FREEDOM * math.pi)
    total = _log_prior(points, i)
    for c in range(n_fits):
        middle, root, square = fits.middles[c], fits.roots[c], 0.0
        for k in range(d):
            rest = points[k, i] - middle[k]
            for m in range(k):
                rest -= root[k, m] * z[m]
            z[k] = rest / root[k, k]
            square += z[k] * z[k]
        own = -0.5 * (FREEDOM + d) * math.log1p(square / FREEDOM)
        own += constant - fits.log_scales[c]
        if c == n_fits - 1:  # as often as the prior and all others together: `_propose`
            own += math.log(n_fits)
        total = max(total, own) + math.log1p(math.exp(-abs(total - own)))
    return total


@compiled
def to_values(box, points, values):
    """Write the parameters (d, n) at points on the logit scale of their ranges."""
    for k in range(len(points)):
        low, width = box.low[k], box.high[k] - box.low[k]
        for i in range(points.shape[1]):
            values[k, i] = low + width * logistic(points[k, i])


@compiled
def take(source, i, target, j):
    """Write particle i of one swarm over particle j of another, or of the same."""
    for k in range(len(source.points)):
        target.points[k, j] = source.points[k, i]
        target.values[k, j] = source.values[k, i]
    if source.state.shape[1] > 1:  # of a state that is the same for all there is one column
        for m in range(len(source.state)):
            target.state[m, j] = source.state[m, i]
    target.log_p[j] = source.log_p[i]


@compiled
def follow(model, action, reward, fresh, swarm):
    """Run the model along the choices so far; write states and log probabilities of a swarm."""
    d, n = swarm.values.shape
    now, state = np.empty((d, TOGETHER)), np.empty((len(swarm.state), model.width(TOGETHER)))
    total = np.empty(TOGETHER)
    for first in range(0, n, TOGETHER):
        size = min(TOGETHER, n - first)
        for k in range(d):
            copy(swarm.values[k, first : first + size], now[k])
            for i in range(size, TOGETHER):
                now[k, i] = now[k, 0]
        _run(model, action, reward, fresh, now, state, total)
        copy(total[:size], swarm.log_p[first:])
        for m in range(len(state)):
            copy(state[m, : model.width(size)], swarm.state[m, model.column(first) :])


@compiled
def _run(model, action, reward, fresh, now, state, total):
    """Write the state and the log probability of so many particles as are carried together."""
    product, done, last = np.ones(TOGETHER), 0, -1
    total[:] = 0.0
    for t in range(len(action)):
        if fresh[t]:
            last = -1
            for j in range(model.width(TOGETHER)):
                model.start(state, j)
        if action[t] == NO_RESPONSE:
            continue
        sign = 1.0 - 2.0 * action[t]
        for j in range(TOGETHER):
            x = sign * model.decide(state, model.column(j), now, j, last)
            product[j] *= max(model.probability(x), SMALLEST)
        for j in range(model.width(TOGETHER)):
            model.learn(state, j, now, j, action[t], reward[t])
        last = action[t]
        done += 1
        if done % PRODUCT == 0:
            for j in range(TOGETHER):
                total[j] += log(product[j])
                product[j] = 1.0
    for j in range(TOGETHER):
        total[j] += log(product[j])
