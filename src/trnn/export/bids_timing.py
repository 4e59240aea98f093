"""Onsets and durations of events, from columns of the person's own table."""

from dataclasses import dataclass

import numpy as np

from trnn.data.coding import numbers
from trnn.errors import ConfigError, DataError
from trnn.export.own_events import column_of, number_of
from trnn.export.source import Source

Array = np.ndarray

ONSET, DURATION = "onset", "duration"


@dataclass(frozen=True)
class Timing:
    """When each of n rows began and how long it lasted, s, and its run (0: there are no runs).

    All arrays are (n,). NaN: not known; an onset only of rows without an estimate.
    """

    onset: Array
    duration: Array
    run: Array


def timing_of(source: Source, onset: str, duration: str | None, run: str | None) -> Timing:
    """Read onsets (s) and durations: a column, or one number for all; runs: a column.

    Raises
    ------
    ConfigError
        If a column is not there.
    DataError
        If a cell is no number where one is needed, a duration is negative, a run is no whole number
        from 1, or onsets fall within a session's run.
    """
    own, n = source.own, len(source.own.frame)
    onsets = number_of(own, onset, "--onset", source.rows)
    durations = _durations(source, duration)
    runs = np.zeros(n, dtype=np.int64)
    if run is not None:
        values = number_of(own, run, "--run", source.rows)
        bad = source.rows[(values[source.rows] < 1) | (values[source.rows] % 1 != 0)]
        if len(bad):
            raise DataError(
                f"{own.where}: column '{run}', {own.shown(run, bad)}: expected the run's number, "
                "1, 2, 3, ... (--run). Mend the cells, or name another column."
            )
        runs = np.nan_to_num(values, nan=0.0).astype(np.int64)
    _check_rising(source, onset, onsets, runs)
    return Timing(onsets, durations, runs)


def _durations(source: Source, duration: str | None) -> Array:
    own = source.own
    if duration is None:
        return np.full(len(own.frame), np.nan)
    if duration in own.names:
        values, _ = numbers(column_of(own, duration, "--duration"))
        empty = (own.text(duration) == "").to_numpy(dtype=bool)
        bad = np.flatnonzero((np.isnan(values) & ~empty) | (values < 0))
        if len(bad):
            raise DataError(
                f"{own.where}: column '{duration}', {own.shown(duration, bad)}: expected seconds, "
                "0 or more, or nothing where it is not known (--duration). Mend the cells."
            )
        return values
    try:
        seconds = float(duration)
    except ValueError:
        seconds = np.nan
    if not 0 <= seconds < np.inf:
        raise ConfigError(
            f"--duration {duration}: expected a column of {own.where}, which has {own.names}, or "
            "seconds, 0 or more."
        )
    return np.full(len(own.frame), seconds)


def _check_rising(source: Source, column: str, onsets: Array, runs: Array) -> None:
    """Raise unless onsets rise within each session's runs, in the order of the trials."""
    of = source.subject_of_row[source.rows]
    rows = source.rows
    same = (np.diff(of) == 0) & (np.diff(runs[rows]) == 0)
    falls = same & (np.diff(onsets[rows]) <= 0)
    if falls.any():
        bad = rows[1:][falls]
        raise DataError(
            f"{source.own.where}: column '{column}', {source.own.shown(column, bad)}: the onset "
            "is no later than that of the trial before; expected seconds that rise from a run's "
            "start. If they start anew with every run, name its column: --run NAME."
        )
