"""The exact posterior of constant parameters, on a grid that goes to where it is.

The prior is uniform over the ranges. The likelihood is evaluated at the midpoints of a product
grid in a box, at first the ranges, and the box is narrowed, moved or widened until it just holds
the posterior: so a few points a parameter resolve it, however narrow it is. The midpoint rule's
error falls faster than any power of the step for a smooth density that vanishes at its box's ends
(Trefethen & Weideman 2014, SIAM Review 56: 385-458), and with its square for one that is cut off by
the prior's.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from trnn.config.dynamics import Range
from trnn.errors import NumericalError
from trnn.theory.likelihood import negative_log_likelihood
from trnn.theory.model import Model
from trnn.trials.sequences import Sequences

Array = np.ndarray

# A slice of the grid that holds less of the posterior is empty; one slice beyond is kept.
EMPTY = 1e-4
# A box is evaluated anew if it can be narrowed to less than this share in some direction.
NARROWER = 0.75
PASSES = 40  # that a box gets at most; two or three are usual
SMALL = 1e-12  # boxes this close are the same


@dataclass(frozen=True)
class Scale:
    """The scale on which a grid is even: u in [0, 1] along the cube root of the value.

    So the grid is finer near 0. Parameters that trade off do so as factors of a product (alpha
    beta, kappa beta): the posterior lies along a curve of a constant product, which grows narrow
    in one factor where the other is large.
    """

    low: Array  # (d,) of the ranges
    width: Array  # (d,)

    @classmethod
    def of(cls, ranges: Mapping[str, Range]) -> "Scale":
        """Return the scale of the ranges, in their order."""
        low = np.array([r.low for r in ranges.values()], dtype=float)
        high = np.array([r.high for r in ranges.values()], dtype=float)
        return cls(low, high - low)

    def values(self, u: Array) -> Array:
        """Return the values at u, (n, d, m)."""
        low, high = np.cbrt(self.low)[:, None], np.cbrt(self.low + self.width)[:, None]
        return (low + (high - low) * u) ** 3

    def edges(self, low: Array, high: Array, m: int) -> Array:
        """Return where the edges of m even slices of boxes (n, d) lie in the ranges, (n, d, m + 1).

        From 0 to 1, which is also the prior's mass below an edge.
        """
        u = low[..., None] + (high - low)[..., None] * np.arange(m + 1) / m
        return (self.values(u) - self.low[:, None]) / self.width[:, None]


@dataclass(frozen=True)
class Posterior:
    """Posteriors of n agents over d parameters, each on its own grid of m points a parameter."""

    scale: "Scale"
    low: Array  # (n, d) of the boxes, on the scale
    high: Array  # (n, d)
    weights: Array  # (n, m, ..., m), sum 1 for each agent: the probability of a grid cell

    def values(self) -> Array:
        """Return the grid's values along each parameter's axis, (n, d, m)."""
        m = self.weights.shape[1]
        middles = (np.arange(m) + 0.5) / m
        width = (self.high - self.low)[..., None]
        return self.scale.values(self.low[..., None] + width * middles)

    def edges(self) -> Array:
        """Return where the slices' edges lie in the ranges, from 0 to 1, (n, d, m + 1)."""
        return self.scale.edges(self.low, self.high, self.weights.shape[1])

    def points(self) -> Array:
        """Return the grid's points, (n, m, ..., m, d)."""
        return np.stack([self.along(self.values()[:, i], i) for i in range(self.d)], axis=-1)

    @property
    def d(self) -> int:
        """Number of parameters."""
        return self.weights.ndim - 1

    def along(self, values: Array, axis: int) -> Array:
        """Return (n, m) values of a parameter on the whole grid, (n, m, ..., m)."""
        shape = [len(values), *(1,) * self.d]
        shape[1 + axis] = values.shape[1]
        return np.broadcast_to(values.reshape(shape), self.weights.shape)

    def marginals(self) -> Array:
        """Return each parameter's marginal probabilities, (n, d, m)."""
        return _marginals(self.weights)

    def mean(self) -> Array:
        """Return posterior means, (n, d)."""
        return (self.marginals() * self.values()).sum(axis=-1)

    def covariance(self) -> Array:
        """Return posterior covariances, (n, d, d)."""
        centred = self.values() - self.mean()[..., None]
        out = np.empty((len(self.weights), self.d, self.d))
        for i in range(self.d):
            weighted = self.weights * self.along(centred[:, i], i)
            for j in range(self.d):
                product = weighted * self.along(centred[:, j], j)
                out[:, i, j] = product.reshape(len(product), -1).sum(axis=1)
        return out

    def conditional_variance(self) -> Array:
        """Return each parameter's variance if the others were known, (n, d).

        The variance given the others, averaged over the posterior of the others: averaged over
        agents it is the error of an observer who is told them.
        """
        out = np.empty((len(self.weights), self.d))
        values = self.values()
        for i in range(self.d):
            x = self.along(values[:, i], i)
            mass, first, second = ((self.weights * x**power).sum(axis=1 + i) for power in (0, 1, 2))
            # Where there is no mass there is no variance to count.
            mean = np.divide(first, mass, out=np.zeros_like(first), where=mass > 0)
            out[:, i] = np.maximum(second - mean * first, 0.0).reshape(len(out), -1).sum(axis=1)
        return out

    def information(self) -> Array:
        """Return each marginal's divergence from the prior, (n, d), nats.

        Averaged over agents it is the mutual information of the parameter and the choices: the
        prior's entropy less the expected posterior's.
        """
        p = self.marginals()
        prior = np.diff(self.edges(), axis=-1)
        return (p * np.log(np.where(p > 0, p, 1.0) / prior)).sum(axis=-1)


