"""Inputs by which a network sees a session as a model does, both arms alike.

Choices are told relative to the one before: as staying or leaving, and values as speaking for or
against the last choice. The models treat both arms alike, so what is known of their parameters is
the same if the arms are swapped throughout, and so are these inputs.

Besides, the network reads what the choice is made of: the terms of the model's decision variable.
The latent state that they come from depends on parameters of learning, which are unknown. It is
followed for a few stated values of each (reference values), side by side. Under one of them it is
the agent's own only if that is the agent's parameter, and so long as that does not move; the
network is to find out which of them explain the choices, and how strongly. All of it is computed
from past choices and rewards: it makes learning easier, and adds nothing that the network could
not know.
"""

import numpy as np

from trnn.config.references import References, combinations
from trnn.estimators.recurrent.inputs import other_rewards
from trnn.theory.compiled import compiled
from trnn.theory.model import Model
from trnn.trials.choices import choices
from trnn.trials.missed import NO_RESPONSE
from trnn.trials.sequences import Sequences

Array = np.ndarray


def relative_inputs(
    sequences: Sequences,
    model: Model,
    references: References,
    reward_scale: float,
    smooth: bool,
    missed: bool = False,
) -> Array:
    """Return the inputs at each trial, (n_inputs, n, t), float32, 0 on padding.

    Reward of the trial before (over `reward_scale`) and whether it stayed with the choice before
    it (1, -1 if it left, 0 if there was none), both 0 on a block's first trial but for the second,
    which tells how the block before has ended; 1 on a block's first trial; the terms of the
    decision variable before this trial's choice, positive if they speak for the last one; the
    terms before the choice of the trial before, positive if they spoke for it. A network that
    smooths reads reward, staying and terms of this trial's choice too. Where the other outcome is
    shown, its reward follows in the same way. Where a trial was missed, what tells of its choice is
    0; with `missed`, one more row is 1 after it (of a network that smooths, before that one that is
    1 on it). The last row is the sign of the choice made last, 1 for action 0 and -1 for action 1,
    0 before a session's first: all that tells the arms apart. Where values carry over blocks, a
    session is as one block.

    Parameters
    ----------
    references : mapping of parameter to values, or list of parameter sets
        Values of each of the model's learning parameters, of which all combinations are followed;
        or sets with a value of each, which are followed in their order.
    """
    sign = np.where(sequences.chosen, 1.0 - 2.0 * sequences.action, 0.0)
    last = _before(_held(sign))
    stayed = np.where(sequences.last_action < 0, 0.0, sign * last)
    terms = _terms(sequences, model, _grid(model, references))
    n_terms = len(terms)
    others = other_rewards(sequences, smooth)
    marks = (1 + smooth) * missed
    n_rows = 4 + (2 + smooth) * n_terms + 2 * smooth + len(others) + marks
    out = np.zeros((n_rows, *sign.shape), dtype=np.float32)
    out[0] = sequences.previous_reward / reward_scale
    out[1] = _before(stayed)
    out[2] = sequences.fresh
    # Row by row: sessions of thousands of agents are large.
    for row, term in enumerate(terms, start=3):
        out[row] = term * last
        out[row + n_terms] = _before(term * sign)
    if smooth:
        first = 3 + 2 * n_terms
        out[first] = sequences.reward / reward_scale
        out[first + 1] = stayed
        for row, term in enumerate(terms, start=first + 2):
            out[row] = term * sign
    for row, other in enumerate(others, start=n_rows - 1 - marks - len(others)):
        out[row] = other / reward_scale
    if missed:
        out[-2] = _before(sequences.missed)
        if smooth:
            out[-3] = sequences.missed
    out[-1] = last
    out[:, ~sequences.valid] = 0.0
    return out


def _before(values: Array) -> Array:
    """Return (n, t) values one trial later: of the trial before, even in another block."""
    out = np.zeros_like(values)
    out[:, 1:] = values[:, :-1]
    return out


def _held(sign: Array) -> Array:
    """Return (n, t) signs, each trial without one having that of the last trial with one."""
    at = np.where(sign != 0.0, np.arange(sign.shape[1]), 0)
    return np.take_along_axis(sign, np.maximum.accumulate(at, axis=1), axis=1)


def _grid(model: Model, references: References) -> Array:
    """Return the reference values that are followed, (n_parameters, n_references).

    Parameters of choice are in the middle of their ranges: learning does not depend on them.
    """
    sets = np.array(combinations(references, model.learning))
    grid = np.array([[(p.low + p.high) / 2] for p in model.parameters])
    grid = np.repeat(grid, len(sets), axis=1)
    for values, name in zip(sets.T, model.learning, strict=True):
        grid[model.names.index(name)] = values
    return grid


def _terms(sequences: Sequences, model: Model, grid: Array) -> Array:
    """Return the terms before each choice, (n_terms, n, t).

    Those of the latent state under each reference, then those of actions, which have no reference.
    Of a model that states no terms it is the decision variable under each reference.
    """
    # A model that states none has its decision variable in the place of a term of the state.
    n_latent = len(model.latent_terms) if model.terms is not None else 1
    n_terms = grid.shape[1] * n_latent + len(model.action_terms)
    out = np.zeros((n_terms, *sequences.valid.shape))
    _follow(model, *choices(sequences), grid, n_latent, out)
    return out


@compiled
def _follow(model, action, reward, fresh, lengths, grid, n_latent, out):
    """Write a model's terms, each under all references, then those of actions."""
    n = grid.shape[1]
    n_action = len(out) - n * n_latent
    state = np.empty((model.n_state(), n))
    for s in range(len(lengths)):
        last = -1
        for t in range(lengths[s]):
            for j in range(n):
                if fresh[s, t]:
                    last = -1
                    model.start(state, j)
                terms = np.array(model.terms(state, j, grid, j, last))
                for k in range(n_latent):
                    out[k * n + j, s, t] = terms[k]
                for k in range(n_action):
                    out[n_latent * n + k, s, t] = terms[n_latent + k]
                if action[s, t] != NO_RESPONSE:
                    model.learn(state, j, grid, j, action[s, t], reward[s, t])
            if action[s, t] != NO_RESPONSE:
                last = action[s, t]
