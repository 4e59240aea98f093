"""A value around events: what happens before and after an action against the better arm."""

import numpy as np
import pandas as pd

from ger2024.findings.difficulty import chose_better
from trnn.statistics.intervals import mean_intervals
from trnn.trials.index import mean_within, shifted, subject_codes, values_of

# The study counts actions against the better arm from the fifth trial on (t > 4, 1-based):
# before, the person cannot know which arm is better.
FIRST_TRIAL = 4
AROUND = 5  # trials before and after that are shown and tested


def ungreedy(frame: pd.DataFrame) -> pd.Series:
    """Return whether a trial's action went against the better arm, from trial 4 (0-based) on.

    False in blocks whose arms are equally good. Columns used: trial, action, mu_0, mu_1.
    """
    late = frame["trial"] >= FIRST_TRIAL
    return (late & (chose_better(frame) == 0)).rename("ungreedy")


def greedy(frame: pd.DataFrame) -> pd.Series:
    """Return whether a trial's action went to the better arm, from trial 4 (0-based) on."""
    late = frame["trial"] >= FIRST_TRIAL
    return (late & (chose_better(frame) == 1)).rename("greedy")


def event_locked(
    frame: pd.DataFrame, events: pd.Series, value: pd.Series | str, before: int, after: int
) -> pd.DataFrame:
    """Return the mean of a value around events, with a 95 % t interval over subjects.

    At each offset a subject's value is the mean over its events; offsets outside the event's
    block are left out of it.

    Parameters
    ----------
    events : bool series with the frame's index
    value : a column's name, or a series with the frame's index; NaN is left out
    before, after : trials before and after the event, both at least 0

    Returns
    -------
    DataFrame with columns offset (trials after the event), mean, ci_low, ci_high, n (subjects).
    """
    means = event_subjects(frame, events, value, before, after)
    return mean_intervals(means, ["offset"])


def event_subjects(
    frame: pd.DataFrame, events: pd.Series, value: pd.Series | str, before: int, after: int
) -> pd.DataFrame:
    """Return each subject's mean around its events: columns subject, offset, value."""
    numbers = values_of(frame, value)
    event = values_of(frame, events).astype(bool)
    code, subjects = subject_codes(frame)
    pieces = []
    for offset in range(-before, after + 1):
        there = shifted(frame, numbers, offset)[event]
        piece = mean_within([code[event]], there).rename(columns={"0": "subject"})
        piece.insert(1, "offset", offset)
        pieces.append(piece)
    out = pd.concat(pieces, ignore_index=True)
    out["subject"] = subjects.take(out["subject"].to_numpy(dtype=np.int64)).to_numpy()
    return out.astype({"offset": np.int64})
