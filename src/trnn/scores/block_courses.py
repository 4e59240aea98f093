"""Each subject's course over the trials of a block, and which trials and subjects it is made of.

Figures and tests take theirs from here, so that a test is of what the figure shows.
"""

import numpy as np
import pandas as pd

from trnn.trials.index import mean_within, subject_codes, values_of

LONGEST_COURSE = 100  # trials


def last_trial(frame: pd.DataFrame) -> int:
    """Return the last trial (0-based) that at least three quarters of the blocks have."""
    last = frame.groupby(["subject", "block"])["trial"].max().to_numpy()
    if not len(last):
        return 0
    return int(min(np.quantile(last, 0.25, method="lower"), LONGEST_COURSE - 1))


def who_get_to(frame: pd.DataFrame, trial: int) -> pd.Series:
    """Return whether a row's subject has a block with `trial`.

    Were people to drop out along the course, its mean would move when no one's value does.
    """
    return frame.groupby("subject")["trial"].transform("max") >= trial


def subject_courses(frame: pd.DataFrame, value: pd.Series | str) -> pd.DataFrame:
    """Return each subject's mean over its blocks at each trial, up to `last_trial`.

    Parameters
    ----------
    value : a column's name, or a series with the frame's index; NaN is left out

    Returns
    -------
    DataFrame with an index of the subjects that get to the last trial and columns 0 ... the last
    trial. NaN where a subject has no value at a trial.
    """
    last = last_trial(frame)
    trial = frame["trial"].to_numpy()
    kept = (trial <= last) & who_get_to(frame, last).to_numpy(dtype=bool)
    code, subjects = subject_codes(frame)
    means = mean_within([code, trial], np.where(kept, values_of(frame, value), np.nan))
    table = means.pivot(index="0", columns="1", values="value")
    there = np.unique(code[kept])
    table = table.reindex(index=there, columns=np.arange(last + 1))
    return table.set_axis(subjects.take(there), axis=0).rename_axis(
        index="subject", columns="trial"
    )
