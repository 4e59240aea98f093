"""The posterior of the hazard of a person's own, from particles and from chains."""

import numpy as np

from trnn.estimators.hazard_posterior import HazardPosterior, moments

Array = np.ndarray


def empty_hazards(n: int, t: int, hazards: Array) -> HazardPosterior | None:
    """Return the posterior of n people and t trials, all NaN; None unless there are several."""
    if len(hazards) < 2:
        return None
    return HazardPosterior(np.full((n, t, len(hazards)), np.nan), *np.full((3, n, t), np.nan))


def write(own: HazardPosterior, i: int, hazards: Array, probability: Array, error: Array) -> None:
    """Fill in person i from probabilities (t, h) and errors of the mean logarithm (t,)."""
    assert own.log_error is not None
    t = slice(len(probability))
    own.probability[i, t], own.log_error[i, t] = probability, error
    own.log_mean[i, t], own.log_sd[i, t] = moments(probability, hazards)


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
