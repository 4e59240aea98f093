"""Hybrid of Thompson sampling and uncertainty bonus on a Kalman filter (Gershman 2018)."""

from math import sqrt

from trnn.theory.model import Model, Parameter, State

PRIOR_VARIANCE = 100.0  # of an arm's mean at a block's start, points squared
OBSERVATION_VARIANCE = 10.0  # of a reward around its arm's mean, points squared


class HybridExploration(Model):
    """Choice by value over total uncertainty (beta) and by relative uncertainty (gamma).

    A Kalman filter for each arm has posterior mean m and standard deviation s. With V = m0 - m1,
    RU = s0 - s1 and TU = sqrt(s0^2 + s1^2): P(0) = Phi(beta V / TU + gamma RU) (Gershman 2018,
    Cognition 173, eqs. 4-9; Ger et al. 2024). The state does not depend on the parameters.
    """

    name = "hybrid_exploration"
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
    state = (
        State("mean_0", unit="points", words="mean of arm 0"),
        State("mean_1", unit="points", words="mean of arm 1"),
        State("variance_0", unit="points^2", words="variance of arm 0"),
        State("variance_1", unit="points^2", words="variance of arm 1"),
    )
    link = "probit"
    latent_terms = ("value_over_uncertainty", "relative_uncertainty")

    @staticmethod
    def start():
        """Return means of zero and the prior variance."""
        return 0.0, 0.0, PRIOR_VARIANCE, PRIOR_VARIANCE

    @staticmethod
    def decide(mean_0, mean_1, variance_0, variance_1, beta, gamma):
        """Return beta V / TU + gamma RU."""
        value_over_uncertainty = (mean_0 - mean_1) / sqrt(variance_0 + variance_1)
        relative_uncertainty = sqrt(variance_0) - sqrt(variance_1)
        return beta * value_over_uncertainty + gamma * relative_uncertainty

    @staticmethod
    def learn(mean_0, mean_1, variance_0, variance_1, action, reward):
        """Update the chosen arm's mean and variance by the Kalman gain."""
        if action == 0:
            gain = variance_0 / (variance_0 + OBSERVATION_VARIANCE)
            mean_0 += gain * (reward - mean_0)
            variance_0 *= 1.0 - gain
        else:
            gain = variance_1 / (variance_1 + OBSERVATION_VARIANCE)
            mean_1 += gain * (reward - mean_1)
            variance_1 *= 1.0 - gain
        return mean_0, mean_1, variance_0, variance_1

    @staticmethod
    def terms(mean_0, mean_1, variance_0, variance_1):
        """Return V / TU and RU."""
        value_over_uncertainty = (mean_0 - mean_1) / sqrt(variance_0 + variance_1)
        return value_over_uncertainty, sqrt(variance_0) - sqrt(variance_1)
