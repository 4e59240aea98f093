"""Checks of the numbers of trials, with the subject and the trial of what is wrong."""

import numpy as np

from trnn.errors import NumericalError
from trnn.trials.sequences import Sequences

Array = np.ndarray


def place(sequences: Sequences, row: int, t: int) -> str:
    """Return the words that name a trial in an error's message."""
    return (
        f"subject '{sequences.subjects[row]}' at trial {t} of the session "
        f"(block {sequences.block[row, t]}, trial {sequences.trial[row, t]} of the block)"
    )


def check_finite(
    sequences: Sequences, values: Array, what: str, advice: str, where: Array | None = None
) -> None:
    """Raise unless `values`, (n, t), are finite on every trial; padding may hold anything.

    `where` (n, t): on which trials they have to be; None: on all.

    Raises
    ------
    NumericalError
        With the subject and the trial of the first that is not.
    """
    bad = ~np.isfinite(values)
    bad &= sequences.valid if where is None else where
    if bad.any():
        row, t = np.argwhere(bad)[0]
        raise NumericalError(
            f"{what} of {place(sequences, row, t)} is {values[row, t]}, not a finite number "
            f"({bad.sum()} such trials of {bad.any(axis=1).sum()} subjects). {advice}"
        )


def check_rewards(sequences: Sequences) -> None:
    """Raise `NumericalError` unless every trial's reward is finite."""
    check_finite(sequences, sequences.reward, "the reward", "Mend the table of trials.")
