"""Means and t intervals over subjects."""

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
