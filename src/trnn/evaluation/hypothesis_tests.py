"""Tests over subjects, made safe for few subjects and for ties: no answer is NaN, not an error."""

from collections.abc import Sequence

import numpy as np
from scipy import stats
from statsmodels.stats.multitest import multipletests

Array = np.ndarray


def wilcoxon(differences: Array) -> tuple[float, float]:
    """Return statistic and two-sided p of the signed-rank test; zero differences are dropped.

    (0, 1) if all differences are zero; (NaN, NaN) if there are none.
    """
    differences = differences[~np.isnan(differences)]
    if len(differences) == 0:
        return np.nan, np.nan
    if not differences.any():
        return 0.0, 1.0
    result = stats.wilcoxon(differences, zero_method="wilcox", method="auto")
    return float(result.statistic), float(result.pvalue)


def mann_whitney(a: Array, b: Array) -> tuple[float, float]:
    """Return U and two-sided p; (NaN, NaN) if a sample is empty."""
    a, b = a[~np.isnan(a)], b[~np.isnan(b)]
    if len(a) == 0 or len(b) == 0:
        return np.nan, np.nan
    result = stats.mannwhitneyu(a, b, alternative="two-sided")
    return float(result.statistic), float(result.pvalue)


def kruskal(samples: Sequence[Array]) -> tuple[float, float]:
    """Return H and p; (NaN, NaN) with fewer than two samples that hold anything."""
    samples = [s[~np.isnan(s)] for s in samples if (~np.isnan(s)).any()]
    if len(samples) < 2:
        return np.nan, np.nan
    if np.ptp(np.concatenate(samples)) == 0:
        return 0.0, 1.0
    result = stats.kruskal(*samples)
    return float(result.statistic), float(result.pvalue)


def brown_forsythe(samples: Sequence[Array]) -> tuple[float, float]:
    """Return F and p of the equality of spreads around medians; NaN with samples under 2."""
    samples = [s[~np.isnan(s)] for s in samples]
    if len(samples) < 2 or min(len(s) for s in samples) < 2:
        return np.nan, np.nan
    spread = [np.abs(s - np.median(s)) for s in samples]
    if all(np.ptp(s) == 0 for s in spread):
        return np.nan, np.nan
    result = stats.levene(*samples, center="median")
    return float(result.statistic), float(result.pvalue)


def rank_biserial(differences: Array) -> Array:
    """Return the matched-pairs rank-biserial correlation along the last axis.

    (W+ - W-) / (W+ + W-), with the sums W of the ranks of |difference| over positive and negative
    differences (Kerby 2014, Comprehensive Psychology 3, 11.IT.3.1); zeros are dropped, and
    0 is returned where nothing else is there.
    """
    differences = np.asarray(differences, dtype=np.float64)
    zeros = (differences == 0).sum(axis=-1, keepdims=True)
    # Zeros have the lowest ranks, so dropping them lowers every other rank by their number.
    ranks = stats.rankdata(np.abs(differences), axis=-1) - zeros
    signed = (np.sign(differences) * ranks).sum(axis=-1)
    total = np.where(differences != 0, ranks, 0.0).sum(axis=-1)
    return np.divide(signed, total, out=np.zeros(np.shape(signed)), where=total > 0)


def holm(p: Sequence[float] | Array) -> Array:
    """Return Holm-corrected p (Holm 1979); NaN stays NaN and is not counted."""
    p = np.asarray(p, dtype=np.float64)
    corrected = np.full(p.shape, np.nan)
    there = ~np.isnan(p)
    if there.any():
        corrected[there] = multipletests(p[there], method="holm")[1]
    return corrected
