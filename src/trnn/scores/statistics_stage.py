"""The statistics table: every test of an experiment in one table."""

from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from trnn.errors import TableError
from trnn.statistics.statistics_table import STATISTICS
from trnn.tables.parquet import Provenance, read_table, write_table


def read_tests(paths: Sequence[str | Path]) -> list[pd.DataFrame]:
    """Return tables of tests, each with the columns of the statistics.

    Raises
    ------
    TableError
        If a table is unreadable or of another kind.
    """
    return [read_table(path, STATISTICS)[STATISTICS.names()] for path in paths]


def statistics_stage(
    parts: Sequence[pd.DataFrame], output: str | Path, provenance: Provenance
) -> None:
    """Write the statistics of an experiment.

    Parameters
    ----------
    parts : sequence of DataFrame
        Tables with the statistics' own columns, in the order wanted: see `read_tests`.

    Raises
    ------
    TableError
        If two tests have one id.
    """
    frame = pd.concat(parts, ignore_index=True)
    twice = frame.loc[frame["id"].duplicated(), "id"]
    if len(twice):
        raise TableError(
            f"{output}: {len(twice)} tests have the id of another, the first '{twice.iloc[0]}'; "
            "ids must be unique. Name the contrast of one of them differently."
        )
    write_table(frame, output, STATISTICS, provenance)
