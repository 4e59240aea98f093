"""Means, medians, spreads and contrasts over subjects, as rows of the findings table.

NaN stands for a subject without a value and is left out. With too few subjects the interval, the
test, or the value itself is NaN.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Self

import numpy as np

from ger2024.findings.finding import NAN, Row
from trnn.statistics.bootstrap import interval, resamples
from trnn.statistics.hypothesis_tests import (
    EPSILON_SQUARED,
    LOG_SD_RATIO,
    RANK_BISERIAL,
    brown_forsythe,
    brunner_munzel,
    cliffs_delta,
    epsilon_squared,
    log_sd_ratio,
    rank_biserial,
    welch,
    wilcoxon,
)
from trnn.statistics.spreads import difference_interval, log_ratio_interval, sd, sd_interval

Array = np.ndarray
Statistic = Callable[[Array], Array]

WILCOXON = "Wilcoxon signed-rank against 0"
BRUNNER_MUNZEL = "Brunner-Munzel"
BROWN_FORSYTHE = "Brown-Forsythe"
WELCH = "Welch's analysis of variance"
AGAINST_ZERO = "against 0"


def mean(values: Array) -> Array:
    """Return the mean over the last axis."""
    return np.mean(values, axis=-1)


def median(values: Array) -> Array:
    """Return the median over the last axis."""
    return np.median(values, axis=-1)


spread = sd


@dataclass(frozen=True)
class Resampling:
    """The bootstrap of a data set's findings: the run's seed and the number of resamples.

    `width_of`: the width of each parameter's range, by name; `largest_sd`: of the values at hand.
    """

    dataset: str
    seed: int
    n_resamples: int
    width_of: Mapping[str, float] = field(default_factory=dict)
    largest_sd: float = np.inf

    def within(self, parameter: str) -> Self:
        """Return the same for means of a parameter, which lie in its range where it has one."""
        return replace(self, largest_sd=self.width_of.get(parameter, np.inf) / 2)

    def one(self, values: Array, statistic: Statistic, *keys: str) -> tuple[float, float]:
        """Return the 95 % interval of `statistic` of (n,) values.

        That of `spread` is studentised (`trnn.statistics.spreads`), others are percentiles.
        """
        if len(values) < 2:
            return NAN, NAN
        if statistic is spread:
            return sd_interval(values, self._indices(values, *keys), self.largest_sd)
        return self._ends(statistic(self._resampled(values, *keys)))

    def difference(
        self, a: Array, b: Array, statistic: Statistic, *keys: str
    ) -> tuple[float, float]:
        """Return the interval of statistic(a) - statistic(b) of independent samples."""
        if statistic is spread:
            return self._of_spreads(difference_interval, a, b, *keys)
        return self.between((a, b), lambda a, b: statistic(a) - statistic(b), *keys)

    def between(
        self, samples: Sequence[Array], statistic: Callable[..., Array], *keys: str
    ) -> tuple[float, float]:
        """Return the interval of a statistic of independent samples, each resampled by itself."""
        if statistic is log_sd_ratio:
            a, b = samples
            return self._of_spreads(log_ratio_interval, a, b, *keys)
        if min(len(values) for values in samples) < 2:
            return NAN, NAN
        drawn = [
            self._resampled(values, *keys, place)
            for values, place in zip(samples, _places(len(samples)), strict=True)
        ]
        return self._ends(statistic(*drawn))

    def _of_spreads(
        self, of_both: Callable[..., tuple[float, float]], a: Array, b: Array, *keys: str
    ) -> tuple[float, float]:
        """Return the interval of a difference or ratio of two SDs."""
        of_each = [
            sd_interval(values, self._indices(values, *keys, place), self.largest_sd)
            for values, place in zip((a, b), _places(2), strict=True)
        ]
        return of_both(a, b, *of_each)

    def _indices(self, values: Array, *keys: str) -> Array:
        return resamples(len(values), self.n_resamples, self.seed, self.dataset, "findings", *keys)

    def _resampled(self, values: Array, *keys: str) -> Array:
        """Return resamples of (n,) values, (n_resamples, n)."""
        return values[self._indices(values, *keys)]

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

    The test is Brunner and Munzel's, with the rank-biserial correlation; for `spread` Brown and
    Forsythe's (1974), with the log ratio of the SDs. None takes the groups to be equally spread or
    of one size.

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
        test, (found, p) = BRUNNER_MUNZEL, brunner_munzel(a, b)
        effect_name, effect = RANK_BISERIAL, cliffs_delta
    row = replace(row, value=value, n=len(a) + len(b), ci_low=low, ci_high=high, contrast=row.group)
    row = replace(row, test=test, statistic=found, p=p, p_holm=p)
    return _between(row, (a, b), effect_name, effect, resampling)


def differ(row: Row, samples: Sequence[Array], resampling: Resampling) -> Row:
    """Fill in Welch's test of several groups' means: F as value, epsilon squared as effect."""
    kept = [sample[~np.isnan(sample)] for sample in samples]
    kept = [sample for sample in kept if len(sample)]
    f, p = welch(kept)
    row = replace(
        row,
        value=f,
        n=sum(len(sample) for sample in kept),
        contrast="between the groups",
        test=WELCH,
        statistic=f,
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
