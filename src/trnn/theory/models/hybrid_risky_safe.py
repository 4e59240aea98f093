"""Hybrid exploration of a risky arm, whose rewards vary, and a safe one, whose rewards do not."""

from trnn.theory.model import Parameter
from trnn.theory.models.hybrid_exploration import HybridExploration

# Of arm 0, the risky one, and arm 1, the safe one, points squared: what participants are told.
PRIOR_VARIANCE_0, PRIOR_VARIANCE_1 = 100.0, 0.0  # of an arm's mean at a block's start
OBSERVATION_VARIANCE_0, OBSERVATION_VARIANCE_1 = 16.0, 0.0  # of a reward around it


class HybridRiskySafe(HybridExploration):
    """Hybrid exploration with noise of its own for each arm (Gershman 2018, experiment 1).

    As `hybrid_exploration`, with variances of each arm. A deterministic arm has an observation
    variance of 0: its Kalman gain is 1 when it is first seen, and from then on its mean is known
    and its variance 0; the gain of a mean that is known is 0. Total uncertainty stays above 0 so
    long as one arm's rewards vary.
    """

    name = "hybrid_risky_safe"
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
    )

    @staticmethod
    def start():
        """Return means of zero and the prior variances."""
        return 0.0, 0.0, PRIOR_VARIANCE_0, PRIOR_VARIANCE_1

    @staticmethod
    def learn(mean_0, mean_1, variance_0, variance_1, action, reward):
        """Update the chosen arm's mean and variance by the Kalman gain."""
        variance = variance_0 if action == 0 else variance_1
        noise = OBSERVATION_VARIANCE_0 if action == 0 else OBSERVATION_VARIANCE_1
        gain = variance / (variance + noise) if variance > 0.0 else 0.0
        if action == 0:
            return mean_0 + gain * (reward - mean_0), mean_1, variance_0 * (1.0 - gain), variance_1
        return mean_0, mean_1 + gain * (reward - mean_1), variance_0, variance_1 * (1.0 - gain)
