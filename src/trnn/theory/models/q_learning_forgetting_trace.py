"""Q-learning with forgetting and a choice trace."""

from trnn.theory.model import Parameter
from trnn.theory.models.q_learning_trace import QLearningTrace


class QLearningForgettingTrace(QLearningTrace):
    """As `q_learning_trace`, and the value of the arm that was not chosen decays at the rate alpha.

    Forgetting of Ito & Doya (2009, J. Neurosci. 29), choice trace of Katahira (2015, J. Math.
    Psychol. 66). With a trace rate of 1 it is `q_learning_forgetting`.
    """

    name = "q_learning_forgetting_trace"
    parameters = (
        Parameter(
            "alpha", words="learning rate", symbol="α", unit="1", low=0, high=1, learning=True
        ),
        Parameter(
            "trace_rate",
            words="rate of the choice trace",
            symbol="τ",
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
    def learn(q_0, q_1, trace, alpha, trace_rate, action, reward):
        """Move the values towards the reward and 0, the trace towards the action."""
        trace += trace_rate * (1.0 - 2.0 * action - trace)
        if action == 0:
            return q_0 + alpha * (reward - q_0), q_1 * (1.0 - alpha), trace
        return q_0 * (1.0 - alpha), q_1 + alpha * (reward - q_1), trace
