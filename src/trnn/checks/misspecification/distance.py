"""How far out a session lies among agents: scores of single features, and a joint distance."""

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtri

Array = np.ndarray

# Share of the identity in the correlations of the scores. Some features nearly follow from others
# (the switch rate from the stay rates); unshrunk, the least departure from such a relation would
# outweigh everything else.
SHRINKAGE = 0.1


@dataclass(frozen=True)
class Reference:
    """Agents that sessions are laid beside.

    `values` (n_agents, n_features), each column sorted; `inverse` the inverse of the shrunk
    correlations of the scores of those features that vary among the agents, `varies`.
    """

    values: Array
    varies: Array
    inverse: Array

    def percentiles(self, values: Array) -> Array:
        """Return the percentage of agents below each value, those that are equal counting half.

        `values` and the result are (n, n_features); NaN stays NaN.
        """
        return np.stack(
            [_position(column, x) for column, x in zip(self.values.T, values.T, strict=True)], -1
        ) * (100.0 / len(self.values))

    def beyond(self, values: Array) -> Array:
        """Return whether each value lies below or above those of all agents, (n, n_features)."""
        return (values < self.values[0]) | (values > self.values[-1])

    def scores(self, values: Array) -> Array:
        """Return rank-normal scores, (n, n_features), which go on beyond the agents' range.

        Inside it a score is the normal quantile of the percentile. Beyond its ends it continues
        along the straight line from the agents' median to the end, so that a session far outside
        is told from one that just is. NaN for NaN, and for features that no two agents differ in.
        """
        n = len(self.values)
        inside = np.clip(self.percentiles(values) / 100.0, 0.5 / n, 1.0 - 0.5 / n)
        out = ndtri(inside)
        median = np.median(self.values, axis=0)
        for end, sign in ((self.values[0], -1.0), (self.values[-1], 1.0)):
            reach = np.abs(end - median)
            # More than half of the agents may share the value at an end.
            reach = np.where(reach > 0, reach, self.values[-1] - self.values[0])
            past = np.maximum(sign * (values - end), 0.0)
            with np.errstate(divide="ignore", invalid="ignore"):
                farther = sign * ndtri(1.0 - 0.5 / n) * (1.0 + past / reach)
            out = np.where(past > 0, farther, out)
        return np.where(self.varies, out, np.nan)

    def distances(self, values: Array) -> Array:
        """Return the Mahalanobis distances of the scores, (n,); NaN if no feature varies.

        A value that is missing counts as the agents' median.
        """
        if not self.varies.any():
            return np.full(len(values), np.nan)
        z = np.nan_to_num(self.scores(values)[:, self.varies])
        return np.sqrt(np.einsum("ij,jk,ik->i", z, self.inverse, z))


def reference(values: Array) -> Reference:
    """Return the reference that agents make, (n_agents, n_features); NaN counts as the median.

    Raises
    ------
    ValueError
        If there are no agents.
    """
    if not len(values):
        raise ValueError("there are no agents to lay sessions beside; at least one is needed")
    known = np.isfinite(values).any(axis=0)
    median = np.zeros(values.shape[1])
    median[known] = np.nanmedian(values[:, known], axis=0)
    filled = np.where(np.isfinite(values), values, median)
    ordered = np.sort(filled, axis=0)
    varies = ordered[0] < ordered[-1]
    own = Reference(ordered, varies, np.eye(int(varies.sum())))
    if not varies.any():
        return own
    correlation = np.atleast_2d(np.corrcoef(own.scores(filled)[:, varies], rowvar=False))
    shrunk = (1.0 - SHRINKAGE) * correlation + SHRINKAGE * np.eye(len(correlation))
    return Reference(ordered, varies, np.linalg.inv(shrunk))


def tail_p(values: Array, agents: Array) -> Array:
    """Return (1 + the number of agents as far out or further) / (1 + agents), (n,); NaN for NaN.

    If a session is drawn as the agents are, independently of them, its p is at most any level
    with at most that probability, whatever the distribution (conformal p value; Vovk, Gammerman &
    Shafer 2005, Algorithmic Learning in a Random World, prop. 2.4).
    """
    ordered = np.sort(agents[np.isfinite(agents)])
    as_far = len(ordered) - np.searchsorted(ordered, values, side="left")
    return np.where(np.isfinite(values), (1.0 + as_far) / (1.0 + len(ordered)), np.nan)


def _position(ordered: Array, values: Array) -> Array:
    """Return the number of `ordered` values below each value, plus half of those equal."""
    below = np.searchsorted(ordered, values, side="left")
    up_to = np.searchsorted(ordered, values, side="right")
    return np.where(np.isfinite(values), (below + up_to) / 2.0, np.nan)
