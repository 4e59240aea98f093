"""Q-learning with perseveration as a weight of its own."""

from trnn.theory.model import Parameter
from trnn.theory.models.q_learning import QLearning


class QLearningPersistence(QLearning):
    """Q-learning whose last action gains a weight that the inverse temperature does not scale.

    P(0) = logistic(beta (Q0 - Q1) + persistence stay), stay = 1 after action 0, -1 after action 1,
    0 on a block's first trial (Lau & Glimcher 2005, J. Exp. Anal. Behav. 84, of the last choice;
    Katahira 2015, J. Math. Psychol. 66). `q_learning_perseveration` has beta kappa in the place of
    persistence: there, who does not follow value cannot persevere. With beta below 0 the better
    arm is avoided.
    """

    name = "q_learning_persistence"
    parameters = (
        Parameter(
            "alpha", words="learning rate", symbol="α", unit="1", low=0, high=1, learning=True
        ),
        Parameter("beta", words="inverse temperature", symbol="β", unit="1/value", low=-5, high=10),
        Parameter(
            "persistence", words="perseveration weight", symbol="φ", unit="1", low=-5, high=5
        ),
    )
    action_terms = ("stay",)

    @staticmethod
    def decide(q_0, q_1, beta, persistence, last):
        """Weigh the difference of the values, and the last action."""
        stay = 0.0 if last < 0 else 1.0 - 2.0 * last
        return beta * (q_0 - q_1) + persistence * stay

    @staticmethod
    def terms(q_0, q_1, last):
        """Return the difference of the values; +1 after action 0, -1 after action 1, else 0."""
        stay = 0.0 if last < 0 else 1.0 - 2.0 * last
        return q_0 - q_1, stay
