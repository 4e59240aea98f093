"""The evidence of the model whose parameters are all constant, by adaptive importance sampling.

Every subject's posterior over the unit cube is sought by draws from multivariate t distributions,
each fitted to the weighted draws before it. All draws count in the end, weighted by the mixture of
what they were drawn from: Cornuet, Marin, Mira & Robert (2012), Scand. J. Stat. 39 (adaptive
multiple importance sampling).
"""

from collections.abc import Mapping

import numpy as np
from scipy.special import gammaln, logsumexp
from scipy.stats import qmc

from trnn.config.dynamics import Range
from trnn.seeds import generator
from trnn.theory.likelihood import negative_log_likelihood
from trnn.theory.model import Model
from trnn.trials.checks import check_rewards
from trnn.trials.sequences import Sequences

Array = np.ndarray

FIRST = 1024  # draws from the prior
ROUNDS, DRAWS = 5, 512  # fitted proposals, and draws from each
FREEDOM = 5.0  # degrees of freedom of the proposals: heavier tails than the posteriors have
# A proposal is fitted to weights that are flattened until they are worth this many draws: the
# first draws may have hardly a point where the posterior is.
WORTH = 40.0
NARROWEST = 1e-4  # standard deviation of a proposal at least, as a share of the range
SUBJECTS = 16  # carried together; the numbers do not depend on it


def constant_log_evidence(
    model: Model,
    ranges: Mapping[str, Range],
    sequences: Sequences,
    seed: int,
    *keys: str | int,
) -> tuple[Array, Array]:
    """Return the log evidence of constant parameters, uniform over their ranges.

    Parameters
    ----------
    ranges : mapping of parameter to Range
        In the model's order.
    seed, *keys
        Where the standard draws come from; all subjects share them, so that no subject's numbers
        depend on another subject.

    Returns
    -------
    Log evidence (n,), nats; its standard error (n,), nats, from the spread of the weights.

    Raises
    ------
    NumericalError
        If a reward or a likelihood is not finite, with the subject.
    """
    check_rewards(sequences)
    n, d = len(sequences.subjects), len(ranges)
    rng = generator(seed, *keys, "constant")
    cube = qmc.Sobol(d, rng=rng).random(FIRST)
    # Standard t draws, (rounds, draws, d).
    spread = np.sqrt(FREEDOM / rng.chisquare(FREEDOM, (ROUNDS, DRAWS, 1)))
    standard = rng.standard_normal((ROUNDS, DRAWS, d)) * spread
    result = np.empty((2, n))
    for first in range(0, n, SUBJECTS):
        part = sequences.rows(first, min(first + SUBJECTS, n))
        result[:, first : first + SUBJECTS] = _sample(model, ranges, part, cube, standard)
    return result[0], result[1]


def _sample(
    model: Model, ranges: Mapping[str, Range], sequences: Sequences, cube: Array, standard: Array
) -> tuple[Array, Array]:
    """Return log evidence and its standard error of some subjects, (n,) each."""
    n = len(sequences.subjects)
    points = np.broadcast_to(cube, (n, *cube.shape))
    log_p = _log_likelihood(model, ranges, sequences, points)
    # Log of the number of draws of each proposal times its density, summed over proposals.
    log_mix = np.full(log_p.shape, np.log(len(cube)))
    proposals: list[tuple[Array, Array]] = []
    for own in standard:
        middle, root = _fit(points, log_p - log_mix)
        new = middle[:, None] + own @ root.swapaxes(1, 2)
        new_mix = np.where(((new >= 0) & (new <= 1)).all(axis=2), np.log(len(cube)), -np.inf)
        for proposal in proposals:
            new_mix = np.logaddexp(new_mix, np.log(len(own)) + _log_t(new, *proposal))
        log_p = np.concatenate((log_p, _log_likelihood(model, ranges, sequences, new)), axis=1)
        points = np.concatenate((points, new), axis=1)
        log_mix = np.concatenate((log_mix, new_mix), axis=1)
        proposals.append((middle, root))
        log_mix = np.logaddexp(log_mix, np.log(len(own)) + _log_t(points, middle, root))
    weights = log_p - log_mix
    log_evidence = logsumexp(weights, axis=1)
    share = np.exp(weights - log_evidence[:, None])
    # Var of the mean of N weights over its square: (N sum share^2 - 1) / N.
    variance = (share**2).sum(axis=1) - 1.0 / share.shape[1]
    return log_evidence, np.sqrt(np.maximum(variance, 0.0))


def _log_likelihood(
    model: Model, ranges: Mapping[str, Range], sequences: Sequences, points: Array
) -> Array:
    """Return log P(choices) at points (n, k, d) of the unit cube, (n, k); outside -inf."""
    low = np.array([r.low for r in ranges.values()])
    width = np.array([r.high - r.low for r in ranges.values()])
    inside = ((points >= 0) & (points <= 1)).all(axis=2)
    values = np.moveaxis(low + width * np.clip(points, 0.0, 1.0), 2, 0)
    return np.where(inside, -negative_log_likelihood(model, sequences, values), -np.inf)


def _fit(points: Array, log_weights: Array) -> tuple[Array, Array]:
    """Return mean (n, d) and root of the covariance (n, d, d) of flattened weights."""
    shifted = log_weights - log_weights.max(axis=1, keepdims=True)
    low, high = np.zeros(len(points)), np.ones(len(points))
    for _ in range(30):  # halvings of the interval of the flattening power
        power = (low + high) / 2.0
        enough = _worth(np.exp(power[:, None] * shifted)) >= WORTH
        low, high = np.where(enough, power, low), np.where(enough, high, power)
    # Draws outside the cube weigh nothing, whatever the power.
    weights = np.where(np.isfinite(shifted), np.exp(low[:, None] * shifted), 0.0)
    weights /= weights.sum(axis=1, keepdims=True)
    middle = np.einsum("nk,nkd->nd", weights, points)
    away = points - middle[:, None]
    covariance = np.einsum("nk,nkd,nke->nde", weights, away, away)
    covariance += NARROWEST**2 * np.eye(points.shape[2])
    return middle, np.linalg.cholesky(covariance)


def _worth(weights: Array) -> Array:
    """Return the effective sample sizes of (n, k) weights, (n,)."""
    return weights.sum(axis=1) ** 2 / (weights**2).sum(axis=1)


def _log_t(points: Array, middle: Array, root: Array) -> Array:
    """Return log densities of multivariate t distributions at (n, k, d) points, (n, k)."""
    d = points.shape[2]
    z = np.linalg.solve(root, (points - middle[:, None]).swapaxes(1, 2))
    log_det = np.log(np.diagonal(root, axis1=1, axis2=2)).sum(axis=1)
    constant = gammaln((FREEDOM + d) / 2) - gammaln(FREEDOM / 2) - d / 2 * np.log(FREEDOM * np.pi)
    power = (FREEDOM + d) / 2 * np.log1p((z**2).sum(axis=1) / FREEDOM)
    return constant - log_det[:, None] - power
