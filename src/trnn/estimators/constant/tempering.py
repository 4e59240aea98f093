"""The posterior given a session, compiled, reached from the prior by powers of the likelihood.

Neal (2001), Stat. Comput. 11; Del Moral, Doucet & Jasra (2006), J. R. Stat. Soc. B 68. Broad
posteriors come first, so that no mode is overlooked. Where they lie is remembered: a sampler that
sees one choice after the other proposes to move there too. That leaves what it says of a trial as
it is, a posterior given the choices before: only its error depends on where it proposes to go.
"""

import math
from typing import NamedTuple

import numpy as np

from trnn.estimators.constant.moves import add_fit, follow, improve, take, to_values
from trnn.estimators.filter.noise import uniform
from trnn.estimators.filter.resampling import survivors
from trnn.theory.compiled import compiled
from trnn.theory.numeric import exp

Array = np.ndarray

MOVES = 2  # of each particle at a power
HALVINGS = 30  # of the interval in which the next power lies
STAGES = 40  # powers at most
_ONE = np.uint64(1)


class Work(NamedTuple):
    """Arrays of n particles that are written again and again; `moves` is (2, n)."""

    log_weights: Array
    copies: Array
    moves: Array


@compiled
def spread(box, swarm, key, place):
    """Draw all particles from the prior: the logits of uniform numbers, one in each of n cells.

    A parameter's own distribution is covered more evenly than by chance (Latin hypercube: McKay,
    Beckman & Conover 1979, Technometrics 21).
    """
    n = swarm.points.shape[1]
    for k in range(len(swarm.points)):
        row = swarm.points[k]
        for i in range(n):
            u = (i + uniform(key, place[0])) / n
            row[i] = math.log(u) - math.log1p(-u)
            place[0] += _ONE
        for i in range(n - 1, 0, -1):
            j = min(int(uniform(key, place[0]) * (i + 1)), i)
            place[0] += _ONE
            row[i], row[j] = row[j], row[i]
    to_values(box, swarm.points, swarm.values)


@compiled
def temper(model, box, action, reward, fresh, below, swarm, new, fits, work, key, place):
    """Bring particles of the prior to the posterior given t choices; add what they cover to `fits`.

    Parameters
    ----------
    action, reward, fresh : (t,)
    below : float
        The next power is the one at which the effective sample size is this share of n.
    swarm, new, fits, key, place : as of `improve`
    work : Work
    """
    n = len(swarm.log_p)
    weights, power = np.empty(n), 0.0
    follow(model, action, reward, fresh, swarm)
    for _ in range(STAGES):
        step = _step(swarm.log_p, 1.0 - power, below, weights)
        power += step
        add_fit(swarm.points, weights, fits)
        if power >= 1.0:
            return
        resample(swarm, weights, work, key, place)
        improve(model, box, action, reward, fresh, power, MOVES, swarm, new, fits, key, place)


@compiled
def _step(log_p, rest, below, weights):
    """Return by how much the power may grow, at most `rest`, and write the weights, of sum 1."""
    low, high = 0.0, rest
    if _weights_of(log_p, rest, weights) >= below:
        return rest
    for _ in range(HALVINGS):
        middle = 0.5 * (low + high)
        if _weights_of(log_p, middle, weights) >= below:
            low = middle
        else:
            high = middle
    _weights_of(log_p, low, weights)
    return low


@compiled
def _weights_of(log_p, step, weights):
    """Write weights of sum 1 of a step of the power; return the effective share of particles."""
    n, top, total, squares = len(log_p), log_p.max(), 0.0, 0.0
    for i in range(n):
        less = step * (log_p[i] - top)
        weights[i] = exp(less) if less > -700.0 else 0.0
        total += weights[i]
    for i in range(n):
        weights[i] /= total
        squares += weights[i] * weights[i]
    return 1.0 / (n * squares)


@compiled
def resample(own, weights, work, key, place):
    """Resample a replicate; its weights are equal afterwards."""
    n = len(weights)
    u = uniform(key, place[0])
    place[0] += _ONE
    n_moves = survivors(weights, 1.0, u, work.copies, work.moves)
    for m in range(n_moves):
        take(own, work.moves[1, m], own, work.moves[0, m])
    for i in range(n):
        weights[i] = 1.0 / n
