"""Q-learning of which only the learning rate is unknown."""

from trnn.theory.model import Parameter
from trnn.theory.models.q_learning import QLearning

BETA = 5.0  # 1/value


class QLearningKnownTemperature(QLearning):
    """Q-learning whose one unknown is the learning rate alpha; the inverse temperature is 5.

    For the question how well a parameter is recovered that has nothing to trade off with. 5 is the
    middle of the range [0, 10] that the other models of this family have.
    """

    name = "q_learning_known_temperature"
    parameters = (
        Parameter(
            "alpha", words="learning rate", symbol="α", unit="1", low=0, high=1, learning=True
        ),
    )

    @staticmethod
    def decide(q_0, q_1):
        """Weigh the difference of the values by the known beta."""
        return BETA * (q_0 - q_1)
