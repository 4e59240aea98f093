"""Q-learning: Rescorla-Wagner values, softmax choice."""

from trnn.theory.model import Model, Parameter, State


class QLearning(Model):
    """Q-learning with learning rate alpha and inverse temperature beta.

    P(0) = logistic(beta (Q0 - Q1)); Q_a <- Q_a + alpha (r - Q_a); Q = 0 at a block's start
    (Ger et al. 2024, artificial data; Sutton & Barto 2018, eq. 2.5). Values start at 0 whatever is
    paid: the worst of rewards of 0 and 1, the middle of -1 and 1, and of points around 0.
    """

    name = "q_learning"
    parameters = (
        Parameter(
            "alpha", words="learning rate", symbol="α", unit="1", low=0, high=1, learning=True
        ),
        Parameter("beta", words="inverse temperature", symbol="β", unit="1/value", low=0, high=10),
    )
    state = (
        State("q_0", unit="reward", words="value of arm 0"),
        State("q_1", unit="reward", words="value of arm 1"),
    )
    link = "logistic"
    latent_terms = ("value_difference",)

    @staticmethod
    def start():
        """Return values of zero."""
        return 0.0, 0.0

    @staticmethod
    def decide(q_0, q_1, beta):
        """Weigh the difference of the values by beta."""
        return beta * (q_0 - q_1)

    @staticmethod
    def learn(q_0, q_1, alpha, action, reward):
        """Move the chosen action's value towards the reward."""
        if action == 0:
            q_0 += alpha * (reward - q_0)
        else:
            q_1 += alpha * (reward - q_1)
        return q_0, q_1

    @staticmethod
    def terms(q_0, q_1):
        """Return the difference of the values."""
        return q_0 - q_1
