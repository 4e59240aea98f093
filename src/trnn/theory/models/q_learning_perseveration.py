"""Q-learning with perseveration."""

from trnn.theory.model import Parameter
from trnn.theory.models.q_learning import QLearning


class QLearningPerseveration(QLearning):
    """Q-learning whose last action gains kappa, a perseveration bonus, in the units of value.

    P(0) = logistic(beta (Q0 + kappa [last = 0] - Q1 - kappa [last = 1])); a block's first trial
    has no last action (Ger et al. 2024, Dezfouli data).
    """

    name = "q_learning_perseveration"
    parameters = (
        Parameter(
            "alpha", words="learning rate", symbol="α", unit="1", low=0, high=1, learning=True
        ),
        Parameter("beta", words="inverse temperature", symbol="β", unit="1/value", low=0, high=10),
        Parameter("kappa", words="perseveration", symbol="κ", unit="value", low=-1, high=1),
    )
    action_terms = ("stay",)

    @staticmethod
    def decide(q_0, q_1, beta, kappa, last):
        """Weigh the difference of the values and the last action's bonus by beta."""
        stay = 0.0 if last < 0 else 1.0 - 2.0 * last
        return beta * (q_0 - q_1 + kappa * stay)

    @staticmethod
    def terms(q_0, q_1, last):
        """Return the difference of the values; +1 after action 0, -1 after action 1, else 0."""
        stay = 0.0 if last < 0 else 1.0 - 2.0 * last
        return q_0 - q_1, stay
