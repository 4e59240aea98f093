"""What a table of people's trials holds of the arms: their means, or whether the better was chosen.

A data set has one of the two, or neither; what needs them asks here.
"""

from collections.abc import Collection

import numpy as np
import pandas as pd

from trnn.trials.index import runs
from trnn.trials.missed import NO_RESPONSE, is_choice

MEANS = ("mu_0", "mu_1")
BEST = "best_action"  # 1 where the action was the better arm


def has_means(columns: Collection[str]) -> bool:
    """Return whether a table has the arms' mean rewards, trial by trial."""
    return set(MEANS) <= set(columns)


def has_better_arm(columns: Collection[str]) -> bool:
    """Return whether a table has what tells the better arm."""
    return has_means(columns) or BEST in columns


def better_arm(frame: pd.DataFrame) -> np.ndarray:
    """Return each trial's arm with the greater mean reward, (n_rows,); -1 where both pay alike.

    Where only what a choice was tells, it is -1 on a trial without a response too.

    Raises
    ------
    KeyError
        If the table has neither the arms' means nor whether the better arm was chosen.
    """
    if has_means(frame.columns):
        means = frame[list(MEANS)].to_numpy(dtype=float)
        return np.where(means[:, 0] == means[:, 1], -1, means.argmax(axis=1))
    action = frame["action"].to_numpy()
    other = np.where(action == NO_RESPONSE, -1, 1 - action)
    return np.where(frame[BEST].to_numpy() == 1, action, other)


def better_arm_throughout(frame: pd.DataFrame) -> np.ndarray:
    """Return `better_arm`, (n_rows,), with what the choices around tell where there was none.

    Where only choices tell, a trial without a response has what the choice before it in the block
    tells, or else the block's first choice; it is -1 in a block without a choice.
    """
    better = better_arm(frame)
    if has_means(frame.columns):
        return better
    block, _ = runs(frame)
    known = pd.Series(np.where(is_choice(frame), better, np.nan))
    known = known.groupby(block).ffill().groupby(block).bfill()
    return known.fillna(-1).to_numpy(dtype=np.int64)
