"""Means, medians, spreads and contrasts over subjects, as rows of the findings table.

NaN stands for a subject without a value and is left out. With too few subjects the interval, the
test, or the value itself is NaN.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from trnn.analysis.rows import NAN, Row
from trnn.evaluation.bootstrap import interval, resamples
from trnn.evaluation.hypothesis_tests import brown_forsythe, mann_whitney, wilcoxon

Array = np.ndarray
Statistic = Callable[[Array], Array]

WILCOXON = "Wilcoxon signed-rank against 0"
MANN_WHITNEY = "Mann-Whitney"
BROWN_FORSYTHE = "Brown-Forsythe"


def mean(values: Array) -> Array:
    """Return the mean over the last axis."""
    return np.mean(values, axis=-1)


def median(values: Array) -> Array:
    """Return the median over the last axis."""
    return np.median(values, axis=-1)


def spread(values: Array) -> Array:
    """Return the sample standard deviation (n - 1) over the last axis; NaN for one value."""
    if values.shape[-1] < 2:
        return np.full(values.shape[:-1], np.nan)
    return np.std(values, axis=-1, ddof=1)


@dataclass(frozen=True)
class Resampling:
    """The bootstrap of a data set's findings: the run's seed and the number of resamples."""

    dataset: str
    seed: int
    n_resamples: int

    def one(self, values: Array, statistic: Statistic, *keys: str) -> tuple[float, float]:
        """Return the 95 % percentile interval of `statistic` of (n,) values."""
        return self._ends(self._draw(values, statistic, *keys))

    def difference(
        self, a: Array, b: Array, statistic: Statistic, *keys: str
    ) -> tuple[float, float]:
        """Return the interval of statistic(a) - statistic(b) of independent samples."""
        first = self._draw(a, statistic, *keys, "first")
        return self._ends(first - self._draw(b, statistic, *keys, "second"))

    def _draw(self, values: Array, statistic: Statistic, *keys: str) -> Array:
        if len(values) < 2:
            return np.full(self.n_resamples, np.nan)
        drawn = resamples(len(values), self.n_resamples, self.seed, self.dataset, "findings", *keys)
        return statistic(values[drawn])

    @staticmethod
    def _ends(resampled: Array) -> tuple[float, float]:
        if len(resampled) == 0 or np.isnan(resampled).any():
            return NAN, NAN
        low, high = interval(resampled)
        return float(low), float(high)


def describe(
    row: Row,
    values: Array,
    resampling: Resampling,
    statistic: Statistic = mean,
    tested: bool = False,
) -> Row:
    """Fill in value, interval and n; with `tested`, the signed-rank test of the values against 0.

    Parameters
    ----------
    row : a row whose other fields are set; `value` and `n` are replaced
    values : (n_subjects,)
    """
    kept = values[~np.isnan(values)]
    value = float(statistic(kept)) if len(kept) else NAN
    low, high = resampling.one(kept, statistic, row.quantity, row.group)
    row = replace(row, value=value, n=len(kept), ci_low=low, ci_high=high)
    if tested:
        _, p = wilcoxon(kept)
        row = replace(row, test=WILCOXON, p=p, p_holm=p)
    return row


def contrast(
    row: Row,
    first: Array,
    second: Array,
    resampling: Resampling,
    statistic: Statistic = mean,
) -> Row:
    """Fill in statistic(first) - statistic(second) of two groups, and the test between them.

    The test is Mann-Whitney's; for `spread` Brown and Forsythe's (1974).

    Parameters
    ----------
    first, second : (n_first,), (n_second,)
        One value a subject; no subject stands in both.
    """
    a, b = first[~np.isnan(first)], second[~np.isnan(second)]
    value = float(statistic(a) - statistic(b)) if len(a) and len(b) else NAN
    low, high = resampling.difference(a, b, statistic, row.quantity, row.group)
    if statistic is spread:
        test, (_, p) = BROWN_FORSYTHE, brown_forsythe([a, b])
    else:
        test, (_, p) = MANN_WHITNEY, mann_whitney(a, b)
    return replace(
        row, value=value, n=len(a) + len(b), ci_low=low, ci_high=high, test=test, p=p, p_holm=p
    )
