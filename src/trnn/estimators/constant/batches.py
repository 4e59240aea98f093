"""The posterior of one subject's constant parameters, choice by choice, compiled.

Iterated batch importance sampling: Chopin (2002), Biometrika 89. Particles are weighed by each
choice; when their effective sample size falls, they are resampled and moved over the whole history
(`moves`). Several replicates go through the trials side by side: their spread is the Monte Carlo
error.
"""

import math

import numpy as np

from trnn.estimators.constant.moves import MOST, Fits, Swarm, add_fit, improve
from trnn.estimators.constant.tempering import Work, resample, spread, temper
from trnn.estimators.filter.particles import of_action_0
from trnn.estimators.filter.summaries import add_moments, conclude, relative
from trnn.theory.compiled import compiled
from trnn.theory.numeric import exp
from trnn.theory.quantiles import N_CELLS
from trnn.trials.missed import NO_RESPONSE

Array = np.ndarray

MOVES = 4  # of each particle, whenever its replicate is resampled
APART = np.uint64(44)  # replicates stand 2^44 places apart in a stream
# Shares of the session whose posteriors are tempered beforehand.
SHARES = (0.5, 1.0)


@compiled
def run(model, box, action, reward, fresh, key, below, records):
    """Predict one subject's t choices, each before it is seen.

    Returns the trial that no particle explains, or -1.

    Parameters
    ----------
    box : Box
        The ranges, over which the parameters are uniform before the first choice.
    action, reward, fresh : (t,)
        `fresh` says which trials begin a block; the action is -1 where there was no response.
    key : uint64
        Of the stream of all random numbers.
    below : float
        A replicate is resampled when its effective sample size falls under this share of n.
    records : Records
        As a filter's, with summaries and without draws.
    """
    n_replicates, n = records.weights.shape
    d, n_state = len(box.low), model.n_state()
    clouds = np.zeros((n_replicates, 2 * d + 1, n))
    states = np.zeros((n_replicates, n_state, model.width(n)))
    new = Swarm(np.empty((d, n)), np.empty((d, n)), np.empty_like(states[0]), np.empty(n))
    work = Work(np.empty(n), np.empty(n, np.int64), np.empty((2, n), np.int64))
    middles, roots = np.empty((n_replicates, MOST, d)), np.zeros((n_replicates, MOST, d, d))
    log_scales, counts = np.empty((n_replicates, MOST)), np.zeros((n_replicates, 1), np.int64)
    places, shares = np.zeros((n_replicates, 1), np.uint64), np.empty(n_replicates)
    records.log_evidence[:], records.weights[:] = 0.0, 1.0 / n
    for r in range(n_replicates):
        places[r, 0] = np.uint64(r) << APART
        own = Swarm(clouds[r, :d], clouds[r, d : 2 * d], states[r], clouds[r, 2 * d])
        fits = Fits(middles[r], roots[r], log_scales[r], counts[r])
        _begin(model, box, action, reward, fresh, below, own, new, fits, work, key, places[r])
    histogram, moments, last = np.empty((d, N_CELLS)), np.empty((n_replicates, d, 2)), -1
    for t in range(len(action)):
        last = -1 if fresh[t] else last
        relative(records.log_evidence, shares)
        histogram[:] = 0.0
        predicted = 0.0
        for r in range(n_replicates):
            own = Swarm(clouds[r, :d], clouds[r, d : 2 * d], states[r], clouds[r, 2 * d])
            weights = records.weights[r]
            if fresh[t]:
                for i in range(model.width(n)):
                    model.start(own.state, i)
            add_moments(box, own.values, weights, shares[r], 1.0, moments[r], histogram)
            if action[t] == NO_RESPONSE:
                continue
            gained, squares = _weigh(model, own, action[t], last, weights, work.log_weights)
            if not abs(gained) < np.inf:
                return t
            records.log_evidence[r] += gained
            predicted += shares[r] * math.exp(gained)
            for i in range(model.width(n)):
                model.learn(own.state, i, own.values, i, action[t], reward[t])
            if squares * below * n > 1.0 and t < len(action) - 1:
                fits = Fits(middles[r], roots[r], log_scales[r], counts[r])
                add_fit(own.points, weights, fits)
                resample(own, weights, work, key, places[r])
                seen = slice(0, t + 1)
                improve(
                    model, box, action[seen], reward[seen], fresh[seen], 1.0, MOVES, own, new, fits,
                    key, places[r],
                )  # fmt: skip
        conclude(box, moments, shares, n_replicates, histogram, records, t)
        records.p_action_0[t] = of_action_0(predicted, action[t])
        last = last if action[t] == NO_RESPONSE else action[t]
    return -1


@compiled
def _begin(model, box, action, reward, fresh, below, own, new, fits, work, key, place):
    """Find out where the posteriors will lie, and draw a replicate's particles from the prior."""
    for share in SHARES:
        seen = slice(0, max(int(share * len(action)), 1))
        spread(box, own, key, place)
        temper(
            model, box, action[seen], reward[seen], fresh[seen], below, own, new, fits, work, key,
            place,
        )  # fmt: skip
    spread(box, own, key, place)
    own.log_p[:] = 0.0


@compiled
def _weigh(model, own, action, last, weights, log_weights):
    """Weigh the particles by a choice, to a sum of 1.

    Returns
    -------
    The choice's log probability, minus infinity or not-a-number if no particle explains it; and the
    sum of the weights' squares.
    """
    n, sign, top = len(weights), 1.0 - 2.0 * action, -np.inf
    for i in range(n):
        x = sign * model.decide(own.state, model.column(i), own.values, i, last)
        log_weights[i] = model.log_probability(x)
    for i in range(n):
        own.log_p[i] += log_weights[i]
        if weights[i] > 0.0:
            top = max(top, log_weights[i])
        if log_weights[i] != log_weights[i]:
            return np.nan, np.nan
    total, squares = 0.0, 0.0
    for i in range(n):
        # The numbers' own exponential ends at -708: what is smaller is nothing.
        weights[i] *= exp(log_weights[i] - top) if log_weights[i] - top > -700.0 else 0.0
        total += weights[i]
    for i in range(n):
        weights[i] /= total
        squares += weights[i] * weights[i]
    return top + math.log(total), squares
