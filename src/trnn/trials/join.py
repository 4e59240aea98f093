"""Joining a trial table with an estimator's estimates."""

import numpy as np
import pandas as pd

from trnn.errors import TableError

KEYS = ["subject", "block", "trial"]


def join_estimates(
    trials: pd.DataFrame, estimates: pd.DataFrame, estimates_name: str = "the estimates"
) -> pd.DataFrame:
    """Return the trials with the estimates' columns beside them, in the tables' order.

    Columns that stand in both, other than the keys, are the truth and its estimate: the truth is
    kept as ``true_<column>`` (for example `true_beta`, `true_p_action_0`). `estimates_name` stands
    for the estimates in the message.

    Raises
    ------
    TableError
        If the tables' (subject, block, trial) rows differ.
    """
    check_same_trials(trials, estimates, estimates_name=estimates_name)
    beside = estimates.drop(columns=KEYS).reset_index(drop=True)
    both = [name for name in beside.columns if name in trials.columns]
    left = trials.rename(columns={name: f"true_{name}" for name in both}).reset_index(drop=True)
    return pd.concat([left, beside], axis=1)


def check_same_trials(
    trials: pd.DataFrame,
    estimates: pd.DataFrame,
    trials_name: str = "the trial table",
    estimates_name: str = "the estimates",
) -> None:
    """Raise `TableError` unless both tables hold the same trials in the same order.

    The names stand for the tables in the message.
    """
    if len(trials) != len(estimates):
        raise TableError(
            f"{estimates_name}: {len(estimates)} rows, but {trials_name} has {len(trials)} "
            "trials. One of them is stale: delete the estimates and build them again."
        )
    for key in KEYS:
        differ = np.flatnonzero(trials[key].to_numpy() != estimates[key].to_numpy())
        if len(differ):
            row = int(differ[0])
            raise TableError(
                f"{estimates_name}: row {row} has (subject, block, trial) {_key(estimates, row)}, "
                f"but that of {trials_name} has {_key(trials, row)}. The estimates were made from "
                "other trials: delete them and build them again."
            )


def _key(frame: pd.DataFrame, row: int) -> tuple[str, int, int]:
    subject, block, trial = (frame[key].iloc[row] for key in KEYS)
    return str(subject), int(block), int(trial)
