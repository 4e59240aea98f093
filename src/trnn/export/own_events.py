"""A person's own table of events, whose rows are joined to the trials that were estimated."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from trnn.data.coding import numbers
from trnn.data.columns import NONE
from trnn.data.own_table import OwnTable
from trnn.errors import ConfigError, DataError
from trnn.export.source import Source

Array = np.ndarray


@dataclass(frozen=True)
class EventColumns:
    """Which columns of an own table tell whose trial a row is; block "none": there is none."""

    subject: str = "subject"
    block: str = "block"
    trial: str = "trial"
    action: str = "action"


def column_of(table: OwnTable, name: str, option: str) -> pd.Series:
    """Return a column as texts, (n,).

    Raises
    ------
    ConfigError
        If there is no such column.
    """
    if name not in table.names:
        raise ConfigError(
            f"{option} {name}: {table.where} has no such column; it has {table.names}."
        )
    return table.text(name)


def number_of(table: OwnTable, name: str, option: str, rows: Array | None = None) -> Array:
    """Return a column as numbers, (n,); NaN only outside of `rows`, which need one.

    Raises
    ------
    ConfigError
        If there is no such column.
    DataError
        If a cell of `rows` holds no finite number, with its line.
    """
    values, _ = numbers(column_of(table, name, option))
    bad = np.flatnonzero(np.isnan(values))
    if rows is not None:
        bad = np.intersect1d(bad, rows)
    if len(bad):
        raise DataError(
            f"{table.where}: column '{name}', {table.shown(name, bad)}: expected a finite number "
            f"({option}). Mend the cell, or name another column."
        )
    return values


def with_events(source: Source, events: OwnTable, names: EventColumns) -> Source:
    """Return the source with another table in the place of its own.

    Every trial must have one row: rows of a subject stand in the order of its trials, and blocks
    and trials are counted as they come, whatever number they begin with. Where the table has a
    column of actions it must hold the same choices, coded 0 and 1.

    Raises
    ------
    ConfigError
        If a column is not there.
    DataError
        If subjects, numbers of trials, their order or choices differ, with line and column.
    """
    rows = _rows_by_subject(source, events, names.subject)
    needed = np.concatenate(list(rows.values()))
    trial = number_of(events, names.trial, "--trial-column", needed)
    block = np.zeros(len(trial))
    if names.block != NONE:
        block = number_of(events, names.block, "--block-column", needed)
    order: list[Array] = []
    for i, subject in enumerate(source.sequences.subjects):
        own, n = rows[subject], int(source.sequences.lengths[i])
        _check_order(events, names, own, block[own], trial[own])
        expected = source.sequences.block[i, :n] * (names.block != NONE)
        got = np.cumsum(np.r_[0, np.diff(block[own]) != 0])
        _check_counts(source, events, subject, own, got, expected)
        _check_choices(events, names, own, source.sequences.action[i, :n])
        order.append(own)
    of_row = np.full(len(events.frame), -1)
    for i, own in enumerate(order):
        of_row[own] = i
    return replace(
        source, own=events, columns={}, rows=np.concatenate(order), subject_of_row=of_row
    )


def _rows_by_subject(source: Source, events: OwnTable, column: str) -> Mapping[str, Array]:
    of = column_of(events, column, "--subject-column").to_numpy(dtype=object)
    rows = {subject: np.flatnonzero(of == subject) for subject in source.sequences.subjects}
    absent = [subject for subject, found in rows.items() if not len(found)]
    if absent:
        raise DataError(
            f"{events.where}: column '{column}': no row of {len(absent)} of the {len(rows)} "
            f"subjects, the first {absent[:3]}; the column holds {list(dict.fromkeys(of))[:3]}. "
            "Give the subjects the names that the estimates have, or name another column "
            "(--subject-column)."
        )
    return rows


def _check_order(
    events: OwnTable, names: EventColumns, rows: Array, block: Array, trial: Array
) -> None:
    falls = np.diff(block) < 0
    if falls.any():
        bad = rows[1:][falls]
        raise DataError(
            f"{events.where}: column '{names.block}', {events.shown(names.block, bad)}: the block "
            "is lower than that of the row before of the same subject; expected blocks in order. "
            "Sort the table."
        )
    stays = (np.diff(block) == 0) & (np.diff(trial) <= 0)
    if stays.any():
        bad = rows[1:][stays]
        raise DataError(
            f"{events.where}: column '{names.trial}', {events.shown(names.trial, bad)}: the trial "
            "is no later than that of the row before of the same block; expected a row a trial, in "
            "order. Sort the table, and leave one row of each trial."
        )


def _check_counts(
    source: Source, events: OwnTable, subject: str, rows: Array, got: Array, expected: Array
) -> None:
    if np.array_equal(got, np.unique(expected, return_inverse=True)[1]):
        return
    mine, theirs = np.bincount(got), np.bincount(np.unique(expected, return_inverse=True)[1])
    n = max(len(mine), len(theirs))
    mine, theirs = (np.pad(counts, (0, n - len(counts))) for counts in (mine, theirs))
    b = int(np.flatnonzero(mine != theirs)[0])
    inside = rows[got == b]
    at = events.at(inside[0]) if len(inside) else events.at(rows[-1])
    raise DataError(
        f"{events.where}: {at}: block {b + 1} of subject '{subject}' has {mine[b]} rows; expected "
        f"{theirs[b]}, one for each of its trials in {source.own.where}. Leave out rows of trials "
        "that were not estimated (missed ones), and add those that are missing."
    )


def _check_choices(events: OwnTable, names: EventColumns, rows: Array, action: Array) -> None:
    if names.action not in events.names:
        return
    values, _ = numbers(events.text(names.action))
    differ = values[rows] != action
    if differ.any():
        first = int(np.flatnonzero(differ)[0])
        raise DataError(
            f"{events.where}: column '{names.action}', "
            f"{events.shown(names.action, rows[differ])}: the estimates are of other choices "
            f"({action[first]} in the first of these rows); expected 0 or 1 as in the trials. The "
            "tables are of different sessions, or their rows stand in another order; if the column "
            "codes something else, name the one of the choices (--action-column)."
        )
