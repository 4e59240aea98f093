"""Staying, moving averages, and correlations within each subject."""

import numpy as np
import pandas as pd

from trnn.trials.index import follows, runs, subject_codes, values_of
from trnn.trials.missed import is_choice

WINDOW = 10  # trials of the moving averages


def stayed(frame: pd.DataFrame) -> pd.Series:
    """Return 1.0 where a trial's action repeats that of the trial before, 0.0 where not.

    NaN on a block's first trial, and where one of the two was missed.
    """
    action = frame["action"].to_numpy(dtype=float)
    same = np.zeros(len(frame))
    same[1:] = action[1:] == action[:-1]
    made = is_choice(frame)
    known = follows(frame) & made
    known[1:] &= made[:-1]
    return pd.Series(np.where(known, same, np.nan), index=frame.index, name="stayed")


def moving_average(frame: pd.DataFrame, values: pd.Series | str, window: int = WINDOW) -> pd.Series:
    """Return the mean of `values` over the `window` trials before each trial, within its block.

    The trial itself is not in its average, as its choice is not in its estimate. NaN until the
    block has had that many trials, and where a value of the window is NaN.

    Raises
    ------
    ValueError
        If the window is not positive, or `values` has another index than the frame.
    """
    if window < 1:
        raise ValueError(f"the window must be at least 1 trial, got {window}")
    numbers = values_of(frame, values)
    out = np.full(len(frame), np.nan)
    if len(frame) > window:
        # Row t takes the window that ends at t - 1, so the last window belongs to no row.
        windows = np.lib.stride_tricks.sliding_window_view(numbers[:-1], window)
        out[window:] = windows.mean(axis=1)
    _, place = runs(frame)
    name = values if isinstance(values, str) else values.name
    return pd.Series(np.where(place >= window, out, np.nan), index=frame.index, name=name)


def subject_correlations(
    frame: pd.DataFrame, x: pd.Series | str, y: pd.Series | str
) -> pd.DataFrame:
    """Return Pearson's correlation of `x` and `y` over each subject's trials.

    Returns
    -------
    DataFrame with columns subject, r, n (trials at which neither is NaN); every subject has a
    row, in order of first appearance. r is NaN where a series is constant or n < 3.
    """
    code, subjects = subject_codes(frame)
    a, b = values_of(frame, x), values_of(frame, y)
    used = ~(np.isnan(a) | np.isnan(b))
    code, a, b = code[used], a[used], b[used]
    size = len(subjects)
    n = np.bincount(code, minlength=size)

    def total(values: np.ndarray) -> np.ndarray:
        return np.bincount(code, weights=values, minlength=size)

    def constant(values: np.ndarray) -> np.ndarray:
        low, high = np.full(size, np.inf), np.full(size, -np.inf)
        np.minimum.at(low, code, values)
        np.maximum.at(high, code, values)
        return low >= high

    with np.errstate(invalid="ignore", divide="ignore"):
        a = a - (total(a) / n)[code]
        b = b - (total(b) / n)[code]
        r = total(a * b) / np.sqrt(total(a * a) * total(b * b))
    r = np.where((n < 3) | constant(a) | constant(b), np.nan, np.clip(r, -1, 1))
    return pd.DataFrame({"subject": subjects, "r": r, "n": n.astype(np.int64)})


def subjects_at_percentiles(correlations: pd.DataFrame, percentiles: list[float]) -> list[str]:
    """Return the subject whose correlation stands at each percentile (nearest rank).

    Parameters
    ----------
    correlations : DataFrame with columns subject and r; subjects without r are left out; ties keep
        their order
    percentiles : from 0 to 100

    Returns
    -------
    One subject a percentile; empty if no subject has a correlation.
    """
    ranked = correlations.dropna(subset=["r"]).sort_values("r", kind="stable")["subject"]
    if ranked.empty:
        return []
    places = np.rint(np.array(percentiles) / 100 * (len(ranked) - 1)).astype(np.int64)
    return [str(name) for name in ranked.iloc[places]]
