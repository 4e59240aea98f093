"""A paired comparison over subjects, as a row of the tables of tests."""

from typing import Any

import numpy as np

from trnn.statistics.bootstrap import interval, weights_of
from trnn.statistics.hypothesis_tests import RANK_BISERIAL, rank_biserial, wilcoxon

Array = np.ndarray

WILCOXON = "Wilcoxon signed-rank"


def paired_row(a: Array, b: Array, indices: Array) -> dict[str, Any]:
    """Return what a paired comparison of (n,) values has in its row, all but `p_holm`.

    Parameters
    ----------
    a, b : (n,)
        The values of the same subjects; none is NaN.
    indices : (n_resamples, n)
        Resamples of the subjects, for the intervals (null with fewer than two subjects).
    """
    difference = a - b
    statistic, p = wilcoxon(difference)
    row = {
        "n": len(a),
        "mean_a": a.mean(),
        "mean_b": b.mean(),
        "difference": difference.mean(),
        "test": WILCOXON,
        "statistic": statistic,
        "p": p,
        "effect_name": RANK_BISERIAL,
        "effect": float(rank_biserial(difference)),
    }
    names = ("difference_ci_low", "difference_ci_high", "effect_ci_low", "effect_ci_high")
    if len(a) < 2:
        return row | dict.fromkeys(names, np.nan)
    means = weights_of(indices) @ difference / len(a)
    ends = (*interval(means), *interval(rank_biserial(difference[indices])))
    return row | {name: float(end) for name, end in zip(names, ends, strict=True)}
