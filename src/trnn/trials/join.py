"""Joining a trial table with an estimator's estimates."""

import numpy as np
import pandas as pd

from trnn.errors import TableError

KEYS = ["subject", "block", "trial"]


def join_estimates(trials: pd.DataFrame, estimates: pd.DataFrame) -> pd.DataFrame:
    """Return the trials with the estimates' columns beside them, in the tables' order.

    Columns that stand in both, other than the keys, are the truth and its estimate: the truth is
    kept as ``true_<column>`` (for example `true_beta`, `true_p_action_0`).

    Raises
    ------
    TableError
        If the tables' (subject, block, trial) rows differ.
    """
    if len(trials) != len(estimates):
        raise TableError(
            f"the trial table has {len(trials)} rows, the estimates {len(estimates)}: they were "
            "made from different data; delete the estimates and build them again."
        )
    for key in KEYS:
        differs = trials[key].to_numpy() != estimates[key].to_numpy()
        if differs.any():
            row = int(np.flatnonzero(differs)[0])
            raise TableError(
                f"row {row}: the trial table has (subject, block, trial) "
                f"{_key(trials, row)}, the estimates {_key(estimates, row)}; the rows must be "
                "the same in the same order. Delete the estimates and build them again."
            )
    beside = estimates.drop(columns=KEYS).reset_index(drop=True)
    both = [name for name in beside.columns if name in trials.columns]
    left = trials.rename(columns={name: f"true_{name}" for name in both}).reset_index(drop=True)
    return pd.concat([left, beside], axis=1)


def _key(frame: pd.DataFrame, row: int) -> tuple[str, int, int]:
    subject, block, trial = (frame[key].iloc[row] for key in KEYS)
    return str(subject), int(block), int(trial)
