"""Q-learning of which only the learning rate is unknown."""

from typing import ClassVar

from trnn.theory.model import Array
from trnn.theory.models.q_learning import QLearning


class QLearningKnownTemperature(QLearning):
    """Q-learning whose one unknown is the learning rate alpha; the inverse temperature is 5.

    For the question how well a parameter is recovered that has nothing to trade off with. 5 is the
    middle of the range [0, 10] that the other models of this family have.
    """

    name = "q_learning_known_temperature"
    parameters = ("alpha",)
    units = ("1",)
    learning_parameters = ("alpha",)
    beta: ClassVar[float] = 5.0  # 1/value

    def decision_variable(self, latent: Array, parameters: Array, previous_action: Array) -> Array:
        """Return beta (Q0 - Q1) with the known beta."""
        return self.beta * (latent[0] - latent[1])
