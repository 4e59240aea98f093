"""Hybrid exploration with perseveration and a side bias."""

from math import sqrt

from trnn.theory.model import Parameter
from trnn.theory.models.hybrid_persistence import HybridPersistence


class HybridPersistenceBias(HybridPersistence):
    """As `hybrid_persistence`, with a constant preference for one of the arms.

    P(0) = Phi(beta V / TU + gamma RU + persistence stay + side_bias) (Gershman 2018, Cognition 173;
    stay and bias: Lau & Glimcher 2005, J. Exp. Anal. Behav. 84). Above 0 it speaks for action 0.
    """

    name = "hybrid_persistence_bias"
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
            "persistence", words="perseveration weight", symbol="φ", unit="1", low=-1.5, high=1.5
        ),
        Parameter(
            "side_bias", words="bias towards arm 0", symbol="b", unit="1", low=-0.7, high=0.7
        ),
    )
    action_terms = ("stay", "side")

    @staticmethod
    def decide(mean_0, mean_1, variance_0, variance_1, beta, gamma, persistence, side_bias, last):
        """Return beta V / TU + gamma RU + persistence stay + side_bias."""
        value_over_uncertainty = (mean_0 - mean_1) / sqrt(variance_0 + variance_1)
        relative_uncertainty = sqrt(variance_0) - sqrt(variance_1)
        stay = 0.0 if last < 0 else 1.0 - 2.0 * last
        explored = beta * value_over_uncertainty + gamma * relative_uncertainty
        return explored + persistence * stay + side_bias

    @staticmethod
    def terms(mean_0, mean_1, variance_0, variance_1, last):
        """Return those of `hybrid_persistence`, and 1, which speaks for arm 0."""
        value_over_uncertainty = (mean_0 - mean_1) / sqrt(variance_0 + variance_1)
        stay = 0.0 if last < 0 else 1.0 - 2.0 * last
        return value_over_uncertainty, sqrt(variance_0) - sqrt(variance_1), stay, 1.0
