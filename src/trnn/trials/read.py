"""Reading tables of trials, which pass the gate before anything is made of them."""

from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from trnn.tables.parquet import columns_of, read_table
from trnn.tables.schema import TableSchema
from trnn.trials.gate import check_trials
from trnn.trials.sequences import OTHER_REWARD, STARTS_ANEW, Sequences, from_frame

TRIAL_COLUMNS = ["subject", "block", "trial", "action", "reward"]
MORE_COLUMNS = (STARTS_ANEW, OTHER_REWARD)


def read_trials(path: str | Path) -> Sequences:
    """Read what estimators may see of a trial table, of people or of synthetic agents.

    Raises
    ------
    TableError
        If the table cannot be read, or breaks a rule: see `trnn.trials.gate.check_trials`.
    """
    return from_frame(read_trial_table(path, TRIAL_COLUMNS))


def read_trial_table(
    path: str | Path, columns: Sequence[str] | None = None, schema: TableSchema | None = None
) -> pd.DataFrame:
    """Read a trial table, or some of its columns: `TRIAL_COLUMNS` and further ones.

    The columns by which a task differs (`MORE_COLUMNS`) are read wherever the table has them.

    Raises
    ------
    TableError
        As `read_trials`, or if columns of `schema` are missing.
    """
    if columns is not None:
        there = columns_of(Path(path))
        columns = [*columns, *(name for name in MORE_COLUMNS if name in there)]
    frame = read_table(path, schema, columns)
    check_trials(frame, str(path))
    return frame
