"""Reading tables of trials, which pass the gate before anything is made of them."""

from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from trnn.tables.parquet import read_table
from trnn.tables.schema import TableSchema
from trnn.trials.gate import check_trials
from trnn.trials.sequences import Sequences, from_frame

TRIAL_COLUMNS = ["subject", "block", "trial", "action", "reward"]


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

    Raises
    ------
    TableError
        As `read_trials`, or if columns of `schema` are missing.
    """
    frame = read_table(path, schema, columns)
    check_trials(frame, str(path))
    return frame
