"""Q-learning (Rescorla-Wagner values, softmax choice), with and without perseveration."""

from typing import ClassVar

import numpy as np

from trnn.theory.models.base import Array, LogisticChoice

ARMS = np.arange(2)


class QLearning(LogisticChoice):
    """Q-learning with learning rate alpha and inverse temperature beta.

    P(0) = logistic(beta (Q0 - Q1)); Q_a <- Q_a + alpha (r - Q_a); Q = 0 at a block's start
    (Ger et al. 2024, artificial data; Sutton & Barto 2018, eq. 2.5).
    """

    name = "q_learning"
    parameters: ClassVar[tuple[str, ...]] = ("alpha", "beta")
    latent_names = ("q_0", "q_1")
    latent_units = ("reward", "reward")
    learning_parameters = ("alpha",)
    latent_terms = ("value_difference",)

    def start(self, shape: tuple[int, ...]) -> Array:
        """Return action values of zero."""
        return np.zeros((2, *shape))

    def decision_variable(self, latent: Array, parameters: Array, previous_action: Array) -> Array:
        """Return beta (Q0 - Q1)."""
        return parameters[1] * (latent[0] - latent[1])

    def terms(self, latent: Array, previous_action: Array) -> tuple[Array, ...]:
        """Return Q0 - Q1."""
        return (latent[0] - latent[1],)

    def update(self, latent: Array, parameters: Array, action: Array, reward: Array) -> Array:
        """Move the chosen action's value towards the reward by the learning rate."""
        change = parameters[0] * (reward - latent)
        # Both arms in one array: the particle filter and the likelihood spend much time here.
        chose = np.equal(action, ARMS.reshape(-1, *(1,) * (change.ndim - 1))).astype(float)
        change *= chose
        change += latent
        return change


class QLearningKnownTemperature(QLearning):
    """Q-learning whose one unknown is the learning rate alpha; the inverse temperature is 5.

    For the question how well a parameter is recovered that has nothing to trade off with. 5 is the
    middle of the range [0, 10] that the other models of this family have.
    """

    name = "q_learning_known_temperature"
    parameters = ("alpha",)
    beta: ClassVar[float] = 5.0  # 1/value

    def decision_variable(self, latent: Array, parameters: Array, previous_action: Array) -> Array:
        """Return beta (Q0 - Q1) with the known beta."""
        return self.beta * (latent[0] - latent[1])


class QLearningPerseveration(QLearning):
    """Q-learning whose last action gains kappa, a perseveration bonus, in the units of value.

    P(0) = logistic(beta (Q0 + kappa [last = 0] - Q1 - kappa [last = 1])); a block's first trial
    has no last action (Ger et al. 2024, Dezfouli data).
    """

    name = "q_learning_perseveration"
    parameters = ("alpha", "beta", "kappa")
    action_terms = ("stay",)

    def decision_variable(self, latent: Array, parameters: Array, previous_action: Array) -> Array:
        """Return beta (Q0 - Q1 + kappa ([last = 0] - [last = 1]))."""
        value_difference, stay = self.terms(latent, previous_action)
        return parameters[1] * (value_difference + parameters[2] * stay)

    def terms(self, latent: Array, previous_action: Array) -> tuple[Array, ...]:
        """Return Q0 - Q1, and +1 after action 0, -1 after action 1, 0 where there is none (-1)."""
        stay = np.where(previous_action < 0, 0.0, 1.0 - 2.0 * previous_action)
        return latent[0] - latent[1], stay
