"""Hybrid exploration with perseveration."""

from math import sqrt

from trnn.theory.model import Parameter
from trnn.theory.models.hybrid_exploration import HybridExploration


class HybridPersistence(HybridExploration):
    """As `hybrid_exploration`, with a weight of the last action.

    P(0) = Phi(beta V / TU + gamma RU + persistence stay), stay = 1 after action 0, -1 after action
    1, 0 on a block's first trial: the exploration of Gershman (2018, Cognition 173) and the
    dependence on the last choice of Lau & Glimcher (2005, J. Exp. Anal. Behav. 84).
    """

    name = "hybrid_persistence"
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
    )
    action_terms = ("stay",)

    @staticmethod
    def decide(mean_0, mean_1, variance_0, variance_1, beta, gamma, persistence, last):
        """Return beta V / TU + gamma RU + persistence stay."""
        value_over_uncertainty = (mean_0 - mean_1) / sqrt(variance_0 + variance_1)
        relative_uncertainty = sqrt(variance_0) - sqrt(variance_1)
        stay = 0.0 if last < 0 else 1.0 - 2.0 * last
        return beta * value_over_uncertainty + gamma * relative_uncertainty + persistence * stay

    @staticmethod
    def terms(mean_0, mean_1, variance_0, variance_1, last):
        """Return V / TU and RU; +1 after action 0, -1 after action 1, else 0."""
        value_over_uncertainty = (mean_0 - mean_1) / sqrt(variance_0 + variance_1)
        stay = 0.0 if last < 0 else 1.0 - 2.0 * last
        return value_over_uncertainty, sqrt(variance_0) - sqrt(variance_1), stay
