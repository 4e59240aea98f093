"""One particle filter for everything, compiled: a bootstrap filter of one subject.

Gordon, Salmond & Smith (1993), IEE Proc. F 140. Several replicates, each resampled apart, go
through the trials side by side: their spread is the Monte Carlo error of what they say together.
Where a person has one of several hazards, each of these has as many replicates of its own, hazard
by hazard, and all are mixed by their evidence so far: the posterior of the hazards.
Particle i of a replicate is column i of its cloud (n_rows, n): parameters, the model's state, walks
on their own scale, and the history of changes. What is wanted is recorded on the way (`Records`).
"""

import math
from typing import NamedTuple

import numpy as np

from trnn.compilation import copy
from trnn.estimators.filter.movement import any_walks, follow, move, start
from trnn.estimators.filter.noise import uniform
from trnn.estimators.filter.rates import rates_of
from trnn.estimators.filter.resampling import given_first, survivors
from trnn.estimators.filter.summaries import add_draws, add_moments, conclude, relative
from trnn.theory.compiled import compiled
from trnn.theory.numeric import exp
from trnn.theory.quantiles import N_CELLS
from trnn.trials.missed import NO_RESPONSE

Array = np.ndarray

# A choice less likely than this is weighed by logarithms: probabilities may have underflowed.
UNLIKELY = 1e-200
SMALL = 1e-100  # totals of weights below it are raised
LANES = 8
APART = np.uint64(40)  # replicates stand 2^40 places apart in a stream
_ONE = np.uint64(1)


class Kept(NamedTuple):
    """A path that the first particle of the first replicate keeps, whatever its weight.

    With an agent's own path the filter's draws are exact for any number of particles (conditional
    particle filter: Andrieu, Doucet & Holenstein 2010, J. R. Stat. Soc. B 72). `path` (t, d), of no
    trials if there is none; `limit`: how many changes it may have.
    """

    path: Array
    limit: float


class Records(NamedTuple):
    """What a filter writes of t trials, d parameters and r replicates of n particles.

    An array without trials is not wanted. Summaries and draws need `p_action_0`.

    Parameters
    ----------
    log_evidence : (r,), nats
    weights : (r, n), after the last choice; they also say how many particles there are
    p_action_0 : (t,), before the choice, NaN where there was none
    mean, sd, error : (t, d), before the choice; `error` is the standard error of the mean
    quantiles : (t, d, 5), before the choice
    draws : (t, n_draws, d), drawn from the posterior before the choice
    values : (t, d, n) of float32; parents : (t, n) of int32
        Of the first replicate: the particles on each trial, and whose child each one of the next
        trial is.
    shares : (t, r), each replicate's share of what all say, before the choice: by hazards, their
        posterior
    """

    log_evidence: Array
    weights: Array
    p_action_0: Array
    mean: Array
    sd: Array
    error: Array
    quantiles: Array
    draws: Array
    values: Array
    parents: Array
    shares: Array


class Replicate(NamedTuple):
    """A replicate's rows of the cloud (views), its weights, and its random numbers (`movement`)."""

    values: Array
    state: Array
    others: Array
    weights: Array
    skips: Array
    place: Array


class Work(NamedTuple):
    """Arrays that are written again and again: weights, copies, moves, sums."""

    before: Array
    copies: Array
    moves: Array
    lanes: Array


