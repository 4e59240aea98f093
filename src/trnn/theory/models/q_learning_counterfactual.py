"""Q-learning from both outcomes, where the task shows that of the other arm too."""

from trnn.theory.model import Parameter
from trnn.theory.models.q_learning import QLearning


class QLearningCounterfactual(QLearning):
    """Q-learning with a rate for the chosen arm and one for the other, whose outcome is shown.

    P(0) = logistic(beta (Q0 - Q1)); Q_chosen <- Q_chosen + alpha (r - Q_chosen); Q_other <- Q_other
    + alpha_other (r_other - Q_other) (Palminteri et al. 2015, Nat. Commun. 6:8096, eqs. 1-4, of
    absolute values). Where the other outcome is not shown its arm's value stays.
    """

    name = "q_learning_counterfactual"
    parameters = (
        Parameter(
            "alpha", words="learning rate", symbol="α", unit="1", low=0, high=1, learning=True
        ),
        Parameter(
            "alpha_other",
            words="learning rate of the other arm",
            symbol="α′",
            unit="1",
            low=0,
            high=1,
            learning=True,
        ),
        Parameter("beta", words="inverse temperature", symbol="β", unit="1/value", low=0, high=10),
    )

    @staticmethod
    def learn(q_0, q_1, alpha, alpha_other, action, reward, other_reward):
        """Move each value towards its arm's outcome; one that is not a number was not shown."""
        known = other_reward == other_reward
        other = alpha_other if known else 0.0
        shown = other_reward if known else 0.0
        if action == 0:
            q_0 += alpha * (reward - q_0)
            q_1 += other * (shown - q_1)
        else:
            q_1 += alpha * (reward - q_1)
            q_0 += other * (shown - q_0)
        return q_0, q_1
