"""How a value changes over the trials of a subject's blocks."""

import numpy as np
import pandas as pd

from trnn.trials.groups import with_groups
from trnn.trials.index import mean_within, runs, subject_codes, values_of


def within_block_slopes(frame: pd.DataFrame, value: pd.Series | str) -> pd.DataFrame:
    """Return each subject's least-squares slope of a value on the trial, within its blocks.

    Each block has its own intercept: blocks differ in length, and late trials, which only long
    blocks have, must not bring the level of those blocks into the slope.

    Returns
    -------
    DataFrame with columns subject, group, value (per trial; NaN where no block has two trials).
    """
    numbers, code, trial = _numbers(frame, value)
    run, _ = runs(frame)
    used = ~np.isnan(numbers)
    size = int(run.max(initial=-1)) + 1
    count = np.bincount(run[used], minlength=size)

    def centred(values: np.ndarray) -> np.ndarray:
        total = np.bincount(run[used], weights=values[used], minlength=size)
        return values[used] - total[run[used]] / count[run[used]]

    x, y = centred(trial), centred(numbers)
    n_subjects = int(code.max(initial=-1)) + 1
    xy = np.bincount(code[used], weights=x * y, minlength=n_subjects)
    xx = np.bincount(code[used], weights=x * x, minlength=n_subjects)
    slope = np.divide(xy, xx, out=np.full(n_subjects, np.nan), where=xx > 0)
    return with_groups(frame, slope)


def late_minus_early(
    frame: pd.DataFrame,
    value: pd.Series | str,
    early: tuple[int, int] = (0, 10),
    late: tuple[int, int] = (60, 100),
) -> pd.DataFrame:
    """Return each subject's mean over late trials of a block less that over its early ones.

    Parameters
    ----------
    early, late : first trial and the one after the last, 0-based in the block

    Returns
    -------
    DataFrame with columns subject, group, value: the mean over the blocks that have both (NaN if
    none has).
    """
    numbers, code, trial = _numbers(frame, value)
    block = frame["block"].to_numpy()
    parts = []
    for low, high in (early, late):
        inside = (trial >= low) & (trial < high)
        parts.append(mean_within([code, block], np.where(inside, numbers, np.nan)))
    both = parts[0].merge(parts[1], on=["0", "1"], suffixes=("_early", "_late"))
    change = (both["value_late"] - both["value_early"]).to_numpy(dtype=float)
    means = mean_within([both["0"].to_numpy(dtype=np.int64)], change)
    out = np.full(int(code.max(initial=-1)) + 1, np.nan)
    out[means["0"].to_numpy(dtype=np.int64)] = means["value"].to_numpy()
    return with_groups(frame, out)


def _numbers(
    frame: pd.DataFrame, value: pd.Series | str
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return value less the subject's first one, subject's code and trial of each row.

    Neither slopes nor differences depend on the level; without it, those of an estimate that is
    constant are exactly 0, not a rounding error with a sign of its own.
    """
    code, _ = subject_codes(frame)
    numbers = values_of(frame, value)
    first = np.unique(code, return_index=True)[1]
    level = np.nan_to_num(numbers[first])
    return numbers - level[code], code, frame["trial"].to_numpy(dtype=float)
