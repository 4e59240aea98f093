"""Tests over subjects, made safe for few subjects and for ties: no answer is NaN, not an error."""

from collections.abc import Sequence
from math import comb

import numpy as np
from scipy import stats

from trnn.seeds import generator

Array = np.ndarray

RANK_BISERIAL = "rank-biserial correlation"
EPSILON_SQUARED = "epsilon squared"
LOG_SD_RATIO = "log ratio of SDs"
# Two samples of which one has fewer values are compared by permutations.
FEW, PERMUTATIONS = 15, 9_999
TINY = 1e-9  # least variance of a studentised statistic: that of samples that do not overlap is 0


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


def brunner_munzel(a: Array, b: Array) -> tuple[float, float]:
    """Return statistic and two-sided p of P(a > b) = P(a < b), whatever the spreads.

    Brunner & Munzel (2000, Biometrical Journal 42:17); the statistic is above 0 where a is mostly
    larger. p is from t with Satterthwaite's degrees of freedom; with fewer than `FEW` values in a
    sample from permutations of the statistic, all of them where they are not too many (Neubert &
    Brunner 2007, Computational Statistics & Data Analysis 51:5192).

    (NaN, NaN) if a sample has fewer than two values. Of samples that do not overlap the statistic
    has no finite value: NaN, and p is the share of the orders of all values that are as far apart.
    (0, 1) if all values are equal.
    """
    a, b = a[~np.isnan(a)], b[~np.isnan(b)]
    if min(len(a), len(b)) < 2:
        return np.nan, np.nan
    if max(a.max(), b.max()) == min(a.min(), b.min()):
        return 0.0, 1.0
    if a.min() > b.max() or b.min() > a.max():
        return np.nan, min(1.0, 2.0 / comb(len(a) + len(b), len(a)))
    statistic = float(_studentised(a, b))
    if min(len(a), len(b)) >= FEW:
        return statistic, float(stats.brunnermunzel(a, b).pvalue)
    found = stats.permutation_test(
        (a, b), _studentised, n_resamples=PERMUTATIONS, rng=generator(0, "brunner-munzel")
    )
    return statistic, float(found.pvalue)


def _studentised(a: Array, b: Array, axis: int = -1) -> Array:
    """Return Brunner and Munzel's statistic along the last axis, huge where it is not finite."""
    n_a, n_b = a.shape[-1], b.shape[-1]
    ranks = stats.rankdata(np.concatenate([a, b], axis=-1), axis=axis)
    variance, means = 0.0, []
    for own, of_all in ((a, ranks[..., :n_a]), (b, ranks[..., n_a:])):
        # How many of the other sample lie below each value.
        placement = of_all - stats.rankdata(own, axis=axis)
        variance = variance + own.shape[-1] * placement.var(axis=axis, ddof=1)
        means.append(of_all.mean(axis=axis))
    scale = (n_a + n_b) / (n_a * n_b) * np.sqrt(np.maximum(variance, TINY))
    return (means[0] - means[1]) / scale


def welch(samples: Sequence[Array]) -> tuple[float, float]:
    """Return F and p of Welch's (1951, Biometrika 38:330) analysis of variance of the means.

    It takes the samples to be neither equally spread nor of one size. (NaN, NaN) with fewer than
    two samples, a sample of fewer than two values, or one that does not vary while others do; (0,
    1) if all values are equal.
    """
    samples = [s[~np.isnan(s)] for s in samples]
    if len(samples) < 2 or min(len(s) for s in samples) < 2:
        return np.nan, np.nan
    if np.ptp(np.concatenate(samples)) == 0:
        return 0.0, 1.0
    if min(np.ptp(s) for s in samples) == 0:
        return np.nan, np.nan
    # Imported here: it takes as long as all else that a stage of tests imports.
    from statsmodels.stats.oneway import anova_oneway

    result = anova_oneway(samples, use_var="unequal", welch_correction=True)
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
    """Return the share of the ranks' variance between samples, along the last axis.

    From 0, none, to 1, complete: Kruskal and Wallis's H over n - 1 (Tomczak & Tomczak 2014, Trends
    in Sport Sciences 21:19); 0 where all values are equal.
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
    # NaN comes last. (statsmodels, with which tests compare this, collects garbage at every call.)
    order = np.argsort(p)[: np.count_nonzero(~np.isnan(p))]
    scaled = p[order] * np.arange(len(order), 0, -1)
    corrected[order] = np.minimum(np.maximum.accumulate(scaled), 1.0)
    return corrected