@compiled
def run(model, motions, action, reward, fresh, key, below, kept, records):
    """Filter one subject's t choices; return the trial that no particle explains, or -1.

    Parameters
    ----------
    action, reward, fresh : (t,)
        `fresh` says which trials begin a block; the action is -1 where there was no response: the
        particles move and are not weighed.
    key : uint64
        Of the stream of all random numbers.
    below : float
        A replicate is resampled when its effective sample size falls under this share of n.
    """
    n_replicates, n = records.weights.shape
    d, n_state = len(motions.kind), model.n_state()
    cloud = np.zeros((n_replicates, d + n_state + _n_others(motions), n))
    log_p, places = records.log_evidence, _places(n_replicates + 1)
    log_p[:], records.weights[:] = 0.0, 1.0
    totals, shares = np.full(n_replicates, float(n)), np.empty(n_replicates)
    skips = np.zeros((n_replicates, d), np.int64)
    work = _work(n)
    histogram, moments = np.empty((d, N_CELLS)), np.empty((n_replicates, d, 2))
    changes, last = np.zeros((2, d)), -1
    # Of a kept path the changes are given: a weight for them would have to be its own.
    rates = rates_of(motions, len(kept.path) > 0)
    per_hazard = n_replicates // len(rates.hazard)
    looks = len(records.mean) + len(records.draws) + len(records.parents) > 0
    for t in range(len(action)):
        last = -1 if fresh[t] else last
        relative(log_p, shares)
        if len(records.shares) > 0:
            copy(shares, records.shares[t])
        if len(records.mean) > 0:
            histogram[:] = 0.0
        offset, n_drawn = uniform(key, places[n_replicates, 0] + np.uint64(t)), 0
        predicted = 0.0
        for r in range(n_replicates):
            own = Replicate(
                cloud[r, :d], cloud[r, d : d + n_state], cloud[r, d + n_state :],
                records.weights[r], skips[r], places[r],
            )  # fmt: skip
            h = r // per_hazard
            in_common = rates.unchanged[h]
            total = totals[r] + _place(
                model, motions, rates.hazard[h], rates.proposed[h], own, fresh[t], t, key
            )
            if t > 0 and in_common != 1.0:
                log_p[r] += math.log(in_common * total / totals[r])
                totals[r] = total
            if r == 0 and len(kept.path) > 0:
                follow(motions, own.values, own.others, kept.path, kept.limit, changes, t)
            if looks:
                said = (totals[r], shares, moments, histogram, offset, n_drawn)
                n_drawn = _look(motions, own, r, t, said, records)
            if action[t] == NO_RESPONSE:
                continue
            gained, total, squares = _weigh(model, own, action[t], last, totals[r], work)
            if not abs(gained) < np.inf:
                return t
            log_p[r] += gained
            predicted += shares[r] * math.exp(gained)
            for i in range(model.width(n)):
                model.learn(own.state, i, own.values, i, action[t], reward[t])
            keeps = r == 0 and len(kept.path) > 0
            sums = (total, squares)
            totals[r], n_moves = _renew(model, cloud[r], own, sums, below, keeps, key, work)
            if r == 0 and len(records.parents) > 0:
                for m in range(n_moves):
                    records.parents[t, work.moves[0, m]] = work.moves[1, m]
        if len(records.p_action_0) > 0:
            records.p_action_0[t] = of_action_0(predicted, action[t])
        if len(records.mean) > 0:
            conclude(motions, moments, shares, per_hazard, histogram, records, t)
        last = last if action[t] == NO_RESPONSE else action[t]
    return -1


@compiled
def _n_others(motions):
    """Return how many rows of a cloud hold walks on their own scale, and the history of changes."""
    d = len(motions.kind)
    return d * any_walks(motions) + (2 * d + 1) * motions.remembers


@compiled
def _work(n):
    """Return the workspace of a replicate of n particles."""
    return Work(
        np.empty(n), np.empty(n, np.int64), np.empty((2, n), np.int64), np.empty((2, LANES))
    )


@compiled
def of_action_0(predicted, action):
    """Return P(action 0), of which P(action) is `predicted`; NaN where there was no response."""
    if action == NO_RESPONSE:
        return np.nan
    return predicted if action == 0 else max(1.0 - predicted, 0.0)


@compiled
def _look(motions, own, r, t, said, records):
    """Take what is wanted of replicate r before the choice of trial t is seen.

    `said` is (the weights' sum, shares, moments, histogram, offset of the draws, how many there
    are); return how many draws there are then.
    """
    total, shares, moments, histogram, offset, n_drawn = said
    if len(records.mean) > 0:
        add_moments(motions, own.values, own.weights, shares[r], total, moments[r], histogram)
    if len(records.draws) > 0:
        n_drawn = add_draws(
            own.values, own.weights, total, shares, r, offset, n_drawn, records.draws[t]
        )
    if r == 0 and len(records.parents) > 0:
        _note(own.values, records.values[t], records.parents[t])
    return n_drawn


@compiled
def _places(n):
    """Return the first places of n streams, (n, 1), far apart.

    Each replicate has places of its own, and draws have others: were they shared, a choice after
    which one replicate is resampled would shift the noise by which the next comes to that trial.
    """
    places = np.zeros((n, 1), np.uint64)
    for r in range(n):
        places[r, 0] = np.uint64(r) << APART
    return places


