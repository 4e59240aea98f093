"""Means and t intervals over subjects, and the interval of a difference made of two others."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from scipy.special import stdtrit

LEVEL = 0.95


def mean_intervals(subject_values: pd.DataFrame, by: list[str]) -> pd.DataFrame:
    """Return mean and 95 % t interval over subjects for each combination of `by`.

    Parameters
    ----------
    subject_values : DataFrame with columns `by` and `value`, one row a subject and combination

    Returns
    -------
    DataFrame with columns `by`, mean, ci_low, ci_high, n; the interval of a single subject is NaN.
    """
    grouped = subject_values.groupby(by, sort=True)["value"]
    out = grouped.agg(mean="mean", sd="std", n="count").reset_index()
    n = out["n"].to_numpy(dtype=float)
    freedom = np.where(n > 1, n - 1, np.nan)
    half = stdtrit(freedom, 0.5 + LEVEL / 2) * out["sd"].to_numpy(dtype=float) / np.sqrt(n)
    out["ci_low"], out["ci_high"] = out["mean"] - half, out["mean"] + half
    out["n"] = out["n"].astype(np.int64)
    return out[[*by, "mean", "ci_low", "ci_high", "n"]]


def difference_ends(
    a: Sequence[float] | np.ndarray, b: Sequence[float] | np.ndarray
) -> tuple[float, float]:
    """Return the interval of a - b from those of both, each (value, lower end, upper end).

    Each end lies as far off as the two ends that it depends on do together (Zou & Donner 2008,
    Statistics in Medicine 27:1693). The two values are of independent samples.
    """
    difference = a[0] - b[0]
    low = difference - np.hypot(a[0] - a[1], b[2] - b[0])
    high = difference + np.hypot(a[2] - a[0], b[0] - b[1])
    return float(low), float(high)
