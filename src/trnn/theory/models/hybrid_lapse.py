"""Hybrid exploration, and choices that are a coin's."""

from math import sqrt

from trnn.theory.lapse import log_odds
from trnn.theory.model import Parameter
from trnn.theory.models.hybrid_exploration import HybridExploration
from trnn.theory.numeric import normal_cdf


class HybridLapse(HybridExploration):
    """As `hybrid_exploration`, and a share of the choices is made without regard to anything.

    P(0) = lapse / 2 + (1 - lapse) Phi(beta V / TU + gamma RU) (Gershman 2018, Cognition 173;
    lapses: Wichmann & Hill 2001, Percept. Psychophys. 63). The decision variable is the log odds of
    P(0): the link is the logistic function, and the normal distribution is inside of the equation.
    """

    name = "hybrid_lapse"
    parameters = (
        # beta weighs V / TU, a ratio of points to points
        Parameter("beta", words="inverse temperature", symbol="β", unit="1", low=0, high=4),
        Parameter(
            "gamma",
            words="directed exploration (weight of relative uncertainty)",
            symbol="γ",
            unit="1/points",
            low=-0.2,
            high=0.6,
        ),
        Parameter("lapse", words="lapse rate", symbol="ε", unit="1", low=0, high=0.2),
    )
    link = "logistic"

    @staticmethod
    def decide(mean_0, mean_1, variance_0, variance_1, beta, gamma, lapse):
        """Return the log odds of beta V / TU + gamma RU; let some choices lapse."""
        value_over_uncertainty = (mean_0 - mean_1) / sqrt(variance_0 + variance_1)
        relative_uncertainty = sqrt(variance_0) - sqrt(variance_1)
        x = beta * value_over_uncertainty + gamma * relative_uncertainty
        return log_odds(x, normal_cdf(-abs(x)), lapse)
