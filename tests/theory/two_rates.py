"""Q-learning with two learning rates, whose unchosen arm is forgotten: a model of one's own."""

from trnn.theory.model import Model, Parameter, State


class TwoRates(Model):
    """P(0) = logistic(beta (Q0 - Q1)); rewards above and below expectation are learned apart.

    The value of the arm that was not chosen decays (Ito & Doya 2009, J. Neurosci. 29).
    """

    name = "two_rates"
    parameters = (
        Parameter("alpha_up", "rate of better", "α₊", "1", 0, 1, learning=True),
        Parameter("alpha_down", "rate of worse", "α₋", "1", 0, 1, learning=True),
        Parameter("forgetting", "forgetting", "φ", "1", 0, 0.5, learning=True),
        Parameter("beta", "inverse temperature", "β", "1/value", 0, 10),
    )
    state = (State("q_0", "reward", "value of arm 0"), State("q_1", "reward", "value of arm 1"))
    link = "logistic"

    @staticmethod
    def start():
        """Return values of zero."""
        return 0.0, 0.0

    @staticmethod
    def decide(q_0, q_1, beta):
        """Weigh the difference of the values."""
        return beta * (q_0 - q_1)

    @staticmethod
    def learn(q_0, q_1, alpha_up, alpha_down, forgetting, action, reward):
        """Learn of the chosen arm, forget the other."""
        error = reward - (q_0 if action == 0 else q_1)
        change = (alpha_up if error > 0 else alpha_down) * error
        if action == 0:
            return q_0 + change, q_1 * (1.0 - forgetting)
        return q_0 * (1.0 - forgetting), q_1 + change
