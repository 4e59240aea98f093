"""What a peer's network reads of a session, and the values that it is to say, as arrays."""

import numpy as np

from benchmarks.peers.agents import experiment
from trnn.estimators.trnn.features import normal_scores
from trnn.trials.sequences import Sequences

Array = np.ndarray
N_INPUTS = 4


def session_inputs(sequences: Sequences) -> Array:
    """Return what is known before each choice, (n, t, N_INPUTS), float32.

    The choice before as -1 or 1 (0 where there is none), its reward, their product, and whether a
    block begins. The project's own network reads values of the model in their place.
    """
    action = np.where(sequences.previous_action < 0, 0, 2 * sequences.previous_action - 1)
    reward = sequences.previous_reward
    parts = (action, reward, action * reward, sequences.block_start)
    return np.stack(parts, axis=-1).astype(np.float32)


def session_targets(parameters: Array) -> Array:
    """Return the true values (n, t, d) as normal scores, whose prior is standard normal."""
    own = experiment().parameters.values()
    scores = [normal_scores(parameters[..., p], bounds) for p, bounds in enumerate(own)]
    return np.stack(scores, axis=-1).astype(np.float32)


def log_prior(scores: Array) -> Array:
    """Return the log density of the prior at scores (..., d)."""
    return -0.5 * (scores**2 + np.log(2 * np.pi)).sum(axis=-1)
