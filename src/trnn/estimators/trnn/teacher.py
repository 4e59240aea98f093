"""What a t-RNN is taught of simulated agents: the true values, or the posterior that they are of.

An agent's true values are one draw from the posterior that the network is to learn. More draws of
the same posterior leave the best network where it is, and take noise out of the gradient; so does
the filter's probability of a choice in the place of the choice.
"""

from typing import NamedTuple

import numpy as np

from trnn.config.experiment import Experiment
from trnn.errors import ConfigError
from trnn.trials.sequences import Sequences

Array = np.ndarray


class Targets(NamedTuple):
    """What a filter teaches of n agents of t trials; anything finite in the padding.

    `values` (n_draws, n, t, n_parameters): draws from each trial's posterior, before its choice is
    seen (for a network that smooths: draws of whole trajectories, given the whole session);
    `p_action_0` (n, t): the filter's probability of action 0. Both float32.
    """

    values: Array
    p_action_0: Array


def teach(
    experiment: Experiment, sequences: Sequences, parameters: Array, seed: int, *keys: str | int
) -> Targets | None:
    """Return what the agents of a round are taught by; None: by their choices and true values.

    Parameters
    ----------
    parameters : (n, t, n_parameters)
        The true values: a filter that keeps an agent's own path among its particles draws from the
        exact posterior, however few they are.
    seed, keys
        The filter's randomness: the run's seed and what is drawn, as in `trnn.seeds`.

    Raises
    ------
    ConfigError
        If the experiment wants a teacher that there is none of.
    """
    if experiment.estimators.trnn.training.teacher is None:
        return None
    raise ConfigError("estimators.trnn.training.teacher: there is no filter yet that teaches.")
