"""Q-learning with forgetting, and a rate each for better and for worse than expected."""

from trnn.theory.model import Parameter
from trnn.theory.models.q_learning_persistence import QLearningPersistence


class QLearningForgettingTwoRates(QLearningPersistence):
    """As `q_learning_forgetting`, with a learning rate for each sign of the prediction error.

    Q <- Q + (alpha_better if r > Q else alpha_worse) (r - Q) (Niv et al. 2012, J. Neurosci. 32;
    Katahira 2018, J. Math. Psychol. 87). The arm that was not chosen learns by the same rule from
    an outcome of 0, which is its forgetting: of a value above 0 at the rate of the worse. With two
    equal rates it is `q_learning_forgetting`.
    """

    name = "q_learning_forgetting_two_rates"
    parameters = (
        Parameter(
            "alpha_better",
            words="learning rate of better than expected",
            symbol="α₊",
            unit="1",
            low=0,
            high=1,
            learning=True,
        ),
        Parameter(
            "alpha_worse",
            words="learning rate of worse than expected",
            symbol="α₋",
            unit="1",
            low=0,
            high=1,
            learning=True,
        ),
        Parameter("beta", words="inverse temperature", symbol="β", unit="1/value", low=-5, high=10),
        Parameter(
            "persistence", words="perseveration weight", symbol="φ", unit="1", low=-5, high=5
        ),
    )

    @staticmethod
    def learn(q_0, q_1, alpha_better, alpha_worse, action, reward):
        """Move the chosen action's value towards the reward, the other's towards 0."""
        error_0 = (reward if action == 0 else 0.0) - q_0
        error_1 = (reward if action == 1 else 0.0) - q_1
        q_0 += (alpha_better if error_0 > 0.0 else alpha_worse) * error_0
        q_1 += (alpha_better if error_1 > 0.0 else alpha_worse) * error_1
        return q_0, q_1
