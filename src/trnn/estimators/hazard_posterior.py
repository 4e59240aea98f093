"""The posterior of the hazard of a person's own: what filters, smoothers and networks say of it."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

Array = np.ndarray


@dataclass(frozen=True)
class HazardPosterior:
    """How likely each of h hazards is that a person may have, on each trial; padding is NaN.

    Parameters
    ----------
    probability : (n, t, h)
    log_mean, log_sd : (n, t)
        Posterior mean and SD of the natural logarithm of the hazard.
    log_error : (n, t)
        Monte Carlo standard error of the mean; None of a network, which has no particles.
    """

    probability: Array
    log_mean: Array
    log_sd: Array
    log_error: Array | None = None


def moments(probability: Array, hazards: Sequence[float] | Array) -> tuple[Array, Array]:
    """Return mean and SD of the logarithm of the hazard, (...,), from probabilities (..., h)."""
    logs = np.log(hazards)
    mean = probability @ logs
    # By deviations: there is no more than rounding where one hazard is certain.
    variance = (probability * (logs - mean[..., None]) ** 2).sum(axis=-1)
    return mean, np.sqrt(variance)


def of_probabilities(probability: Array, hazards: Sequence[float]) -> HazardPosterior:
    """Return the posterior of probabilities (n, t, h) that have no Monte Carlo error."""
    return HazardPosterior(probability, *moments(probability, hazards))


def hazard_columns(own: HazardPosterior | None, suffix: str = "") -> dict[str, Array]:
    """Return the columns by which a table holds the posterior, each (n, t); none of None."""
    if own is None:
        return {}
    found = {f"log_hazard{suffix}": own.log_mean, f"log_hazard{suffix}_sd": own.log_sd}
    if own.log_error is not None:
        found[f"log_hazard{suffix}_mc_error"] = own.log_error
    names = probability_names(own.probability.shape[2], suffix)
    return found | dict(zip(names, np.moveaxis(own.probability, 2, 0), strict=True))


def probability_names(n: int, suffix: str = "") -> list[str]:
    """Return the columns of the probabilities of n hazards, ascending."""
    return [f"p_hazard_{i}{suffix}" for i in range(1, n + 1)]
