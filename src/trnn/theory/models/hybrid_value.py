"""Hybrid exploration with value by itself."""

from math import sqrt

from trnn.theory.model import Parameter
from trnn.theory.models.hybrid_exploration import HybridExploration


class HybridValue(HybridExploration):
    """As `hybrid_exploration`, with a weight of value that no uncertainty divides.

    P(0) = Phi(value_weight V + gamma RU + beta V / TU) (Gershman 2018, Cognition 173, the probit
    regression on V, RU and V / TU): a softmax of values is the case of beta = gamma = 0.
    """

    name = "hybrid_value"
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
        Parameter(
            "value_weight",
            words="weight of value by itself",
            symbol="ν",
            unit="1/points",
            low=-0.2,
            high=0.6,
        ),
    )
    latent_terms = ("value_over_uncertainty", "relative_uncertainty", "value_difference")

    @staticmethod
    def decide(mean_0, mean_1, variance_0, variance_1, beta, gamma, value_weight):
        """Return beta V / TU + gamma RU + value_weight V."""
        value = mean_0 - mean_1
        relative_uncertainty = sqrt(variance_0) - sqrt(variance_1)
        explored = beta * value / sqrt(variance_0 + variance_1) + gamma * relative_uncertainty
        return explored + value_weight * value

    @staticmethod
    def terms(mean_0, mean_1, variance_0, variance_1):
        """Return V / TU, RU and V."""
        value = mean_0 - mean_1
        relative_uncertainty = sqrt(variance_0) - sqrt(variance_1)
        return value / sqrt(variance_0 + variance_1), relative_uncertainty, value
