"""Generalised Q-learning of one dimension."""

from trnn.theory.model import Model, Parameter, State


class GeneralisedQLearning(Model):
    """Q-learning with a choice trace that weighs by itself and together with value.

    P(0) = logistic(beta (Q0 - Q1) + persistence (C0 - C1) + interaction (C0 Q0 - C1 Q1)); Q_chosen
    <- Q_chosen + alpha (r - Q_chosen); C_chosen <- C_chosen + trace_rate (1 - C_chosen), C_other <-
    (1 - trace_rate) C_other; all are 0 at a block's start (Dezfouli et al. 2019, PLoS Comput. Biol.
    15:e1006903, GQL). That model has d values and d traces of each arm, 4 d weights and rates and
    d^2 interactions. This is d = 1: the fewest that have all of its three parts. With d = 2 it has
    twelve parameters, among them pairs that change places, too many to follow from trial to trial.
    """

    name = "generalised_q_learning"
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
        Parameter(
            "interaction",
            words="weight of value times choice trace",
            symbol="χ",
            unit="1/value",
            low=-10,
            high=10,
        ),
    )
    state = (
        State("q_0", unit="reward", words="value of arm 0"),
        State("q_1", unit="reward", words="value of arm 1"),
        State("trace_0", unit="1", words="choice trace of arm 0"),
        State("trace_1", unit="1", words="choice trace of arm 1"),
    )
    link = "logistic"
    latent_terms = ("value_difference", "trace_difference", "value_times_trace")

    @staticmethod
    def start():
        """Return values and traces of zero."""
        return 0.0, 0.0, 0.0, 0.0

    @staticmethod
    def decide(q_0, q_1, trace_0, trace_1, beta, persistence, interaction):
        """Weigh the differences of values, of traces, and of their products."""
        products = trace_0 * q_0 - trace_1 * q_1
        return beta * (q_0 - q_1) + persistence * (trace_0 - trace_1) + interaction * products

    @staticmethod
    def learn(q_0, q_1, trace_0, trace_1, alpha, trace_rate, action, reward):
        """Move the chosen action's value towards the reward, its trace to 1, the other's to 0."""
        trace_0 *= 1.0 - trace_rate
        trace_1 *= 1.0 - trace_rate
        if action == 0:
            return q_0 + alpha * (reward - q_0), q_1, trace_0 + trace_rate, trace_1
        return q_0, q_1 + alpha * (reward - q_1), trace_0, trace_1 + trace_rate

    @staticmethod
    def terms(q_0, q_1, trace_0, trace_1):
        """Return the differences of values, of traces, and of their products."""
        return q_0 - q_1, trace_0 - trace_1, trace_0 * q_0 - trace_1 * q_1
