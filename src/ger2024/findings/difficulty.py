"""How hard a block is, and whether the better arm was chosen."""

import numpy as np
import pandas as pd

EASY_GAP = 19.0  # points, as in the study
HARD_GAP = 1.0
EASY_HARD = ("easy", "hard")


def difficulty(frame: pd.DataFrame) -> pd.Series:
    """Return 'easy' where the arms' means differ by 19 points or more, 'hard' by 1 or less.

    Missing elsewhere. The means belong to the block, so a block has one difficulty. Columns used:
    mu_0, mu_1.
    """
    gap = _advantage(frame).abs()
    out = pd.Series(pd.NA, index=frame.index, dtype="str", name="difficulty")
    out[gap >= EASY_GAP] = "easy"
    out[gap <= HARD_GAP] = "hard"
    return out


def chose_better(frame: pd.DataFrame) -> pd.Series:
    """Return 1.0 where the arm with the higher mean was chosen, 0.0 where not, NaN if equal."""
    gap = _advantage(frame).to_numpy(dtype=float)
    better = np.where(gap > 0, 0, 1)
    right = (frame["action"].to_numpy() == better).astype(float)
    return pd.Series(np.where(gap == 0, np.nan, right), index=frame.index, name="chose_better")


def _advantage(frame: pd.DataFrame) -> pd.Series:
    """Return the mean of arm 0 less that of arm 1, points."""
    return frame["mu_0"] - frame["mu_1"]
