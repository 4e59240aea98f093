"""The gate of every table of trials: what estimators take for granted is so, or it is refused.

It decides no result, so it is no part of the code that a stage is made of: see
`trnn.workflow.modules`.
"""

from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pandas as pd

from trnn.errors import TableError
from trnn.tables.parquet import columns_of, read_table
from trnn.trials.missed import NO_RESPONSE, NO_RESPONSE_LABEL, is_choice

Array = np.ndarray

KEYS = ("subject", "block", "trial")
PLAYED = ("action", "reward")  # a table that has one of these is a table of trials
WHOLE = ("block", "trial", "action")
OPTIONAL = ("group",)
MORE = ("starts_anew", "other_reward")  # of tasks that differ by them
ADVICE = (
    "A row is a trial: a subject's rows stand together, its blocks in order, and the trials of a "
    "block count 0, 1, 2, ... Mend the table, or delete it and have it made anew."
)


def check_files(paths: Iterable[str | Path]) -> None:
    """Do what `check_trials` does for each file that is a table of trials.

    Files that cannot be read are left to who wants to read them.

    Raises
    ------
    TableError
        As `check_trials`.
    """
    for path in map(Path, paths):
        names = columns_of(path)
        if any(name in names for name in PLAYED):
            wanted = [name for name in (*KEYS, *PLAYED, *OPTIONAL, *MORE) if name in names]
            check_trials(read_table(path, columns=wanted), str(path))


def check_trials(frame: pd.DataFrame, where: str) -> None:
    """Refuse a table of trials that breaks a rule on which estimators rely.

    A row is a trial: `subject` (text), `block` and `trial` (whole numbers from 0), `action` (0 or
    1, or -1 where there was no response), `reward` (a finite number, empty where there was no
    response and only there), and, if there is one, `group`, which does not change within a subject.
    No other value may be missing, and every subject makes a choice. The rows of a subject stand
    together, its blocks rise, and the trials of a block count 0, 1, 2, ... If there is
    `other_reward`, it is a finite number or missing, and missing where there was no response; if
    there is `starts_anew`, it is 1 on a subject's first trial, and 1 or 0 on others.

    Parameters
    ----------
    frame : DataFrame
        One row a trial, in the table's order. A frame without rows keeps the rules.
    where : str
        What messages call the table.

    Raises
    ------
    TableError
        With the column, the rule, and the subject, block and trial of the first row that breaks it.
    """
    missing = [name for name in (*KEYS, *PLAYED) if name not in frame.columns]
    if missing:
        raise TableError(
            f"{where}: a table of trials lacks the columns {missing}; it has "
            f"{list(frame.columns)}. {ADVICE}"
        )
    table = _Table(frame, where)
    for name in (*KEYS, "action"):
        table.refuse(name, frame[name].isna().to_numpy(dtype=bool), "no value may be missing")
    for name in WHOLE:
        if not pd.api.types.is_integer_dtype(frame[name].dtype):
            table.refuse_type(name, "whole numbers (an integer type)")
    if not pd.api.types.is_numeric_dtype(frame["reward"].dtype):
        table.refuse_type("reward", "numbers")
    _check_played(table, frame)
    _check_order(table, frame)
    _check_more(table, frame)


class _Table:
    """A frame and its name, for messages."""

    def __init__(self, frame: pd.DataFrame, where: str) -> None:
        self._frame, self._where = frame, where

    def refuse(self, column: str, bad: Array, rule: str) -> None:
        """Raise if any row is bad, (n_rows,) of bool."""
        if not bad.any():
            return
        rows = np.flatnonzero(bad)
        row = int(rows[0])
        values = self._frame.iloc[row]
        place = f"subject '{values['subject']}', block {values['block']}, trial {values['trial']}"
        people = self._frame["subject"].iloc[rows].nunique(dropna=False)
        value = self._frame[column].iloc[row]
        shown = repr(value) if isinstance(value, str) else str(value)
        raise TableError(
            f"{self._where}: column '{column}' is {shown} at {place} (row {row}, counted from 0), "
            f"but {rule} ({len(rows)} such rows, of {people} subjects). {ADVICE}"
        )

    def refuse_type(self, column: str, wanted: str) -> None:
        """Raise for a column whose type is wrong in all rows."""
        values = self._frame[column]
        first = "" if values.empty else f", the first {values.iloc[0]!r}"
        raise TableError(
            f"{self._where}: column '{column}' holds values of type {values.dtype}{first}; "
            f"expected {wanted}. {ADVICE}"
        )


