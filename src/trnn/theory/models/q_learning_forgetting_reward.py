"""Q-learning with forgetting, whose perseveration differs after a reward."""

from trnn.theory.model import Parameter, State
from trnn.theory.models.q_learning_forgetting import QLearningForgetting


class QLearningForgettingReward(QLearningForgetting):
    """As `q_learning_forgetting`, and a reward adds omega to the weight of the last action.

    P(0) = logistic(beta (Q0 - Q1) + (persistence + omega [last reward > 0]) stay): perseveration
    that depends on whether the last outcome was a gain, beside learned value (Worthy, Pang & Byrne
    2013, Front. Psychol. 4:640, of a perseveration that lasts one trial). The last reward is that
    of the last choice, however many trials were missed since.
    """

    name = "q_learning_forgetting_reward"
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
    )
    state = (
        State("q_0", unit="reward", words="value of arm 0"),
        State("q_1", unit="reward", words="value of arm 1"),
        State("rewarded", unit="1", words="1 if the last choice was rewarded, else 0"),
    )
    action_terms = ("stay", "stay_after_reward")

    @staticmethod
    def start():
        """Return values of zero, and no reward."""
        return 0.0, 0.0, 0.0

    @staticmethod
    def decide(q_0, q_1, rewarded, beta, persistence, omega, last):
        """Weigh the difference of the values, and the last action by what it gave."""
        stay = 0.0 if last < 0 else 1.0 - 2.0 * last
        return beta * (q_0 - q_1) + (persistence + omega * rewarded) * stay

    @staticmethod
    def learn(q_0, q_1, alpha, action, reward):
        """Move the chosen action's value towards the reward, the other's towards 0."""
        rewarded = 1.0 if reward > 0.0 else 0.0
        if action == 0:
            return q_0 + alpha * (reward - q_0), q_1 * (1.0 - alpha), rewarded
        return q_0 * (1.0 - alpha), q_1 + alpha * (reward - q_1), rewarded

    @staticmethod
    def terms(q_0, q_1, rewarded, last):
        """Return the difference of the values; the last action; the same if it was rewarded."""
        stay = 0.0 if last < 0 else 1.0 - 2.0 * last
        return q_0 - q_1, stay, rewarded * stay
