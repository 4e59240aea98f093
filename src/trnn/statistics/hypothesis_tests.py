"""Tests over subjects, made safe for few subjects and for ties: no answer is NaN, not an error."""

from collections.abc import Sequence

import numpy as np
from scipy import stats

Array = np.ndarray

RANK_BISERIAL = "rank-biserial correlation"
EPSILON_SQUARED = "epsilon squared"
LOG_SD_RATIO = "log ratio of SDs"
# Two samples up to this size, without ties, get Mann-Whitney's exact distribution. (That of the
# signed-rank test scipy takes by itself up to 50 values.)
EXACT_UP_TO = 50


def wilcoxon(differences: Array) -> tuple[float, float]:
    """Return statistic and two-sided p of the signed-rank test; zero differences are dropped.

    p is exact for up to 50 differences without ties, else from the normal approximation. (0, 1) if
    all differences are zero; (NaN, NaN) if there are none.
    """
    differences = differences[~np.isnan(differences)]
    if len(differences) == 0:
        return np.nan, np.nan
    # Dropped here: scipy would give up the exact distribution for a zero that it drops itself.
    differences = differences[differences != 0]
    if len(differences) == 0:
        return 0.0, 1.0
    result = stats.wilcoxon(differences, method="auto")
    return float(result.statistic), float(result.pvalue)


def mann_whitney(a: Array, b: Array) -> tuple[float, float]:
    """Return U and two-sided p; (NaN, NaN) if a sample is empty.

    p is exact for samples of up to 50 without ties, else from the normal approximation.
    """
    a, b = a[~np.isnan(a)], b[~np.isnan(b)]
    if len(a) == 0 or len(b) == 0:
        return np.nan, np.nan
    tied = len(np.unique(np.concatenate([a, b]))) < len(a) + len(b)
    exact = not tied and max(len(a), len(b)) <= EXACT_UP_TO
    method = "exact" if exact else "asymptotic"
    result = stats.mannwhitneyu(a, b, alternative="two-sided", method=method)
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


def cliffs_delta(a: Array, b: Array) -> Array:
    """Return the rank-biserial correlation of two independent samples, along the last axis.

    P(a > b) - P(a < b): Cliff's delta (Cliff 1993, Psychological Bulletin 114:494), which is
    2 U / (n_a n_b) - 1 (Kerby 2014).
    """
    n_a, n_b = a.shape[-1], b.shape[-1]
    ranks = stats.rankdata(np.concatenate([a, b], axis=-1), axis=-1)
    u = ranks[..., :n_a].sum(axis=-1) - n_a * (n_a + 1) / 2
    return 2.0 * u / (n_a * n_b) - 1.0


def epsilon_squared(*samples: Array) -> Array:
    """Return H / (n - 1) of the Kruskal-Wallis test, along the last axis: 0 none, 1 complete.

    The share of the variance of the ranks that lies between the samples (Tomczak & Tomczak 2014,
    Trends in Sport Sciences 21:19); 0 where all values are equal.
    """
    ranks = stats.rankdata(np.concatenate(samples, axis=-1), axis=-1)
    middle = (ranks.shape[-1] + 1) / 2
    total = ((ranks - middle) ** 2).sum(axis=-1)
    ends = np.cumsum([s.shape[-1] for s in samples])[:-1]
    between = sum(
        part.shape[-1] * (part.mean(axis=-1) - middle) ** 2
        for part in np.split(ranks, ends, axis=-1)
    )
    return np.divide(between, total, out=np.zeros(np.shape(total)), where=total > 0)


def log_sd_ratio(a: Array, b: Array) -> Array:
    """Return ln(SD of a / SD of b) along the last axis, corrected for the samples' sizes.

    lnVR of Nakagawa et al. (2015, Methods in Ecology and Evolution 6:143, equation 11); NaN
    where an SD is 0 or a sample has one value.
    """
    n_a, n_b = a.shape[-1], b.shape[-1]
    if min(n_a, n_b) < 2:
        return np.full(a.shape[:-1], np.nan)
    s_a, s_b = a.std(axis=-1, ddof=1), b.std(axis=-1, ddof=1)
    ratio = np.full(np.shape(s_a), np.nan)
    np.divide(s_a, s_b, out=ratio, where=(s_a > 0) & (s_b > 0))
    return np.log(ratio) + 0.5 / (n_a - 1) - 0.5 / (n_b - 1)


def holm(p: Sequence[float] | Array) -> Array:
    """Return Holm-corrected p (Holm 1979); NaN stays NaN and is not counted."""
    p = np.asarray(p, dtype=np.float64)
    corrected = np.full(p.shape, np.nan)
    there = ~np.isnan(p)
    if there.any():
        # Imported here: it takes as long as all else that a stage of tests imports.
        from statsmodels.stats.multitest import multipletests

        corrected[there] = multipletests(p[there], method="holm")[1]
    return corrected
