"""The posterior of the hazard of a person's own, as filters and smoothers find it."""

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
        Monte Carlo standard error of the mean.
    """

    probability: Array
    log_mean: Array
    log_sd: Array
    log_error: Array


def empty_hazards(n: int, t: int, hazards: Array) -> HazardPosterior | None:
    """Return the posterior of n people and t trials, all NaN; None unless there are several."""
    if len(hazards) < 2:
        return None
    return HazardPosterior(np.full((n, t, len(hazards)), np.nan), *np.full((3, n, t), np.nan))


def write(own: HazardPosterior, i: int, hazards: Array, probability: Array, error: Array) -> None:
    """Fill in person i from probabilities (t, h) and errors of the mean logarithm (t,)."""
    t, logs = slice(len(probability)), np.log(hazards)
    own.probability[i, t], own.log_error[i, t] = probability, error
    mean = probability @ logs
    own.log_mean[i, t] = mean
    # By deviations: there is no more than rounding where one hazard is certain.
    variance = (probability * (logs - mean[:, None]) ** 2).sum(axis=1)
    own.log_sd[i, t] = np.sqrt(variance)


def of_shares(shares: Array, hazards: Array) -> tuple[Array, Array]:
    """Return the probability of each hazard, and the standard error of the mean logarithm.

    Parameters
    ----------
    shares : (t, r)
        Of the replicates, hazard by hazard: each one's evidence by the evidence of all. The error
        is that of the replicates' mean weighted by them, as in `trnn.estimators.filter.summaries`.

    Returns
    -------
    (t, h); (t,), NaN of a single replicate.
    """
    of_hazard = shares.reshape(len(shares), len(hazards), -1)
    probability = of_hazard.sum(axis=2)
    logs = np.log(hazards)
    away = of_hazard * (logs - (probability @ logs)[:, None])[:, :, None]
    per_hazard = of_hazard.shape[2]
    if per_hazard < 2:
        return probability, np.full(len(shares), np.nan)
    variance = per_hazard * away.var(axis=2, ddof=1).sum(axis=1)
    return probability, np.sqrt(variance)


def of_chains(of_chain: Array, hazards: Array, n_trials: int) -> tuple[Array, Array]:
    """Return the same from chains of trajectories, on each of n_trials: no trial differs.

    Parameters
    ----------
    of_chain : (n_chains, h)
        Probability of each hazard by each chain; their spread is the error.
    """
    probability = np.tile(of_chain.mean(axis=0), (n_trials, 1))
    logs = of_chain @ np.log(hazards)
    return probability, np.full(n_trials, logs.std(ddof=1) / np.sqrt(len(logs)))


def hazard_columns(own: HazardPosterior | None, suffix: str = "") -> dict[str, Array]:
    """Return the columns by which a table holds the posterior, each (n, t); none of None."""
    if own is None:
        return {}
    found = {
        f"log_hazard{suffix}": own.log_mean,
        f"log_hazard{suffix}_sd": own.log_sd,
        f"log_hazard{suffix}_mc_error": own.log_error,
    }
    names = probability_names(own.probability.shape[2], suffix)
    return found | dict(zip(names, np.moveaxis(own.probability, 2, 0), strict=True))


def probability_names(n: int, suffix: str = "") -> list[str]:
    """Return the columns of the probabilities of n hazards, ascending."""
    return [f"p_hazard_{i}{suffix}" for i in range(1, n + 1)]
