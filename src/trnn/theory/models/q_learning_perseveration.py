"""Q-learning with perseveration."""

import numpy as np

from trnn.theory.model import Array
from trnn.theory.models.q_learning import QLearning


class QLearningPerseveration(QLearning):
    """Q-learning whose last action gains kappa, a perseveration bonus, in the units of value.

    P(0) = logistic(beta (Q0 + kappa [last = 0] - Q1 - kappa [last = 1])); a block's first trial
    has no last action (Ger et al. 2024, Dezfouli data).
    """

    name = "q_learning_perseveration"
    parameters = ("alpha", "beta", "kappa")
    units = ("1", "1/value", "value")
    learning_parameters = ("alpha",)
    action_terms = ("stay",)

    def decision_variable(self, latent: Array, parameters: Array, previous_action: Array) -> Array:
        """Return beta (Q0 - Q1 + kappa ([last = 0] - [last = 1]))."""
        value_difference, stay = self.terms(latent, previous_action)
        return parameters[1] * (value_difference + parameters[2] * stay)

    def terms(self, latent: Array, previous_action: Array) -> tuple[Array, ...]:
        """Return Q0 - Q1, and +1 after action 0, -1 after action 1, 0 where there is none (-1)."""
        stay = np.where(previous_action < 0, 0.0, 1.0 - 2.0 * previous_action)
        return latent[0] - latent[1], stay
