"""Q-learning with forgetting, perseveration that differs after a reward, and a side bias."""

from trnn.theory.model import Parameter
from trnn.theory.models.q_learning_forgetting_reward import QLearningForgettingReward


class QLearningForgettingRewardBias(QLearningForgettingReward):
    """As `q_learning_forgetting_reward`, with a constant preference for one of the arms.

    P(0) = logistic(beta (Q0 - Q1) + (persistence + omega [last reward > 0]) stay + side_bias) (Lau
    & Glimcher 2005, J. Exp. Anal. Behav. 84). Above 0 it speaks for action 0.
    """

    name = "q_learning_forgetting_reward_bias"
    parameters = (
        Parameter(
            "alpha", words="learning rate", symbol="α", unit="1", low=0, high=1, learning=True
        ),
        Parameter("beta", words="inverse temperature", symbol="β", unit="1/value", low=-5, high=10),
        Parameter(
            "persistence", words="perseveration weight", symbol="φ", unit="1", low=-5, high=5
        ),
        Parameter(
            "omega",
            words="perseveration added by a reward",
            symbol="ω",
            unit="1",
            low=-5,
            high=5,
        ),
        Parameter("side_bias", words="bias towards arm 0", symbol="b", unit="1", low=-1, high=1),
    )
    action_terms = ("stay", "stay_after_reward", "side")

    @staticmethod
    def decide(q_0, q_1, rewarded, beta, persistence, omega, side_bias, last):
        """Weigh the difference of the values, and the last action by what it gave; add the bias."""
        stay = 0.0 if last < 0 else 1.0 - 2.0 * last
        return beta * (q_0 - q_1) + (persistence + omega * rewarded) * stay + side_bias

    @staticmethod
    def terms(q_0, q_1, rewarded, last):
        """Return those of `q_learning_forgetting_reward`, and 1, which speaks for arm 0."""
        stay = 0.0 if last < 0 else 1.0 - 2.0 * last
        return q_0 - q_1, stay, rewarded * stay, 1.0
