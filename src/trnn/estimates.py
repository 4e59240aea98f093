"""The table that every estimator returns, and the trials that every estimator reads."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from trnn.errors import NumericalError
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


def place(sequences: Sequences, row: int, t: int) -> str:
    """Return the words that name a trial in an error's message."""
    return (
        f"subject '{sequences.subjects[row]}' at trial {t} of the session "
        f"(block {sequences.block[row, t]}, trial {sequences.trial[row, t]} of the block)"
    )


def check_finite(sequences: Sequences, values: Array, what: str, advice: str) -> None:
    """Raise unless `values`, (n, t), are finite on every trial; padding may hold anything.

    Raises
    ------
    NumericalError
        With the subject and the trial of the first that is not.
    """
    bad = ~np.isfinite(values)
    bad &= sequences.valid
    if bad.any():
        row, t = np.argwhere(bad)[0]
        raise NumericalError(
            f"{what} of {place(sequences, row, t)} is {values[row, t]}, not a finite number "
            f"({bad.sum()} such trials of {bad.any(axis=1).sum()} subjects). {advice}"
        )


def check_rewards(sequences: Sequences) -> None:
    """Raise `NumericalError` unless every trial's reward is finite."""
    check_finite(sequences, sequences.reward, "the reward", "Mend the table of trials.")


def estimates_frame(
    sequences: Sequences,
    parameters: Sequence[str],
    p_action_0: Array,
    values: Array,
    sd: Array | None = None,
    source: str = "the estimator",
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
    source : str
        What they come from, as an error's message names it.

    Returns
    -------
    DataFrame with columns subject, block, trial, p_action_0, the parameters and, with `sd`,
    `<parameter>_sd`.

    Raises
    ------
    NumericalError
        If one of them is not finite, with the subject and the trial.
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
    columns = {"p_action_0": p_action_0}
    columns |= {name: values[:, :, i] for i, name in enumerate(parameters)}
    if sd is not None:
        columns |= {f"{name}_sd": sd[:, :, i] for i, name in enumerate(parameters)}
    frame = sequences.index_frame()
    for name, array in columns.items():
        check_finite(sequences, array, f"{source}: {name}", "It must not enter a table.")
        frame[name] = sequences.to_column(array)
    frame["p_action_0"] = frame["p_action_0"].clip(ROUNDING, 1.0 - ROUNDING)
    return frame
