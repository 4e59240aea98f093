"""Means, medians, spreads and contrasts over subjects, as rows of the findings table.

NaN stands for a subject without a value and is left out. With too few subjects the interval, the
test, or the value itself is NaN.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from ger2024.findings.finding import NAN, Row
from trnn.statistics.bootstrap import interval, resamples
from trnn.statistics.hypothesis_tests import (
    EPSILON_SQUARED,
    LOG_SD_RATIO,
    RANK_BISERIAL,
    brown_forsythe,
    cliffs_delta,
    epsilon_squared,
    kruskal,
    log_sd_ratio,
    mann_whitney,
    rank_biserial,
    wilcoxon,
)

Array = np.ndarray
Statistic = Callable[[Array], Array]

WILCOXON = "Wilcoxon signed-rank against 0"
MANN_WHITNEY = "Mann-Whitney"
BROWN_FORSYTHE = "Brown-Forsythe"
KRUSKAL_WALLIS = "Kruskal-Wallis"
AGAINST_ZERO = "against 0"


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
        if len(values) < 2:
            return NAN, NAN
        return self._ends(statistic(self._resampled(values, *keys)))

    def difference(
        self, a: Array, b: Array, statistic: Statistic, *keys: str
    ) -> tuple[float, float]:
        """Return the interval of statistic(a) - statistic(b) of independent samples."""
        return self.between((a, b), lambda a, b: statistic(a) - statistic(b), *keys)

    def between(
        self, samples: Sequence[Array], statistic: Callable[..., Array], *keys: str
    ) -> tuple[float, float]:
        """Return the interval of a statistic of independent samples, each resampled by itself."""
        if min(len(values) for values in samples) < 2:
            return NAN, NAN
        drawn = [
            self._resampled(values, *keys, place)
            for values, place in zip(samples, _places(len(samples)), strict=True)
        ]
        return self._ends(statistic(*drawn))

    def _resampled(self, values: Array, *keys: str) -> Array:
        """Return resamples of (n,) values, (n_resamples, n)."""
        return values[
            resamples(len(values), self.n_resamples, self.seed, self.dataset, "findings", *keys)
        ]

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

    A row without a contrast tests a quantity against zero; its p stands alone until `corrected`
    puts it into a family.

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
        statistic_, p = wilcoxon(kept)
        effect = float(rank_biserial(kept)) if len(kept) else NAN
        low, high = resampling.one(kept, rank_biserial, row.quantity, row.group)
        row = replace(
            row,
            kind=row.kind or "zero",
            contrast=row.contrast or AGAINST_ZERO,
            family=alone(row),
            test=WILCOXON,
            statistic=statistic_,
            p=p,
            p_holm=p,
            effect_name=RANK_BISERIAL,
            effect=effect,
            effect_ci_low=low,
            effect_ci_high=high,
        )
    return row


def contrast(
    row: Row,
    first: Array,
    second: Array,
    resampling: Resampling,
    statistic: Statistic = mean,
) -> Row:
    """Fill in statistic(first) - statistic(second) of two groups, and the test between them.

    The test is Mann-Whitney's, with the rank-biserial correlation; for `spread` Brown and
    Forsythe's (1974), with the log ratio of the SDs.

    Parameters
    ----------
    first, second : (n_first,), (n_second,)
        One value a subject; no subject stands in both.
    """
    a, b = first[~np.isnan(first)], second[~np.isnan(second)]
    value = float(statistic(a) - statistic(b)) if len(a) and len(b) else NAN
    low, high = resampling.difference(a, b, statistic, row.quantity, row.group)
    if statistic is spread:
        test, (found, p) = BROWN_FORSYTHE, brown_forsythe([a, b])
        effect_name, effect = LOG_SD_RATIO, log_sd_ratio
    else:
        test, (found, p) = MANN_WHITNEY, mann_whitney(a, b)
        effect_name, effect = RANK_BISERIAL, cliffs_delta
    row = replace(row, value=value, n=len(a) + len(b), ci_low=low, ci_high=high, contrast=row.group)
    row = replace(row, test=test, statistic=found, p=p, p_holm=p)
    return _between(row, (a, b), effect_name, effect, resampling)


def differ(row: Row, samples: Sequence[Array], resampling: Resampling) -> Row:
    """Fill in the Kruskal-Wallis test of several groups: H as value, epsilon squared as effect."""
    kept = [sample[~np.isnan(sample)] for sample in samples]
    kept = [sample for sample in kept if len(sample)]
    h, p = kruskal(kept)
    row = replace(
        row,
        value=h,
        n=sum(len(sample) for sample in kept),
        contrast="between the groups",
        test=KRUSKAL_WALLIS,
        statistic=h,
        p=p,
        p_holm=p,
    )
    return _between(row, kept, EPSILON_SQUARED, epsilon_squared, resampling)


def alone(row: Row) -> str:
    """Return the family of a row whose p stands alone."""
    return f"{row.quantity}/{row.group}"


def _between(
    row: Row,
    samples: Sequence[Array],
    effect_name: str,
    effect: Callable[..., Array],
    resampling: Resampling,
) -> Row:
    """Fill in the effect size of independent samples with its interval."""
    enough = len(samples) > 1 and all(len(sample) for sample in samples)
    low, high = NAN, NAN
    if enough:
        low, high = resampling.between(samples, effect, row.quantity, row.group)
    return replace(
        row,
        kind="groups",
        family=alone(row),
        effect_name=effect_name,
        effect=float(effect(*samples)) if enough else NAN,
        effect_ci_low=low,
        effect_ci_high=high,
    )


def _places(n: int) -> list[str]:
    return ["first", "second", *(f"sample {i}" for i in range(3, n + 1))][:n]
