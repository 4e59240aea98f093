"""Q-learning: Rescorla-Wagner values, softmax choice."""

from typing import ClassVar

import numpy as np

from trnn.theory.model import Array, LogisticChoice

ARMS = np.arange(2)


class QLearning(LogisticChoice):
    """Q-learning with learning rate alpha and inverse temperature beta.

    P(0) = logistic(beta (Q0 - Q1)); Q_a <- Q_a + alpha (r - Q_a); Q = 0 at a block's start
    (Ger et al. 2024, artificial data; Sutton & Barto 2018, eq. 2.5).
    """

    name = "q_learning"
    parameters: ClassVar[tuple[str, ...]] = ("alpha", "beta")
    units: ClassVar[tuple[str, ...]] = ("1", "1/value")
    latent_names = ("q_0", "q_1")
    latent_units = ("reward", "reward")
    learning_parameters: ClassVar[tuple[str, ...]] = ("alpha",)
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
