"""A joint distribution over all parameters of a trial: a mixture of multivariate normals.

Each parameter is written as its normal score, z = Phi^-1((value - low) / (high - low)), so that
the uniform prior over the ranges is exactly a standard normal distribution, and no mass lies
outside of them. The mixture (Bishop 1994) then has full covariance matrices: it can express that
two parameters trade off. Marginals, their means and their distribution functions have closed forms.

The network is trained by the logarithmic score, which is proper: its expectation is the least for
the true posterior (Gneiting & Raftery 2007, J. Am. Stat. Assoc. 102).
"""

from typing import NamedTuple

import torch
from torch import Tensor
from torch.special import ndtr

# |log| of the largest and smallest standard deviation of a component, in units of the prior's.
LARGEST_LOG_SCALE = 4.0


class Mixture(NamedTuple):
    """Mixtures of k normals over d scores, of n sequences of t trials.

    `log_weights` (k, t, n) sum to one; `means` (d, k, t, n); `log_scales` (d, k, t, n), the logs of
    the diagonals of the covariances' Cholesky factors, and `below` (d (d - 1) / 2, k, t, n) what
    stands below the diagonals, row by row.
    """

    log_weights: Tensor
    means: Tensor
    log_scales: Tensor
    below: Tensor

    def factor(self) -> list[list[Tensor]]:
        """Return the Cholesky factors' rows, each of its entries (k, t, n), up to the diagonal."""
        rows, first = [], 0
        for i, log_scale in enumerate(self.log_scales):
            rows.append([*self.below[first : first + i], log_scale.exp()])
            first += i
        return rows


def n_outputs(n_components: int, d: int) -> int:
    """Return how many numbers a mixture over d parameters has."""
    return n_components * (1 + 2 * d + d * (d - 1) // 2)


def mixture(raw: Tensor, n_components: int, d: int) -> Mixture:
    """Return the mixture that unbounded outputs (n_outputs, t, n) stand for."""
    parts = raw.view(-1, n_components, *raw.shape[1:])
    weights, means, scales, below = parts.split([1, d, d, d * (d - 1) // 2])
    log_scales = LARGEST_LOG_SCALE * torch.tanh(scales / LARGEST_LOG_SCALE)
    return Mixture(torch.log_softmax(weights[0], dim=0), means, log_scales, below)


def log_density(posterior: Mixture, z: Tensor) -> Tensor:
    """Return the log density at scores z (d, t, n) relative to the prior's, nats, (t, n)."""
    exponent = posterior.log_weights - posterior.log_scales.sum(dim=0)
    standard: list[Tensor] = []  # the Cholesky factor's inverse times (z - mean), row by row
    for i, row in enumerate(posterior.factor()):
        rest = z[i] - posterior.means[i]
        for entry, known in zip(row[:-1], standard, strict=True):
            rest = rest - entry * known
        standard.append(rest * torch.exp(-posterior.log_scales[i]))
        exponent = exponent - 0.5 * standard[-1].square()
    # The prior's density is the standard normal's: its constant is the mixture's, and cancels.
    return torch.logsumexp(exponent, dim=0) + 0.5 * z.square().sum(dim=0)


def mean_shares(posterior: Mixture) -> Tensor:
    """Return the posterior means as shares of the ranges, (d, t, n).

    For z ~ N(m, s^2), E[Phi(z)] = Phi(m / sqrt(1 + s^2)).
    """
    weights = posterior.log_weights.exp()
    means = []
    for mean, row in zip(posterior.means, posterior.factor(), strict=True):
        variance = torch.stack([entry.square() for entry in row]).sum(dim=0)
        means.append((weights * ndtr(mean * torch.rsqrt(1.0 + variance))).sum(dim=0))
    return torch.stack(means)