def posterior(
    model: Model, sequences: Sequences, ranges: Mapping[str, Range], per_parameter: int
) -> Posterior:
    """Return the posteriors of n subjects whose parameters are constant.

    Parameters
    ----------
    ranges : parameter -> Range
        In the model's order: the uniform prior.
    per_parameter : int
        Points of the grid along each parameter.

    Raises
    ------
    NumericalError
        If a likelihood is not finite, or a posterior is not found within `PASSES` evaluations.
    """
    scale = Scale.of(ranges)
    n, d = len(sequences.subjects), len(ranges)
    low, high = np.zeros((n, d)), np.ones((n, d))
    weights = np.empty((n, *(per_parameter,) * d))
    rows = np.arange(n)
    for _ in range(PASSES):
        grid = Posterior(scale, low[rows], high[rows], weights[rows])
        weights[rows] = _evaluate(model, sequences, rows, grid)
        new_low, new_high = _boxes(weights[rows], low[rows], high[rows])
        wider = (new_low < low[rows] - SMALL) | (new_high > high[rows] + SMALL)
        narrower = new_high - new_low < NARROWER * (high[rows] - low[rows])
        again = (wider | narrower).any(axis=1)
        rows = rows[again]
        if not len(rows):
            return Posterior(scale, low, high, weights)
        low[rows], high[rows] = new_low[again], new_high[again]
    raise NumericalError(
        f"the posterior of subject '{sequences.subjects[rows[0]]}' was not found in {PASSES} "
        f"evaluations of its grid ({len(rows)} such subjects of {n}). A finer grid is needed: "
        "raise identifiability.points."
    )


def _evaluate(model: Model, sequences: Sequences, rows: Array, grid: Posterior) -> Array:
    """Return the posterior's weights on the grids of `rows`, (n_rows, m, ..., m)."""
    points = grid.points().reshape(len(rows), -1, grid.d)
    nll = negative_log_likelihood(model, sequences, np.moveaxis(points, -1, 0), rows)
    weights = np.exp(nll.min(axis=1, keepdims=True) - nll).reshape(grid.weights.shape)
    masses = np.diff(grid.edges(), axis=-1)
    for i in range(grid.d):
        weights *= grid.along(masses[:, i], i)
    return weights / weights.sum(axis=tuple(range(1, weights.ndim)), keepdims=True)


def _boxes(weights: Array, low: Array, high: Array) -> tuple[Array, Array]:
    """Return the boxes that hold the posteriors, (n, d) each, one slice beyond included.

    Where a box's outermost slice is not empty, the new box reaches beyond it.
    """
    full = _marginals(weights) >= EMPTY
    m = full.shape[-1]
    first = full.argmax(axis=-1) - 1
    last = m - full[..., ::-1].argmax(axis=-1)
    step = (high - low) / m
    return np.maximum(low + first * step, 0.0), np.minimum(low + (last + 1) * step, 1.0)


def _marginals(weights: Array) -> Array:
    axes = range(1, weights.ndim)
    return np.stack(
        [weights.sum(axis=tuple(a for a in axes if a != kept)) for kept in axes], axis=1
    )
