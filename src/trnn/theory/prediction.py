"""The theory's own prediction: the model driven by draws from a posterior."""

import numpy as np

from trnn.compilation import copy
from trnn.theory.compiled import compiled
from trnn.theory.model import Model
from trnn.trials.choices import choices
from trnn.trials.missed import NO_RESPONSE
from trnn.trials.sequences import Sequences

Array = np.ndarray


def predict_by_draws(model: Model, sequences: Sequences, draws: Array) -> Array:
    """Return P(action 0) of every trial, averaged over draws, (n, t); padding is NaN.

    Every draw learns along the choices with its own parameters of each trial. Where the draws of a
    trial come from a posterior that has not seen its choice, this is a prediction of it.

    Parameters
    ----------
    draws : (n_parameters, t, n, n_draws)
        Each parameter on each trial, of each subject.
    """
    result = np.full(sequences.valid.shape, np.nan)
    _predict(model, *choices(sequences), np.ascontiguousarray(draws, dtype=np.float64), result)
    return result


@compiled
def _predict(model, action, reward, fresh, lengths, draws, result):
    n_parameters, _, _, n_draws = draws.shape
    state = np.empty((model.n_state(), n_draws))
    now = np.empty((n_parameters, n_draws))
    p = np.empty(n_draws)
    for s in range(len(lengths)):
        last = -1
        for t in range(lengths[s]):
            a, r = action[s, t], reward[s, t]
            for k in range(n_parameters):
                copy(draws[k, t, s], now[k])
            if fresh[s, t]:
                last = -1
                for j in range(model.width(n_draws)):
                    model.start(state, j)
            for j in range(n_draws):
                p[j] = model.probability(model.decide(state, model.column(j), now, j, last))
            result[s, t] = p.mean()
            if a == NO_RESPONSE:
                continue
            for j in range(model.width(n_draws)):
                model.learn(state, j, now, j, a, r)
            last = a