def _check_played(table: _Table, frame: pd.DataFrame) -> None:
    action, empty = frame["action"].to_numpy(), frame["reward"].isna().to_numpy(dtype=bool)
    missed = action == NO_RESPONSE
    what = f"{NO_RESPONSE} where there was {NO_RESPONSE_LABEL}"
    wrong = (action != 0) & (action != 1) & ~missed
    table.refuse("action", wrong, f"an action is 0 or 1, or {what}")
    table.refuse("reward", empty & ~missed, "the reward of a choice may not be missing")
    known = np.where(empty, 0.0, frame["reward"].to_numpy(dtype=np.float64, na_value=np.nan))
    table.refuse("reward", ~np.isfinite(known), "a reward is a finite number")
    table.refuse("reward", missed & ~empty, f"it is empty where the action is {NO_RESPONSE}")
    code = pd.factorize(frame["subject"])[0]
    never = np.bincount(code, ~missed) == 0
    table.refuse("action", never[code], f"every subject makes a choice ({what})")


def _check_order(table: _Table, frame: pd.DataFrame) -> None:
    block, trial = (frame[name].to_numpy(dtype=np.int64) for name in ("block", "trial"))
    subject, names = pd.factorize(frame["subject"])
    same = np.r_[False, subject[1:] == subject[:-1]][: len(frame)]
    starts = np.flatnonzero(~same)
    if len(starts) > len(names):
        again = np.zeros(len(frame), dtype=bool)
        again[starts[pd.Series(subject[starts]).duplicated().to_numpy()]] = True
        table.refuse("subject", again, "the rows of a subject stand together")
    for name in OPTIONAL:
        if name in frame.columns:
            code = pd.factorize(frame[name])[0]
            table.refuse(name, same & _differs(code), f"the {name} of a subject does not change")
    table.refuse("block", block < 0, "blocks count from 0")
    table.refuse("block", same & (_step(block) < 0), "the blocks of a subject rise")
    goes_on = same & (_step(block) == 0)
    repeats = goes_on & (_step(trial) == 0)
    table.refuse("trial", repeats, "this is the trial of the row before: no trial stands twice")
    table.refuse("trial", ~goes_on & (trial != 0), "the first trial of a block is 0")
    table.refuse("trial", goes_on & (_step(trial) != 1), "trials count 0, 1, 2, ... in a block")


def _check_more(table: _Table, frame: pd.DataFrame) -> None:
    """Refuse wrong values in the columns that not every table has."""
    if "other_reward" in frame.columns:
        if not pd.api.types.is_numeric_dtype(frame["other_reward"].dtype):
            table.refuse_type("other_reward", "numbers")
        other = frame["other_reward"].to_numpy(dtype=np.float64, na_value=np.nan)
        what = "another outcome is a finite number, or missing"
        table.refuse("other_reward", np.isinf(other), what)
        wrong = ~is_choice(frame) & ~np.isnan(other)
        table.refuse("other_reward", wrong, f"it is empty where the action is {NO_RESPONSE}")
    if "starts_anew" in frame.columns:
        anew = frame["starts_anew"]
        table.refuse(
            "starts_anew", ~anew.isin([0, 1]).to_numpy(), "it is 1, or 0 where values go on"
        )
        first = ~frame["subject"].duplicated().to_numpy()
        table.refuse("starts_anew", first & (anew != 1).to_numpy(), "values begin on a first trial")


def _step(values: Array) -> Array:
    """Return each value less the one before, (n_rows,); 0 in the first row."""
    return np.diff(values, prepend=values[:1])


def _differs(codes: Array) -> Array:
    return _step(codes) != 0
