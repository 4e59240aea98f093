"""Q-learning with forgetting and perseveration, and choices that are a coin's."""

from trnn.theory.lapse import log_odds
from trnn.theory.model import Parameter
from trnn.theory.models.q_learning_forgetting import QLearningForgetting
from trnn.theory.numeric import logistic


class QLearningForgettingLapse(QLearningForgetting):
    """As `q_learning_forgetting`, and a share of the choices is made without regard to anything.

    P(0) = lapse / 2 + (1 - lapse) logistic(beta (Q0 - Q1) + persistence stay) (Wichmann & Hill
    2001, Percept. Psychophys. 63; Nassar & Frank 2016, Curr. Opin. Behav. Sci. 11). The decision
    variable is the log odds of P(0).
    """

    name = "q_learning_forgetting_lapse"
    parameters = (
        Parameter(
            "alpha", words="learning rate", symbol="α", unit="1", low=0, high=1, learning=True
        ),
        Parameter("beta", words="inverse temperature", symbol="β", unit="1/value", low=-5, high=10),
        Parameter(
            "persistence", words="perseveration weight", symbol="φ", unit="1", low=-5, high=5
        ),
        Parameter("lapse", words="lapse rate", symbol="ε", unit="1", low=0, high=0.2),
    )

    @staticmethod
    def decide(q_0, q_1, beta, persistence, lapse, last):
        """Weigh the difference of the values, and the last action; let some choices lapse."""
        stay = 0.0 if last < 0 else 1.0 - 2.0 * last
        x = beta * (q_0 - q_1) + persistence * stay
        return log_odds(x, logistic(-abs(x)), lapse)
