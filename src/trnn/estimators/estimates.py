"""The table that every estimator returns, and the trials that every estimator reads."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from trnn.trials.checks import check_finite
from trnn.trials.sequences import Sequences

Array = np.ndarray


# Probabilities of action 0: the estimator's own, and the model's with the estimates.
PREDICTIONS = ("p_action_0", "p_theory_0")

# The float64 next to 1 is 1 - 2^-53. A probability that was rounded to 0 or 1 would make the
# other choice, if it happens, infinitely surprising; so it costs at most 36.7 nats instead.
ROUNDING = 2.0**-53


def estimates_frame(
    sequences: Sequences,
    parameters: Sequence[str],
    p_action_0: Array | None,
    values: Array,
    more: Mapping[str, Array] | None = None,
    source: str = "the estimator",
) -> pd.DataFrame:
    """Return the estimates table: a row for each trial.

    Parameters
    ----------
    parameters : names, in the model's order
    p_action_0 : (n, t), or None of an estimator that smooths
        P(action 0), predicted before the trial's choice is seen; where there was no response it may
        hold anything, and the table holds null.
    values : (n, t, n_parameters) or (n, n_parameters)
        Estimates; constant ones are repeated on every trial.
    more : column -> (n, t), optional
        What else the table has, for example `trnn.estimators.posterior_columns`.
    source : str
        What they come from, as an error's message names it.

    Returns
    -------
    DataFrame with columns subject, block, trial, p_action_0 (null if None), the parameters, and
    those of `more`.

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
        *((name, array, (n, t)) for name, array in (more or {}).items()),
    ):
        if array is not None and array.shape != shape:
            raise ValueError(f"{what} must be {shape} for these sequences, got {array.shape}")
    columns = {} if p_action_0 is None else {"p_action_0": p_action_0}
    columns |= {name: values[:, :, i] for i, name in enumerate(parameters)}
    columns |= more or {}
    frame = sequences.index_frame()
    if p_action_0 is None:
        frame["p_action_0"] = np.nan
    for name, array in columns.items():
        there = sequences.chosen if name in PREDICTIONS else sequences.valid
        check_finite(sequences, array, f"{source}: {name}", "It must not enter a table.", there)
        frame[name] = sequences.to_column(np.where(there, array, np.nan))
    for name in PREDICTIONS:
        if name in frame:
            frame[name] = frame[name].clip(ROUNDING, 1.0 - ROUNDING)
    return frame
