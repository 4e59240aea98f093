"""Reading what estimators may see of a table of trials."""

from pathlib import Path

from trnn.tables.parquet import read_table
from trnn.trials.sequences import Sequences, from_frame

TRIAL_COLUMNS = ["subject", "block", "trial", "action", "reward"]


def read_trials(path: str | Path) -> Sequences:
    """Read what estimators may see of a trial table, of people or of synthetic agents."""
    return from_frame(read_table(path, columns=TRIAL_COLUMNS))
