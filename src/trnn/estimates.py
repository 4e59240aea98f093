"""The table that every estimator returns, and the trials that every estimator reads."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from trnn.sequences import Sequences, from_frame
from trnn.tables import read_table

Array = np.ndarray

TRIAL_COLUMNS = ["subject", "block", "trial", "action", "reward"]

# The float64 next to 1 is 1 - 2^-53. A probability that was rounded to 0 or 1 would make the
# other choice, if it happens, infinitely surprising; so it costs at most 36.7 nats instead.
ROUNDING = 2.0**-53


def read_trials(path: str | Path) -> Sequences:
    """Read what estimators may see of a trial table, of people or of synthetic agents."""
    return from_frame(read_table(path, columns=TRIAL_COLUMNS))


def estimates_frame(
    sequences: Sequences,
    parameters: Sequence[str],
    p_action_0: Array,
    values: Array,
    sd: Array | None = None,
) -> pd.DataFrame:
    """Return the estimates table: a row for each trial.

    Parameters
    ----------
    parameters : names, in the model's order
    p_action_0 : (n, t)
        P(action 0), predicted before the trial's choice is seen.
    values : (n, t, n_parameters) or (n, n_parameters)
        Estimates; constant ones are repeated on every trial.
    sd : (n, t, n_parameters), optional
        Their posterior standard deviations.

    Returns
    -------
    DataFrame with columns subject, block, trial, p_action_0, the parameters and, with `sd`,
    `<parameter>_sd`.
    """
    n, t = sequences.valid.shape
    if values.ndim == 2:
        values = np.broadcast_to(values[:, None, :], (n, t, values.shape[1]))
    for what, array, shape in (
        ("p_action_0", p_action_0, (n, t)),
        ("values", values, (n, t, len(parameters))),
        ("sd", sd, (n, t, len(parameters))),
    ):
        if array is not None and array.shape != shape:
            raise ValueError(f"{what} must be {shape} for these sequences, got {array.shape}")
    frame = sequences.index_frame()
    p = sequences.to_column(p_action_0)
    frame["p_action_0"] = np.clip(p, ROUNDING, 1.0 - ROUNDING)
    for i, name in enumerate(parameters):
        frame[name] = sequences.to_column(values[:, :, i])
    if sd is not None:
        for i, name in enumerate(parameters):
            frame[f"{name}_sd"] = sequences.to_column(sd[:, :, i])
    return frame
