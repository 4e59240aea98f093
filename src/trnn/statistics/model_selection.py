"""Random-effects Bayesian model selection: which model generated which subject's choices.

Each subject's model is drawn from frequencies r ~ Dirichlet(1, ..., 1) of the K models (Stephan,
Penny, Daunizeau, Moran & Friston 2009, NeuroImage 46:1004). The posterior of r is approximated by
a Dirichlet (variational Bayes). The protected exceedance probability weighs in that all models may
be equally frequent (Rigoux, Stephan, Friston & Daunizeau 2014, NeuroImage 84:971).
"""

from dataclasses import dataclass

import numpy as np
from scipy import stats
from scipy.integrate import tanhsinh
from scipy.special import expit, gammainc, gammaincinv, gammaln, logsumexp, psi, softmax, xlogy

Array = np.ndarray

TOLERANCE = 1e-10  # of the Dirichlet's parameters, in subjects
MOST_STEPS = 100_000


@dataclass(frozen=True)
class ModelSelection:
    """What is inferred of K models from the evidences of n subjects.

    alpha : (K,) parameters of the posterior Dirichlet of the models' frequencies
    frequency, frequency_low, frequency_high : (K,) posterior mean and 95 % credible interval
    exceedance : (K,) probability that the model is the most frequent one
    omnibus_risk : posterior probability that all models are equally frequent
    protected_exceedance : (K,) exceedance probability with that possibility weighed in
    """

    alpha: Array
    frequency: Array
    frequency_low: Array
    frequency_high: Array
    exceedance: Array
    omnibus_risk: float
    protected_exceedance: Array


def select_models(log_evidence: Array) -> ModelSelection:
    """Return the random-effects comparison of models.

    Parameters
    ----------
    log_evidence : (n_subjects, K)
        Log marginal likelihood of each subject's data under each model, nats.

    Raises
    ------
    ValueError
        If there are no subjects, fewer than two models, or values that are not finite.
    """
    log_evidence = np.asarray(log_evidence, dtype=np.float64)
    if log_evidence.ndim != 2 or log_evidence.shape[0] < 1 or log_evidence.shape[1] < 2:
        raise ValueError(
            f"log_evidence must be (n_subjects >= 1, n_models >= 2), got {log_evidence.shape}"
        )
    if not np.isfinite(log_evidence).all():
        raise ValueError("log_evidence must be finite; leave out subjects without an evidence")
    n_models = log_evidence.shape[1]
    alpha, belonging = _posterior(log_evidence)
    risk = _omnibus_risk(log_evidence, alpha, belonging)
    exceedance = exceedance_probabilities(alpha)
    # A share of a Dirichlet is a beta variable.
    share = stats.beta(alpha, alpha.sum() - alpha)
    return ModelSelection(
        alpha=alpha,
        frequency=alpha / alpha.sum(),
        frequency_low=share.ppf(0.025),
        frequency_high=share.ppf(0.975),
        exceedance=exceedance,
        omnibus_risk=risk,
        protected_exceedance=(1.0 - risk) * exceedance + risk / n_models,
    )


def exceedance_probabilities(alpha: Array) -> Array:
    """Return P(share k is the largest) of a Dirichlet, (K,), by quadrature.

    Shares of a Dirichlet are independent gamma variables over their sum, so that the largest
    gamma variable is asked for (Soch & Allefeld 2016, arXiv:1611.01439).
    """
    out = np.empty(len(alpha))
    for k, own in enumerate(alpha):
        others = np.delete(alpha, k)

        def integrand(u: Array, own: float = own, others: Array = others) -> Array:
            # In quantiles of the own variable the integral has finite ends and no peak.
            below: Array = gammainc(others, gammaincinv(own, u)[..., None])
            return below.prod(axis=-1)

        out[k] = tanhsinh(integrand, 0.0, 1.0, atol=1e-10).integral
    return out / out.sum()


def _posterior(log_evidence: Array) -> tuple[Array, Array]:
    """Return the Dirichlet's parameters (K,) and each subject's model probabilities (n, K)."""
    alpha = np.ones(log_evidence.shape[1])
    for _ in range(MOST_STEPS):
        # Stephan et al. 2009, equation 14; psi of the sum is the same for every model.
        belonging = softmax(log_evidence + psi(alpha), axis=1)
        updated = 1.0 + belonging.sum(axis=0)
        step = np.abs(updated - alpha).max()
        alpha = updated
        if step < TOLERANCE:
            break
    return alpha, belonging


def _omnibus_risk(log_evidence: Array, alpha: Array, belonging: Array) -> float:
    """Return P(all models are equally frequent | data): Rigoux et al. 2014, equation 7.

    The free energy stands for the evidence of unequal frequencies; that of equal ones is exact.
    """
    n_models = log_evidence.shape[1]
    log_share = psi(alpha) - psi(alpha.sum())
    free_energy = (
        (belonging * (log_evidence + log_share)).sum()
        - xlogy(belonging, belonging).sum()
        # Less the divergence of Dirichlet(alpha) from the flat prior.
        + gammaln(n_models)
        - gammaln(alpha.sum())
        + gammaln(alpha).sum()
        - ((alpha - 1.0) * log_share).sum()
    )
    equal = (logsumexp(log_evidence, axis=1) - np.log(n_models)).sum()
    return float(expit(equal - free_energy))
