"""What a table of people's trials holds of the arms: their means, or whether the better was chosen.

A data set has one of the two, or neither; what needs them asks here.
"""

from collections.abc import Collection

import numpy as np
import pandas as pd

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

    Raises
    ------
    KeyError
        If the table has neither the arms' means nor whether the better arm was chosen.
    """
    if has_means(frame.columns):
        means = frame[list(MEANS)].to_numpy(dtype=float)
        return np.where(means[:, 0] == means[:, 1], -1, means.argmax(axis=1))
    action = frame["action"].to_numpy()
    return np.where(frame[BEST].to_numpy() == 1, action, 1 - action)
