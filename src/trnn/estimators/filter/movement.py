"""How the parameters of a cloud of particles move, compiled: see `trnn.theory.motions`."""

import math

import numpy as np

from trnn.compilation import compiled
from trnn.estimators.filter.noise import normal_pair, uniform
from trnn.estimators.filter.scales import on_its_scale
from trnn.theory.motions import LOGIT, SWITCHING, WALKING
from trnn.theory.numeric import exp, logistic

_ONE = np.uint64(1)
NEVER, FAR = 2**62, 2.0**53
# How much more often changes are proposed than they come, and the highest rate they are raised to:
# docs/decisions.md, Filters.
MORE_CHANGES, MOST_CHANGES = 8.0, 0.05


@compiled
def any_walks(motions):
    """Return whether any parameter walks, so that walks have rows on their own scale."""
    for k in range(len(motions.kind)):  # noqa: SIM110 (Numba compiles no generator)
        if motions.kind[k] == WALKING:
            return True
    return False


@compiled
def proposed(motions):
    """Return the rate at which changes of each parameter are proposed, (d,): see `move`.

    Where changes depend on those before, or are frequent, it is the hazard itself.
    """
    rates = motions.hazard.copy()
    if not motions.remembers:
        for k in range(len(rates)):
            rates[k] = max(rates[k], min(MORE_CHANGES * rates[k], MOST_CHANGES))
    return rates


@compiled
def unchanged(motions, rates):
    """Return how much likelier it is by the hazards than as proposed that nothing changes."""
    share = 1.0
    for k in range(len(rates)):
        if rates[k] != motions.hazard[k]:
            share *= (1.0 - motions.hazard[k]) / (1.0 - rates[k])
    return share


@compiled
def start(motions, rates, values, others, skips, key, place):
    """Write the parameters at a session's start.

    Parameters
    ----------
    rates : (d,)
        At which changes are proposed.
    values : (d, n)
    others : (n_rows, n)
        Walks on their own scale, d rows if any parameter walks; each parameter's last trial of
        change and number of changes, 2 d rows, and the limit of changes, if history matters.
    skips : (d,)
        How many particles are passed until the next that changes.
    place : (1,) of uint64
        The next place of the stream, advanced.
    """
    d, n = values.shape
    for k in range(d):
        skips[k] = _gap(rates[k], key, place) - 1
        low, width = motions.low[k], motions.high[k] - motions.low[k]
        walking = motions.kind[k] == WALKING
        if walking and motions.start_mean[k] == motions.start_mean[k]:
            _add_normals(others[k], motions.start_sd[k], key, place)
            for i in range(n):
                others[k, i] += motions.start_mean[k]
            _values_of(motions, k, others[k], values[k])
            continue
        for i in range(n):
            values[k, i] = low + width * uniform(key, place[0] + np.uint64(i))
        place[0] += np.uint64(n)
        if walking:
            for i in range(n):
                others[k, i] = on_its_scale(motions, k, values[k, i])
    if motions.remembers:
        limit = others[len(others) - 1]
        for i in range(n):
            limit[i] = _limit(motions, key, place)


@compiled
def _limit(motions, key, place):
    """Draw how many changes a particle's parameters may make."""
    limit = np.inf
    if len(motions.limits) > 0:
        limit = motions.limits[int(uniform(key, place[0]) * len(motions.limits))]
        place[0] += _ONE
    if motions.stationary_share > 0:
        if uniform(key, place[0]) < motions.stationary_share:
            limit = 0.0
        place[0] += _ONE
    return limit


@compiled
def move(motions, hazards, rates, values, others, weights, skips, trial, key, place):
    """Move the parameters to `trial` >= 1 of the session; arguments as of `start`.

    Changes are rare: few particles would make one when a person does. So they are proposed at a
    higher rate, and a particle that changes weighs as much less (importance sampling): `weights`,
    (n,), are multiplied by the ratio of both probabilities. What all particles have in common is
    left out (`unchanged`). `hazards`, (d,): those of the person, whom `motions` may give several.

    Returns
    -------
    By how much the weights' sum has grown.
    """
    d, n = values.shape
    grown = 0.0
    first = d if any_walks(motions) else 0
    for k in range(d):
        if motions.kind[k] == WALKING:
            _add_normals(others[k], motions.step_sd[k], key, place)
            _values_of(motions, k, others[k], values[k])
        elif motions.kind[k] == SWITCHING:
            low, width = motions.low[k], motions.high[k] - motions.low[k]
            hazard, rate = hazards[k], rates[k]
            likelier = 1.0 if rate == hazard else hazard / rate * (1.0 - rate) / (1.0 - hazard)
            # From one particle that changes to the next: most are not looked at.
            i = skips[k]
            while i < n:
                free = True
                if motions.remembers:
                    since, changes = trial - others[first + k, i], others[first + d + k, i]
                    free = since > motions.min_gap and changes < others[first + 2 * d, i]
                if free:
                    values[k, i] = low + width * uniform(key, place[0])
                    place[0] += _ONE
                    grown += weights[i] * (likelier - 1.0)
                    weights[i] *= likelier
                    if motions.remembers:
                        others[first + k, i] = trial
                        others[first + d + k, i] += 1
                i += _gap(rate, key, place)
            skips[k] = i - n
    return grown


@compiled
def follow(motions, values, others, path, limit, changes, trial):
    """Put the first particle onto a path (t, d); `changes` (2, d): its history, kept up to date."""
    d = len(values)
    first = d if any_walks(motions) else 0
    for k in range(d):
        values[k, 0] = path[trial, k]
        if motions.kind[k] == WALKING:
            others[k, 0] = on_its_scale(motions, k, path[trial, k])
        if trial > 0 and path[trial, k] != path[trial - 1, k]:
            changes[0, k] = trial
            changes[1, k] += 1
        if motions.remembers:
            others[first + k, 0], others[first + d + k, 0] = changes[0, k], changes[1, k]
    if motions.remembers:
        others[len(others) - 1, 0] = limit


@compiled
def _gap(hazard, key, place):
    """Return how many particles on the next one is that changes: geometric, at least 1."""
    if hazard <= 0.0:
        return NEVER
    if hazard >= 1.0:
        return 1
    u = uniform(key, place[0])
    place[0] += _ONE
    # Of a hazard next to nothing the gap is beyond all whole numbers.
    return 1 + int(min(math.log(u) / math.log1p(-hazard), FAR))


@compiled
def _add_normals(walk, sd, key, place):
    """Add independent normal steps to a walk, (n,)."""
    n, half = len(walk), (len(walk) + 1) // 2
    base = place[0]
    for i in range(n // 2):
        one, two = normal_pair(key, base + np.uint64(i))
        walk[i] += sd * one
        walk[half + i] += sd * two
    if n % 2 == 1:
        one, two = normal_pair(key, base + np.uint64(n // 2))
        walk[n // 2] += sd * one
    place[0] += np.uint64(half)


@compiled
def _values_of(motions, k, walk, values):
    """Transform a walk to its parameter's own scale."""
    low, high = motions.low[k], motions.high[k]
    if motions.scale[k] == LOGIT:
        for i in range(len(walk)):
            values[i] = low + (high - low) * logistic(walk[i])
    else:
        for i in range(len(walk)):
            values[i] = min(max(exp(walk[i]), low), high)
