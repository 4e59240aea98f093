"""The theory's own prediction: the model driven by draws from a posterior."""

import numpy as np

from trnn.theory.model import Model
from trnn.trials.loop import longest_first, trials
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
    order = longest_first(sequences)
    draws = draws[:, :, order]
    latent = fresh = model.start((len(order), 1))
    for trial in trials(sequences, order):
        n = trial.n_rows
        latent, now = latent[:, :n], draws[:, trial.t, :n]
        if trial.block_start is not None:
            latent = np.where(trial.block_start, fresh[:, :n], latent)
        x = model.decision_variable(latent, now, trial.previous_action)
        result[order[:n], trial.t] = model.link(x).mean(axis=1)
        latent = model.update(latent, now, trial.action, trial.reward)
    return result
