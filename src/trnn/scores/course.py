"""The course of a value over the trials of a block."""

import numpy as np
import pandas as pd

from trnn.statistics.intervals import mean_intervals
from trnn.trials.index import mean_within, subject_codes, values_of

COLUMNS = ["condition", "trial", "mean", "ci_low", "ci_high", "n"]


def course_by_trial(
    frame: pd.DataFrame, value: pd.Series | str, by: str | None, last_trial: int
) -> pd.DataFrame:
    """Return mean and 95 % t interval over subjects at each trial of the block.

    A subject's value at a trial is its mean over its blocks; then come mean and interval over
    subjects.

    Parameters
    ----------
    value : a column's name, or a series with the frame's index; NaN is left out
    by : a column whose values are the conditions; rows without one are left out. None: 'all'.
    last_trial : the last trial of the block (0-based) that is kept

    Returns
    -------
    DataFrame with columns condition, trial, mean, ci_low, ci_high, n (subjects); conditions by
    first appearance, each in order of trials.
    """
    numbers = values_of(frame, value)
    subject, _ = subject_codes(frame)
    trial = frame["trial"].to_numpy()
    if by is None:
        condition, names = np.zeros(len(frame), dtype=np.int64), pd.Index(["all"])
    else:
        condition, names = pd.factorize(frame[by])
    kept = (trial <= last_trial) & (condition >= 0)
    numbers = np.where(kept, numbers, np.nan)
    means = mean_within([condition, trial, subject], numbers)
    means = means.rename(columns={"0": "condition", "1": "trial"})
    out = mean_intervals(means, ["condition", "trial"])
    out["condition"] = names.take(out["condition"].to_numpy(dtype=np.int64)).to_numpy()
    return out[COLUMNS]
