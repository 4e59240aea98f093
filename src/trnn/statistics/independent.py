"""A comparison of two independent samples of subjects, as a row of a table of tests."""

from typing import Any

import numpy as np

from trnn.statistics.bootstrap import interval, resamples
from trnn.statistics.hypothesis_tests import RANK_BISERIAL, brunner_munzel, cliffs_delta
from trnn.statistics.intervals import difference_ends
from trnn.statistics.proportions import clopper_pearson

Array = np.ndarray

BRUNNER_MUNZEL = "Brunner-Munzel"


def independent_row(
    a: Array, b: Array, keys: tuple[tuple[str | int, ...], ...], seed: int, n_resamples: int
) -> dict[str, Any]:
    """Return the difference of two means with its interval, the test, and the effect size.

    Neither the interval nor the test takes the samples to be equally spread or of one size: each is
    resampled by itself, and the test is Brunner and Munzel's. What cannot be computed is NaN.

    Parameters
    ----------
    a, b : (n_a,), (n_b,)
        A value of each subject of either sample; no subject is in both. NaN is left out.
    keys : two of them
        What names the resamples of either sample.
    """
    samples = [values[~np.isnan(values)] for values in (a, b)]
    row = _tested(*samples)
    if min(map(len, samples)) < 2:
        return row
    drawn = [
        own[resamples(len(own), n_resamples, seed, *key)]
        for own, key in zip(samples, keys, strict=True)
    ]
    low, high = interval(drawn[0].mean(axis=1) - drawn[1].mean(axis=1))
    effect_low, effect_high = interval(cliffs_delta(*drawn))
    ends = {"ci_low": float(low), "ci_high": float(high)}
    return row | ends | {"effect_ci_low": float(effect_low), "effect_ci_high": float(effect_high)}


def shares_row(a: Array, b: Array) -> dict[str, Any]:
    """Return the same of two samples of 0 and 1, whose difference is one of shares.

    Its interval is made of the two exact ones (`trnn.statistics.intervals.difference_ends`): that
    of resamples has no width where nobody, or everybody, of both samples is a 1. The effect size is
    the difference itself, and so is its interval.
    """
    samples = [values[~np.isnan(values)] for values in (a, b)]
    row = _tested(*samples)
    if min(map(len, samples)) == 0:
        return row
    exact = [clopper_pearson(int(own.sum()), len(own)) for own in samples]
    low, high = difference_ends(*exact)
    return row | {"ci_low": low, "ci_high": high, "effect_ci_low": low, "effect_ci_high": high}


def _tested(a: Array, b: Array) -> dict[str, Any]:
    statistic, p = brunner_munzel(a, b)
    both = len(a) > 0 and len(b) > 0
    means = [float(own.mean()) if len(own) else np.nan for own in (a, b)]
    return {
        "n_a": len(a),
        "n_b": len(b),
        "mean_a": means[0],
        "mean_b": means[1],
        "value": means[0] - means[1],
        "ci_low": np.nan,
        "ci_high": np.nan,
        "test": BRUNNER_MUNZEL,
        "statistic": statistic,
        "p": p,
        "effect_name": RANK_BISERIAL,
        "effect": float(cliffs_delta(a, b)) if both else np.nan,
        "effect_ci_low": np.nan,
        "effect_ci_high": np.nan,
    }
