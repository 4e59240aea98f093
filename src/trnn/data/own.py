"""The plain format of anybody's data: a CSV whose columns are those of the prepared table.

Needed are subject, block, trial, action and reward; group, mu_0 and mu_1 (the arms' mean rewards on
the trial) and other_reward (what the other arm would have paid) are read where they are there.
Where there was no response the action is -1, and reward and other_reward are empty. Further columns
are ignored.
"""

from pathlib import Path

import numpy as np
import pandas as pd

from trnn.data import checks, words
from trnn.data.formats import Format
from trnn.data.numbering import block_index, trial_index, unit_code
from trnn.data.rawtable import RawTable, read_raw_table
from trnn.errors import DataError
from trnn.tables.atomic import atomic_path
from trnn.tables.schema import FLOAT, Column
from trnn.trials.columns import OTHER_REWARD
from trnn.trials.missed import NO_RESPONSE

NEEDED = ("subject", "block", "trial", "action", "reward")
MEANS = ("mu_0", "mu_1")
OTHER = "other_reward"
OPTIONAL = ("group", *MEANS, OTHER)
ACTIONS = {"0": 0, "1": 1, str(NO_RESPONSE): NO_RESPONSE}


def read_plain(content: bytes, where: str) -> pd.DataFrame:
    """Read a plain CSV; return the prepared frame.

    Parameters
    ----------
    content : bytes
        The CSV file: UTF-8, commas, a header.
    where : str
        What messages call the file.

    Returns
    -------
    pandas.DataFrame
        One row a trial: subject (as in the file), group (null without such a column), block and
        trial (both counted from 0), action (0 or 1; -1: no response), reward (null without a
        response), and mu_0 and mu_1, and other_reward (null where a cell is empty: it was not
        shown), where the file has them.

    Raises
    ------
    DataError
        If the file breaks a rule of the format; names file, column, lines and rule.
    """
    table = read_raw_table(content, where)
    table.require(NEEDED, "a plain table of trials")
    there = [name for name in OPTIONAL if name in table.cells.columns]
    table.require((*NEEDED, *there), "a plain table of trials")
    subject = checks.present(table, "subject")
    block, trial = (checks.whole_number(table, name) for name in ("block", "trial"))
    code = pd.factorize(subject)[0]
    checks.no_repetition(table, ("subject", "block", "trial"), (code, block, trial))
    checks.in_order(table, "subject", "block", block)
    unit = unit_code(code, block)
    checks.rises_within(table, "trial", trial, unit)
    action = checks.one_of(table, "action", ACTIONS, "action")
    frame = pd.DataFrame(
        {
            "subject": subject.astype("str"),
            "group": _groups(table, code, there),
            "block": block_index(code, unit),
            "trial": trial_index(unit),
            "action": action,
            "reward": checks.number_where(table, "reward", action != NO_RESPONSE),
        }
    )
    for name in MEANS:
        if name in there:
            frame[name] = checks.number(table, name)
    if OTHER in there:
        frame[OTHER] = checks.optional_number(table, OTHER, action != NO_RESPONSE)
    return frame


def write_plain(frame: pd.DataFrame, path: str | Path) -> None:
    """Write a frame of trials as a plain CSV, whole or not at all; equal frames, equal bytes.

    Raises
    ------
    DataError
        If a needed column is missing.
    """
    missing = [name for name in NEEDED if name not in frame.columns]
    if missing:
        raise DataError(f"{path}: columns {missing} are missing; got {list(frame.columns)}.")
    there = [name for name in OPTIONAL if name in frame.columns and frame[name].notna().all()]
    text = frame[[*NEEDED, *there]].to_csv(index=False, lineterminator="\n")
    with atomic_path(path) as temporary:
        temporary.write_bytes(text.encode())


def _groups(table: RawTable, code: np.ndarray, there: list[str]) -> pd.Series:
    """Return each row's group as text; null where the file has no such column."""
    if "group" not in there:
        return pd.Series(None, index=range(len(table)), dtype="str")
    group = checks.present(table, "group")
    checks.constant_within(table, "group", code, "subject")
    return group.astype("str")


FORMAT = Format(
    read=read_plain,
    write=write_plain,
    columns=(
        Column("reward", FLOAT, words.REWARD, "reward", nullable=True),
        *(
            Column(name, FLOAT, words.ARM_MEAN.format(arm=arm), "reward")
            for arm, name in enumerate(MEANS)
        ),
        OTHER_REWARD,
    ),
)
