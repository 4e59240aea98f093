"""The evidence by a sum over a grid, where nothing that learning depends on moves.

The model's state is then known, whatever the other parameters are. Where these change without
memory they are independent Markov chains, and what is left is a hidden Markov model on the grid of
their values: exact but for the grid (Rabiner 1989, Proc. IEEE 77, the forward algorithm). A chain
stays with 1 - h, else it is drawn from all of its nodes alike: no matrix is needed.
"""

import math

import numpy as np

from trnn.errors import NumericalError
from trnn.estimators.filter.particle_filter import Evidence
from trnn.theory.compiled import compiled
from trnn.theory.hazards import hazards_of
from trnn.theory.model import Model
from trnn.theory.motions import CONSTANT, SWITCHING, Motions
from trnn.theory.numeric import exp
from trnn.trials.checks import check_rewards
from trnn.trials.choices import choices
from trnn.trials.missed import NO_RESPONSE
from trnn.trials.sequences import Sequences

Array = np.ndarray

# Nodes of each axis, by how many parameters change; more of them are left to particles.
NODES = {0: 1, 1: 96, 2: 60}
COARSER = 5.0 / 6.0  # nodes, as a share, of the grid whose difference is the error
UNLIKELY = 1e-200  # a choice less likely than this is weighed by logarithms


def is_on_grid(model: Model, motions: Motions) -> bool:
    """Return whether the evidence under these motions is a sum over a grid.

    What learning depends on is constant at a known value, and the others are so too or switch
    without memory, few enough of them for a grid.
    """
    known = (motions.kind == CONSTANT) & (motions.low == motions.high)
    learns = np.array([parameter.learning for parameter in model.parameters])
    switches = motions.kind == SWITCHING
    return bool(
        not motions.remembers
        and (known | switches).all()
        and known[learns].all()
        and switches.sum() in NODES
    )


def log_evidence_on_grid(model: Model, motions: Motions, sequences: Sequences) -> Evidence:
    """Return the log evidence of n subjects; its error is the difference of two grids.

    Parameters
    ----------
    motions : Motions
        As `is_on_grid` wants them.

    Raises
    ------
    NumericalError
        If a reward is not finite, with subject and trial.
    """
    check_rewards(sequences)
    n = len(sequences.subjects)
    found = Evidence(np.zeros(n), np.zeros(n), np.zeros(n, np.int64))
    for i in range(n):
        one = sequences.rows(i, i + 1)
        found.log[i] = log_evidence_of_one(model, motions, one)
        found.error[i] = abs(found.log[i] - log_evidence_of_one(model, motions, one, COARSER))
    return found


def log_evidence_of_one(
    model: Model, motions: Motions, one: Sequences, share: float = 1.0
) -> float:
    """Return the log evidence of the one subject of `one`, nats; of hazards the mean's log.

    Parameters
    ----------
    share : float
        Of the nodes of each axis.

    Raises
    ------
    NumericalError
        If it is not finite, with the subject.
    """
    action, reward, fresh, lengths = choices(one)
    own = slice(int(lengths[0]))
    switches = motions.kind == SWITCHING
    nodes = max(round(share * NODES[int(switches.sum())]), 1)
    sizes = np.where(switches, nodes, 1)
    middles = [
        low + (high - low) * (np.arange(size) + 0.5) / size
        for low, high, size in zip(motions.low, motions.high, sizes, strict=True)
    ]
    points = np.stack([axis.ravel() for axis in np.meshgrid(*middles, indexing="ij")])
    trials = (action[0, own], reward[0, own], fresh[0, own])
    under = [_forward(model, points, sizes, own, *trials) for own in hazards_of(motions)]
    log_evidence = float(np.logaddexp.reduce(under) - np.log(len(under)))
    if not np.isfinite(log_evidence):
        raise NumericalError(
            f"evidence on a grid, subject '{one.subjects[0]}': {log_evidence}. "
            "Check the rewards and the ranges of the parameters."
        )
    return log_evidence


@compiled
def _forward(model, points, sizes, hazards, action, reward, fresh):
    """Return log P(choices) of chains on a grid.

    Parameters
    ----------
    points : (d, n)
        The parameters at every point of the grid, the last axis fastest.
    sizes, hazards : (d,)
        Nodes of each axis, and how likely a change is on a trial.
    """
    n = points.shape[1]
    state = np.empty((model.n_state(), 1))
    weights, room = np.full(n, 1.0 / n), np.empty(n)
    total, last = 0.0, -1
    for t in range(len(action)):
        if fresh[t]:
            last = -1
            model.start(state, 0)
        if t > 0:
            inner = n
            for k in range(len(sizes)):
                inner //= sizes[k]
                if sizes[k] > 1 and hazards[k] > 0.0:
                    _change(weights, sizes[k], inner, hazards[k], room)
        if action[t] == NO_RESPONSE:
            continue
        total += _weigh(model, state, points, action[t], last, weights, room)
        # The first point serves: what learning depends on is the same in all of them.
        model.learn(state, 0, points, 0, action[t], reward[t])
        last = action[t]
    return total


@compiled
def _change(weights, size, inner, hazard, room):
    """Let one axis change; `inner`: how many points apart its neighbours are."""
    if inner == 1:
        for first in range(0, len(weights), size):
            own = weights[first : first + size]
            come = _sum(own) * hazard / size
            for a in range(size):
                own[a] = (1.0 - hazard) * own[a] + come
        return
    sums = room[:inner]
    for first in range(0, len(weights), size * inner):
        for i in range(inner):
            sums[i] = 0.0
        for a in range(size):
            own = weights[first + a * inner : first + (a + 1) * inner]
            for i in range(inner):
                sums[i] += own[i]
        for i in range(inner):
            sums[i] *= hazard / size
        for a in range(size):
            own = weights[first + a * inner : first + (a + 1) * inner]
            for i in range(inner):
                own[i] = (1.0 - hazard) * own[i] + sums[i]


@compiled
def _weigh(model, state, points, action, last, weights, room):
    """Weigh all points by a choice, to a sum of 1; return the choice's log probability."""
    n, sign, top = len(weights), 1.0 - 2.0 * action, 0.0
    for i in range(n):
        x = sign * model.decide(state, 0, points, i, last)
        room[i] = weights[i] * model.probability(x)
    total = _sum(room)
    if not total > UNLIKELY:
        top = -np.inf
        for i in range(n):
            x = sign * model.decide(state, 0, points, i, last)
            room[i] = math.log(weights[i]) + model.log_probability(x)
            top = max(top, room[i])
        for i in range(n):
            room[i] = exp(room[i] - top) if room[i] - top > -700.0 else 0.0
        total = _sum(room)
    scale = 1.0 / total
    for i in range(n):
        weights[i] = room[i] * scale
    return top + math.log(total)


@compiled
def _sum(weights):
    """Return the sum, in an order of its own that vectorises."""
    a, b, c, d = 0.0, 0.0, 0.0, 0.0
    n = len(weights)
    whole = n // 4 * 4
    for i in range(0, whole, 4):
        a += weights[i]
        b += weights[i + 1]
        c += weights[i + 2]
        d += weights[i + 3]
    for i in range(whole, n):
        a += weights[i]
    return a + b + (c + d)
