"""Cluster permutation tests of courses: where along the trials two courses differ.

Points whose t (of conditions) or squared Welch's t (of groups) is beyond its 5 % limit make up
clusters. The p of a cluster is the share of permutations in which the largest cluster is as large
(sum of t or of its square), so that it is corrected over the points (Maris & Oostenveld 2007,
Journal of Neuroscience Methods 164:177). Conditions are permuted within subjects (sign flips),
groups between them (labels). Groups may differ in spread and size: labels can be permuted all the
same, where the statistic is divided by its own error (Janssen 1997, Statistics & Probability
Letters 36:9; Chung & Romano 2013, Annals of Statistics 41:484). As with every cluster test, p is
that of there being a difference; the cluster's ends are where it shows, not where it begins
(Sassenhagen & Draschkow 2019, Psychophysiology 56:e13335).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from mne.stats import permutation_cluster_1samp_test, permutation_cluster_test
from scipy import stats

from trnn.statistics.hypothesis_tests import holm

Array = np.ndarray

LEVEL = 0.05  # of the t that makes a point part of a cluster, two-sided
# A spread this small beside the values themselves is rounding.
NO_SPREAD = 1e-9


@dataclass(frozen=True)
class Courses:
    """Two courses to compare: (n_first, n_points) and (n_second, n_points), without NaN.

    Paired courses have the same subjects in the same order. `sides` says what the two are of, for
    example two groups.
    """

    name: str
    first: Array
    second: Array
    paired: bool
    sides: tuple[str | None, str | None] = (None, None)

    def can_be_tested(self) -> bool:
        """Return whether there are subjects enough for a t."""
        return min(len(self.first), len(self.second)) >= 2


@dataclass(frozen=True)
class Cluster:
    """Points `start` to `stop` - 1, the sum of their t (groups: squares), and the corrected p."""

    start: int
    stop: int
    mass: float
    p: float


def find_clusters(courses: Courses, n_permutations: int, rng: np.random.Generator) -> list[Cluster]:
    """Return the clusters in order of their points; [] if no point is beyond its limits.

    All sign flips are tried where there are no more of them than `n_permutations`.
    """
    common = {"n_permutations": n_permutations, "out_type": "indices", "rng": rng, "verbose": False}
    if courses.paired:
        difference = courses.first - courses.second
        limit = _limit(len(difference) - 1)
        if not (np.abs(_paired_t(difference)) > limit).any():
            return []
        found = permutation_cluster_1samp_test(
            difference, threshold=limit, tail=0, stat_fun=_paired_t, **common
        )
    else:
        # Squares, as the two-sample test takes the largest sum, not the largest size of a sum.
        both = [courses.first, courses.second]
        limit = _limit(len(courses.first) + len(courses.second) - 2) ** 2
        if not (_welch_square(*both) > limit).any():
            return []
        found = permutation_cluster_test(
            both, threshold=limit, tail=1, stat_fun=_welch_square, **common
        )
    values, members, p, _ = found
    clusters = [
        Cluster(int(at[0]), int(at[-1]) + 1, float(values[at].sum()), float(value))
        for (at,), value in zip(members, p, strict=True)
    ]
    return sorted(clusters, key=lambda cluster: cluster.start)


def holm_of_contrasts(p: Sequence[Sequence[float]]) -> list[list[float]]:
    """Return Holm-corrected p of the clusters of several contrasts.

    Within a contrast they are corrected already, by the largest cluster. So the contrast is the
    unit: its smallest p takes Holm's step, and its other clusters the same factor.

    Parameters
    ----------
    p : for each contrast the p of its clusters, at least one; NaN if it could not be tested
    """
    smallest = np.array([min(values) for values in p])
    steps = holm(smallest)
    tested = np.sort(smallest[~np.isnan(smallest)])
    corrected = []
    for values, own, step in zip(p, smallest, steps, strict=True):
        factor = len(tested) - np.searchsorted(tested, own) if not np.isnan(own) else np.nan
        corrected.append([float(np.minimum(np.maximum(v * factor, step), 1.0)) for v in values])
    return corrected


def _limit(freedom: int) -> float:
    return float(stats.t.ppf(1.0 - LEVEL / 2.0, freedom))


def _paired_t(difference: Array) -> Array:
    """Return t of (n, n_points) differences at each point; 0 where they do not vary."""
    n = len(difference)
    return _ratio(difference.mean(axis=0), difference.var(axis=0, ddof=1) / n, difference)


def _welch_square(a: Array, b: Array) -> Array:
    """Return Welch's t squared at each point; 0 where neither group varies."""
    variance = a.var(axis=0, ddof=1) / len(a) + b.var(axis=0, ddof=1) / len(b)
    return _ratio(a.mean(axis=0) - b.mean(axis=0), variance, np.concatenate([a, b])) ** 2


def _ratio(mean: Array, variance: Array, values: Array) -> Array:
    varies = variance > (NO_SPREAD * np.abs(values).max()) ** 2
    return np.divide(mean, np.sqrt(variance), out=np.zeros(len(mean)), where=varies)
