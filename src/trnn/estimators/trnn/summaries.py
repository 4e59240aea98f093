"""Moments, quantiles and draws of the posteriors that networks output, as numpy arrays.

Everything is of normal scores until the end: Phi then takes them to a share of the range.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr, owens_t

from trnn.config.dynamics import Range
from trnn.estimators.posterior import Posterior
from trnn.estimators.trnn.posterior import Mixture
from trnn.theory.quantiles import PROBABILITIES

Array = np.ndarray

# Scores at which a marginal's distribution function is computed; between them it is interpolated.
# The steps are a 25th of the prior's SD, and a quantile is off by far less.
GRID = np.linspace(-5.0, 5.0, 251)
STEPS = (128, 64, 32, 16, 8, 4, 2, 1)  # that lead from the first of its points to any other


@dataclass(frozen=True)
class Mixtures:
    """Mixtures of k normals over d scores for n subjects of t trials, as `rnn.posterior.Mixture`.

    `weights` (k, t, n) sum to one; `means` (d, k, t, n); `factor[i][j]` (k, t, n): row i and column
    j <= i of the covariances' Cholesky factors.
    """

    weights: Array
    means: Array
    factor: list[list[Array]]

    @property
    def sds(self) -> Array:
        """The components' standard deviations, (d, k, t, n)."""
        return np.sqrt([sum(entry * entry for entry in row) for row in self.factor])


def ensemble(posteriors: Sequence[Mixture]) -> Mixtures:
    """Return the equally weighted mixture of the networks' mixtures, in double precision."""
    factors = [posterior.factor() for posterior in posteriors]
    d = len(factors[0])
    return Mixtures(
        np.concatenate([_array(p.log_weights.exp()) for p in posteriors]) / len(posteriors),
        np.concatenate([_array(p.means) for p in posteriors], axis=1),
        [
            [np.concatenate([_array(f[i][j]) for f in factors]) for j in range(i + 1)]
            for i in range(d)
        ],
    )


def posterior_of(mixtures: Mixtures, ranges: Sequence[Range]) -> Posterior:
    """Return means, SDs and quantiles of every parameter, on its own scale, (n, t, d) and so on."""
    _, t, n = mixtures.weights.shape
    shape = (n, t, len(ranges))
    out = Posterior(np.empty(shape), np.empty(shape), np.empty((*shape, len(PROBABILITIES))))
    for p, (mean, sd, bounds) in enumerate(zip(mixtures.means, mixtures.sds, ranges, strict=True)):
        width = bounds.high - bounds.low
        first, second = _moments(mixtures.weights, mean, sd)
        out.mean[:, :, p] = (bounds.low + width * first).T
        # By rounding, a tiny variance may come out below 0.
        out.sd[:, :, p] = width * np.sqrt(np.maximum(second - first * first, 0.0)).T
        shares = ndtr(_quantiles(mixtures.weights, mean, sd))
        out.quantiles[:, :, p] = bounds.low + width * shares.transpose(2, 1, 0)
    return out


def draw(mixtures: Mixtures, noise: Array, ranges: Sequence[Range]) -> Array:
    """Return draws of whole trajectories, on the parameters' own scales, (d, t, n, n_draws).

    A draw keeps its noise from trial to trial: its place in the posterior. So a trajectory moves
    only as the posterior does, and on every trial the draws follow the posterior.

    Parameters
    ----------
    noise : (1 + d, n, n_draws)
        A uniform number, which chooses the component, and d normal ones.
    """
    k, t, n = mixtures.weights.shape
    cumulative = np.cumsum(mixtures.weights, axis=0)
    component = np.zeros((t, n, noise.shape[2]), dtype=np.intp)
    for c in range(k - 1):
        component += noise[0] > cumulative[c][:, :, None]

    def chosen(array: Array) -> Array:
        return np.take_along_axis(np.moveaxis(array, 0, -1), component, axis=-1)

    drawn = []
    for mean, row, bounds in zip(mixtures.means, mixtures.factor, ranges, strict=True):
        z = chosen(mean)
        for entry, normal in zip(row, noise[1:], strict=False):
            z += chosen(entry) * normal
        drawn.append(bounds.low + (bounds.high - bounds.low) * ndtr(z))
    return np.stack(drawn)


def _array(tensor) -> Array:  # type: ignore[no-untyped-def]
    return tensor.double().numpy()


def _moments(weights: Array, mean: Array, sd: Array) -> tuple[Array, Array]:
    """Return E[Phi(z)] and E[Phi(z)^2] of mixtures, (t, n).

    With z ~ N(m, s^2) and a = m / sqrt(1 + s^2) they are Phi(a) and
    Phi(a) - 2 T(a, 1 / sqrt(1 + 2 s^2)), T being Owen's function (Owen 1980, A table of normal
    integrals, 10,010.8 and 20,010.4).
    """
    a = mean / np.sqrt(1.0 + sd * sd)
    first = ndtr(a)
    second = first - 2.0 * owens_t(a, 1.0 / np.sqrt(1.0 + 2.0 * sd * sd))
    return (weights * first).sum(axis=0), (weights * second).sum(axis=0)


def _quantiles(weights: Array, mean: Array, sd: Array) -> Array:
    """Return the quantiles' scores at `PROBABILITIES`, (5, t, n)."""

    def below(place: Array) -> Array:
        return (weights * ndtr((GRID[place] - mean) / sd)).sum(axis=0)

    out = np.empty((len(PROBABILITIES), *weights.shape[1:]))
    for i, probability in enumerate(PROBABILITIES):
        # The last point of the grid that the quantile does not lie before, by halving.
        at = np.zeros(weights.shape[1:], dtype=np.intp)
        for step in STEPS:
            further = np.minimum(at + step, len(GRID) - 2)
            at = np.where(below(further) <= probability, further, at)
        low, high = below(at), below(at + 1)
        share = np.clip((probability - low) / np.maximum(high - low, 1e-300), 0.0, 1.0)
        out[i] = GRID[at] + (GRID[1] - GRID[0]) * share
    return out
