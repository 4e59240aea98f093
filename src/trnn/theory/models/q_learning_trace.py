"""Q-learning with a choice trace."""

from trnn.theory.model import Parameter, State
from trnn.theory.models.q_learning import QLearning


class QLearningTrace(QLearning):
    """Q-learning with a trace of past choices, which has a rate of its own.

    P(0) = logistic(beta (Q0 - Q1) + persistence (C0 - C1)); C_chosen <- C_chosen + trace_rate
    (1 - C_chosen), C_other <- (1 - trace_rate) C_other, both 0 at a block's start (Katahira 2015,
    J. Math. Psychol. 66; the choice kernel of Wilson & Collins 2019, eLife 8:e49547). One number
    carries C0 - C1. With a rate of 1 it is the last choice, as in `q_learning_persistence`.
    """

    name = "q_learning_trace"
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
    state = (
        State("q_0", unit="reward", words="value of arm 0"),
        State("q_1", unit="reward", words="value of arm 1"),
        State("trace", unit="1", words="choice trace, of arm 0 less that of arm 1"),
    )
    latent_terms = ("value_difference", "trace")

    @staticmethod
    def start():
        """Return values and a trace of zero."""
        return 0.0, 0.0, 0.0

    @staticmethod
    def decide(q_0, q_1, trace, beta, persistence):
        """Weigh the difference of the values, and the trace."""
        return beta * (q_0 - q_1) + persistence * trace

    @staticmethod
    def learn(q_0, q_1, trace, alpha, trace_rate, action, reward):
        """Move the chosen action's value towards the reward, the trace towards the action."""
        trace += trace_rate * (1.0 - 2.0 * action - trace)
        if action == 0:
            return q_0 + alpha * (reward - q_0), q_1, trace
        return q_0, q_1 + alpha * (reward - q_1), trace

    @staticmethod
    def terms(q_0, q_1, trace):
        """Return the difference of the values, and the trace."""
        return q_0 - q_1, trace
