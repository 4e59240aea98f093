"""Looking around a trial without ever leaving its block (or its subject).

Trials are columns in the order of a trial table; `block_id` numbers its runs of equal subject and
block. Wherever a window would leave the block, the answer is NaN.
"""

import numpy as np
import pandas as pd

Array = np.ndarray


def block_ids(trials: pd.DataFrame) -> Array:
    """Return a number for each trial's (subject, block), rising along the table, (n_trials,)."""
    subject = pd.factorize(trials["subject"])[0]
    block = trials["block"].to_numpy()
    new = np.ones(len(trials), dtype=bool)
    new[1:] = (np.diff(subject) != 0) | (np.diff(block) != 0)
    return np.cumsum(new) - 1


def at_offset(values: Array, block_id: Array, offset: int) -> Array:
    """Return the value `offset` trials later (earlier if negative) in the same block, else NaN."""
    out = np.full(len(values), np.nan)
    rows = np.arange(len(values))
    other = rows + offset
    there = (other >= 0) & (other < len(values))
    there[there] = block_id[other[there]] == block_id[rows[there]]
    out[there] = values[other[there]]
    return out


def staying(action: Array, block_id: Array) -> Array:
    """Return 1 where the action repeats that of the trial before, else 0; NaN on first trials."""
    previous = at_offset(action.astype(np.float64), block_id, -1)
    return np.where(np.isnan(previous), np.nan, (previous == action).astype(np.float64))


def mean_before(values: Array, block_id: Array, width: int) -> Array:
    """Return the mean of the `width` values before each trial, the trial itself left out.

    NaN unless all of them lie in the trial's block and none is NaN.
    """
    return at_offset(mean_until(values, block_id, width), block_id, -1)


def mean_until(values: Array, block_id: Array, width: int) -> Array:
    """Return the mean of the `width` values that end with each trial; NaN as in `mean_before`."""
    out = np.full(len(values), np.nan)
    if len(values) >= width:
        windows = np.lib.stride_tricks.sliding_window_view(values.astype(np.float64), width)
        inside = block_id[width - 1 :] == block_id[: len(values) - width + 1]
        out[width - 1 :] = np.where(inside, windows.mean(axis=1), np.nan)
    return out


def by_subject(values: Array, codes: Array, n_subjects: int) -> Array:
    """Return the mean of each subject's values that are not NaN, (n_subjects,); NaN if none is."""
    there = ~np.isnan(values)
    count = np.bincount(codes[there], minlength=n_subjects)
    total = np.bincount(codes[there], values[there], minlength=n_subjects)
    out = np.full(n_subjects, np.nan)
    return np.divide(total, count, out=out, where=count > 0)


def subject_curves(values: Array, codes: Array, position: Array, n_positions: int) -> Array:
    """Return each subject's mean at each position, (n_subjects, n_positions); NaN where none is.

    `position` is (n_trials,), for example the trial within its block; positions outside
    0 ... n_positions - 1 are left out.
    """
    n_subjects = int(codes.max(initial=-1)) + 1
    inside = (position >= 0) & (position < n_positions)
    cell = codes[inside] * n_positions + position[inside]
    means = by_subject(values[inside], cell, n_subjects * n_positions)
    return means.reshape(n_subjects, n_positions)
