"""Q-learning with perseveration, whose unchosen arm is forgotten."""

from trnn.theory.model import Parameter
from trnn.theory.models.q_learning_persistence import QLearningPersistence


class QLearningForgetting(QLearningPersistence):
    """As `q_learning_persistence`, and the value of the arm that was not chosen decays to 0.

    Q_chosen <- Q_chosen + alpha (r - Q_chosen); Q_other <- (1 - alpha) Q_other: one rate for both
    (Ito & Doya 2009, J. Neurosci. 29, the F-Q model; Katahira 2015, J. Math. Psychol. 66).
    """

    name = "q_learning_forgetting"
    parameters = (
        Parameter(
            "alpha", words="learning rate", symbol="α", unit="1", low=0, high=1, learning=True
        ),
        Parameter("beta", words="inverse temperature", symbol="β", unit="1/value", low=-5, high=10),
        Parameter(
            "persistence", words="perseveration weight", symbol="φ", unit="1", low=-5, high=5
        ),
    )

    @staticmethod
    def learn(q_0, q_1, alpha, action, reward):
        """Move the chosen action's value towards the reward, the other's towards 0."""
        if action == 0:
            return q_0 + alpha * (reward - q_0), q_1 * (1.0 - alpha)
        return q_0 * (1.0 - alpha), q_1 + alpha * (reward - q_1)
