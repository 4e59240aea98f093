"""The rules that both studies' files must keep, each with a message that shows who breaks it."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from trnn.data.rawtable import RawTable

Array = np.ndarray


def present(table: RawTable, column: str) -> pd.Series:
    """Return a text column, (n_rows,); refuse missing cells."""
    values = table.text(column)
    missing = (values.str.strip() == "").to_numpy(dtype=bool)
    if missing.any():
        table.refuse(column, missing, "no value may be missing")
    return values


def number(table: RawTable, column: str) -> Array:
    """Return a column as float64, (n_rows,); refuse what is missing, not a number or infinite."""
    present(table, column)
    return _to_number(table, column)


def number_where(table: RawTable, column: str, wanted: Array) -> Array:
    """Return a column as float64, (n_rows,), NaN where it is not wanted.

    Refuses what is missing, not a number or infinite where it is, (n_rows,) of bool, and what is
    not empty elsewhere.
    """
    empty = _empty(table, column)
    if (empty & wanted).any():
        table.refuse(column, empty & wanted, "no value may be missing")
    return optional_number(table, column, wanted)


def optional_number(table: RawTable, column: str, allowed: Array) -> Array:
    """Return a column as float64, (n_rows,), NaN where the cell is empty; refuse other text.

    Refuses too what is not empty where it is not allowed, (n_rows,) of bool.
    """
    empty = _empty(table, column)
    if (~empty & ~allowed).any():
        table.refuse(column, ~empty & ~allowed, "the cell must be empty where there is no response")
    return _to_number(table, column, empty)


def _empty(table: RawTable, column: str) -> Array:
    """Return which cells of a column hold nothing, (n_rows,)."""
    return (table.text(column).str.strip() == "").to_numpy(dtype=bool)


def optional_duration(table: RawTable, column: str) -> Array:
    """Return a column as float64, (n_rows,), NaN where the cell is empty.

    Other text and negative numbers are refused.
    """
    empty = (table.text(column) == "").to_numpy(dtype=bool)
    values = _to_number(table, column, empty)
    if (values < 0).any():
        table.refuse(column, values < 0, "a duration must not be negative")
    return values


def whole_number(table: RawTable, column: str) -> Array:
    """Return a column as int64, (n_rows,); refuse what is missing or not a whole number."""
    values = number(table, column)
    # Beyond 2^53 a float64 no longer tells neighbouring whole numbers apart.
    bad = (values != np.round(values)) | (np.abs(values) > 2**53)
    if bad.any():
        table.refuse(column, bad, "every value must be a whole number")
    return values.astype(np.int64)


def one_of(table: RawTable, column: str, meaning: Mapping[str, Any], what: str) -> Array:
    """Return each cell's meaning, (n_rows,); refuse cells that have none.

    `what` names the thing in the message, for example "action".
    """
    values = present(table, column)
    codes, cells = pd.factorize(values)
    unknown = np.array([cell not in meaning for cell in cells], dtype=bool)
    if unknown.any():
        table.refuse(column, unknown[codes], f"unknown {what}; expected one of {list(meaning)}")
    return np.array([meaning[cell] for cell in cells])[codes]


def constant_within(table: RawTable, column: str, unit: Array, what: str) -> None:
    """Refuse a column that changes within a unit; `unit` is (n_rows,) of codes in order."""
    first = np.r_[True, unit[1:] != unit[:-1]]
    changed = (table.text(column) != table.text(column).shift()).to_numpy(dtype=bool)
    if (changed & ~first).any():
        table.refuse(column, changed & ~first, f"the value must not change within a {what}")


def no_repetition(table: RawTable, columns: tuple[str, ...], keys: tuple[Array, ...]) -> None:
    """Refuse rows whose keys, each (n_rows,), all equal those of an earlier row."""
    repeated = pd.DataFrame(dict(enumerate(keys))).duplicated().to_numpy()
    if repeated.any():
        table.refuse(columns, repeated, "duplicated trial: an earlier row has the same values")


def in_order(table: RawTable, subject: str, block: str, block_number: Array) -> Array:
    """Return each row's subject as a code, (n_rows,); refuse rows that are out of order.

    The rows of a subject stand together and its blocks rise, so that the rows of a block stand
    together too. `block_number` is the block's number in the file, (n_rows,).
    """
    code = pd.factorize(table.text(subject))[0]
    start = np.flatnonzero(np.r_[True, code[1:] != code[:-1]])
    again = np.zeros(len(table), dtype=bool)
    again[start[pd.Series(code[start]).duplicated().to_numpy()]] = True
    if again.any():
        table.refuse(subject, again, "unordered trials: the rows of a subject must stand together")
    same = np.r_[False, code[1:] == code[:-1]]
    falls = same & np.r_[False, np.diff(block_number) < 0]
    if falls.any():
        table.refuse(
            (subject, block), falls, "unordered trials: a subject's blocks must stand in order"
        )
    return code


def rises_within(table: RawTable, column: str, values: Array, unit: Array) -> None:
    """Refuse values, (n_rows,), that do not rise from row to row within a unit, (n_rows,)."""
    same = np.r_[False, unit[1:] == unit[:-1]]
    bad = same & np.r_[False, np.diff(values) <= 0]
    if bad.any():
        table.refuse(column, bad, "unordered trials: the values must rise within a block")


def counts_from_one(table: RawTable, column: str, values: Array, unit: Array) -> None:
    """Refuse values, (n_rows,), other than 1, 2, 3, … within each unit, (n_rows,)."""
    start = np.r_[True, unit[1:] != unit[:-1]]
    expected = np.where(start, 1, np.r_[0, values[:-1]] + 1)
    bad = values != expected
    if bad.any():
        table.refuse(column, bad, "unordered trials: the numbers must be 1, 2, 3, … within a block")


def _to_number(table: RawTable, column: str, allowed: Array | None = None) -> Array:
    values = pd.to_numeric(table.text(column), errors="coerce").to_numpy(dtype=np.float64)
    bad = ~np.isfinite(values)
    if allowed is not None:
        bad &= ~allowed
    if bad.any():
        table.refuse(column, bad, "every value must be a finite number")
    return values