@compiled
def _place(model, motions, hazards, rates, own, fresh, t, key):
    """Bring a replicate's particles to trial t; `fresh`: whether it begins a block.

    Returns by how much their weights' sum has grown.
    """
    grown = 0.0
    if t == 0:
        start(motions, rates, own.values, own.others, own.skips, key, own.place)
    else:
        grown = move(
            motions, hazards, rates, own.values, own.others, own.weights, own.skips, t, key,
            own.place,
        )  # fmt: skip
    if fresh:
        for i in range(model.width(own.values.shape[1])):
            model.start(own.state, i)
    return grown


@compiled
def _renew(model, cloud, own, sums, below, keeps, key, work):
    """Resample a replicate whose effective sample size is small.

    Parameters
    ----------
    sums : (float, float)
        Of the weights and of their squares.
    keeps : bool
        Whether the first particle is to live on.

    Returns
    -------
    The weights' sum, and how many of `work.moves` were made.
    """
    n, n_moves = len(own.weights), 0
    total, squares = sums
    if total * total < below * n * squares:
        u = uniform(key, own.place[0])
        own.place[0] += _ONE
        if keeps:
            u = given_first(u, uniform(key, own.place[0]), n * own.weights[0] / total)
            own.place[0] += _ONE
        n_moves = survivors(own.weights, total, u, work.copies, work.moves)
        # Of a state that is the same for all particles there is one column.
        d, other = len(own.values), len(own.values) + len(own.state)
        in_use = d if model.width(n) < n else other
        _gather(cloud, work.moves[:, :n_moves], in_use, other)
        own.weights[:] = 1.0
        return float(n), n_moves
    if total < SMALL:
        for i in range(n):
            own.weights[i] /= total
        return 1.0, n_moves
    return total, n_moves


@compiled
def _weigh(model, own, action, last, total_before, work):
    """Weigh the particles by a choice.

    Returns
    -------
    The choice's log probability, minus infinity or not-a-number if no particle explains it; the
    weights' new sum, and that of their squares.
    """
    values, state, weights = own.values, own.state, own.weights
    n, sign, before = len(weights), 1.0 - 2.0 * action, work.before
    for i in range(n):
        before[i] = weights[i]
    for i in range(n):
        p = model.probability(sign * model.decide(state, model.column(i), values, i, last))
        weights[i] = before[i] * p
    total, squares = _sums(weights, work.lanes)
    if total > UNLIKELY * total_before:
        return math.log(total / total_before), total, squares
    top = -np.inf
    for i in range(n):
        x = sign * model.decide(state, model.column(i), values, i, last)
        weights[i] = math.log(before[i] / total_before) + model.log_probability(x)
        top = max(top, weights[i])
        if weights[i] != weights[i]:
            return np.nan, total, squares
    for i in range(n):
        # The difference is taken first: of a large number `top - 700` is `top` itself.
        weights[i] = exp(weights[i] - top) if weights[i] - top > -700.0 else 0.0
    total, squares = _sums(weights, work.lanes)
    return top + math.log(total), total, squares


@compiled
def _sums(weights, lanes):
    """Return the sum of weights and that of their squares, in an order of its own."""
    sums, squares = lanes
    lanes[:] = 0.0
    whole = len(weights) // LANES * LANES
    for first in range(0, whole, LANES):
        for k in range(LANES):
            w = weights[first + k]
            sums[k] += w
            squares[k] += w * w
    total, of_squares = 0.0, 0.0
    for k in range(LANES):
        total += sums[k]
        of_squares += squares[k]
    for i in range(whole, len(weights)):
        total += weights[i]
        of_squares += weights[i] * weights[i]
    return total, of_squares


@compiled
def _gather(cloud, moves, state_end, other):
    """Move particles; rows from `state_end` to `other` are not in use."""
    for row in range(len(cloud)):
        if row < state_end or row >= other:
            line = cloud[row]
            for m in range(moves.shape[1]):
                line[moves[0, m]] = line[moves[1, m]]


@compiled
def _note(values, noted, parents):
    """Note a trial's particles; each is its own parent until it is resampled."""
    for k in range(len(values)):
        for i in range(values.shape[1]):
            noted[k, i] = values[k, i]
    for i in range(len(parents)):
        parents[i] = i
