"""The evidence under a hazard of each person's own."""

import numpy as np
from scipy.special import logsumexp, softmax

Array = np.ndarray


def own_hazard(log_evidence: Array, error: Array) -> tuple[Array, Array]:
    """Return log evidence and error where each subject has one of n hazards, equally likely, (n,).

    The marginal likelihood of a mixture is the mean of the marginal likelihoods, and of n unbiased
    estimates the mean is one too: no further filter is needed. The errors under different hazards
    come of the same random numbers, so that their correlation is not known; stated is the error if
    all of them err together, which no correlation exceeds.

    Parameters
    ----------
    log_evidence, error : (n_hazards, n_subjects)
        Nats, and Monte Carlo standard errors.
    """
    mean = logsumexp(log_evidence, axis=0) - np.log(len(log_evidence))
    weights = softmax(log_evidence, axis=0)
    return mean, (weights * error).sum(axis=0)
