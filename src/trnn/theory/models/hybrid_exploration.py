"""Hybrid of Thompson sampling and uncertainty bonus on a Kalman filter (Gershman 2018)."""

import numpy as np

from trnn.theory.model import Array, ProbitChoice

PRIOR_VARIANCE = 100.0  # of an arm's mean at a block's start, points squared
OBSERVATION_VARIANCE = 10.0  # of a reward around its arm's mean, points squared


class HybridExploration(ProbitChoice):
    """Choice by value over total uncertainty (beta) and by relative uncertainty (gamma).

    A Kalman filter for each arm has posterior mean m and standard deviation s. With V = m0 - m1,
    RU = s0 - s1 and TU = sqrt(s0^2 + s1^2): P(0) = Phi(beta V / TU + gamma RU) (Gershman 2018,
    Cognition 173, eqs. 4-9; Ger et al. 2024). The latent state does not depend on the parameters.
    """

    name = "hybrid_exploration"
    parameters = ("beta", "gamma")
    units = ("1", "1/points")  # beta weighs V / TU, a ratio of points to points
    latent_names = ("mean_0", "mean_1", "variance_0", "variance_1")
    latent_units = ("points", "points", "points^2", "points^2")
    learning_parameters = ()
    latent_terms = ("value_over_uncertainty", "relative_uncertainty")

    def start(self, shape: tuple[int, ...]) -> Array:
        """Return means of zero and the prior variance."""
        latent = np.zeros((4, *shape))
        latent[2:] = PRIOR_VARIANCE
        return latent

    def decision_variable(self, latent: Array, parameters: Array, previous_action: Array) -> Array:
        """Return beta V / TU + gamma RU."""
        value_over_uncertainty, relative_uncertainty = self.terms(latent, previous_action)
        return parameters[0] * value_over_uncertainty + parameters[1] * relative_uncertainty

    def terms(self, latent: Array, previous_action: Array) -> tuple[Array, ...]:
        """Return V / TU and RU."""
        mean_0, mean_1, variance_0, variance_1 = latent
        value_over_uncertainty = (mean_0 - mean_1) / np.sqrt(variance_0 + variance_1)
        return value_over_uncertainty, np.sqrt(variance_0) - np.sqrt(variance_1)

    def update(self, latent: Array, parameters: Array, action: Array, reward: Array) -> Array:
        """Update the chosen arm's mean and variance by the Kalman gain."""
        chose = np.stack([np.asarray(action == a, dtype=float) for a in (0, 1)])
        mean, variance = latent[:2], latent[2:]
        gain = chose * variance / (variance + OBSERVATION_VARIANCE)
        return np.concatenate((mean + gain * (reward - mean), variance * (1.0 - gain)))
