"""Dezfouli, Griffiths, Ramos, Dayan & Balleine (2019), PLoS Comput Biol 15(6): e1006903.

The same trials are distributed in two formats. `choices_diagno.csv` (the authors' repository)
calls the block `trial`; its column `block` is something else (which half of the session). Its
column `choice` is not the action made, which is `key`, but whether that was the arm that pays more
often (R1) or not (R2): over all trials R1 paid 0.25, 0.12 or 0.08 according to the condition and R2
always 0.05, whatever the key. `for_plos.csv` (the journal and figshare) was made from it: the block
is `block`, and `choice` became `best_action`, TRUE or FALSE.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from ger2024.data import words
from ger2024.data.diagnoses import ACTIONS, GROUPS
from ger2024.data.standin import write_dezfouli
from trnn.data import checks
from trnn.data.formats import Format
from trnn.data.numbering import block_index, subject_names, trial_index, unit_code
from trnn.data.rawtable import RawTable, read_raw_table
from trnn.tables.schema import FLOAT, INTEGER, Column


@dataclass(frozen=True)
class _Format:
    name: str
    block: str
    best: str
    best_values: dict[str, int]

    @property
    def columns(self) -> tuple[str, ...]:
        return ("ID", "key", self.block, "reward", "diag", self.best)


_FOR_PLOS = _Format(
    "for_plos.csv",
    "block",
    "best_action",
    {"TRUE": 1, "FALSE": 0, "True": 1, "False": 0},
)
_CHOICES_DIAGNO = _Format("choices_diagno.csv", "trial", "choice", {"R1": 1, "R2": 0})


def read_dezfouli(content: bytes, where: str) -> pd.DataFrame:
    """Read either format; return the prepared frame.

    Parameters
    ----------
    content : bytes
        The CSV file.
    where : str
        What messages call the file.

    Returns
    -------
    pandas.DataFrame
        One row a trial: subject, group, block, trial (both from 0), action (R1 is 0), reward
        (0 or 1), best_action (1 if the action was the arm that pays more often). Subjects are
        ordered bipolar, depression, healthy, each by first appearance in the file, and named so.

    Raises
    ------
    DataError
        If the file breaks a rule of its format; names file, column, lines and rule.
    """
    table = read_raw_table(content, where)
    layout = _format_of(table)
    table.require(layout.columns, layout.name)
    checks.present(table, "ID")
    action = checks.one_of(table, "key", ACTIONS, "action")
    reward = _reward(table)
    block = checks.whole_number(table, layout.block)
    best = checks.one_of(table, layout.best, layout.best_values, "value")
    group = checks.one_of(table, "diag", GROUPS, "diagnosis")
    subject, unit = _order(table, layout, block)

    order = np.argsort(_rank(group), kind="stable")
    first = np.flatnonzero(np.r_[True, np.diff(subject[order]) != 0])
    names = np.array(subject_names(list(group[order][first])), dtype=object)
    counts = np.diff(np.r_[first, len(order)])
    frame = pd.DataFrame(
        {
            "group": group,
            "block": block_index(subject, unit),
            "trial": trial_index(unit),
            "action": action,
            "reward": reward,
            "best_action": best,
        }
    ).iloc[order]
    frame.insert(0, "subject", np.repeat(names, counts))
    return frame.astype({"subject": "str", "group": "str"}).reset_index(drop=True)


def _format_of(table: RawTable) -> _Format:
    names = set(table.cells.columns)
    if _FOR_PLOS.best in names:
        return _FOR_PLOS
    # Not recognised by `block`, which both formats have but with different meanings.
    if names & {_CHOICES_DIAGNO.block, _CHOICES_DIAGNO.best}:
        return _CHOICES_DIAGNO
    return _FOR_PLOS


def _reward(table: RawTable) -> np.ndarray:
    reward = checks.number(table, "reward")
    bad = (reward != 0) & (reward != 1)
    if bad.any():
        table.refuse("reward", bad, "every reward must be 0 or 1")
    return reward


def _order(table: RawTable, layout: _Format, block: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the codes of subject and of block, each (n_rows,), of trials that are in order."""
    timed = layout is _CHOICES_DIAGNO and "time" in table.cells.columns
    time = checks.number(table, "time") if timed else None
    if time is not None:
        code = pd.factorize(table.text("ID"))[0]
        checks.no_repetition(table, ("ID", layout.block, "time"), (code, block, time))
    subject = checks.in_order(table, "ID", layout.block, block)
    unit = unit_code(subject, block)
    if time is not None:
        checks.rises_within(table, "time", time, unit)
    checks.constant_within(table, "diag", subject, "subject")
    return subject, unit


def _rank(group: np.ndarray) -> np.ndarray:
    ranks = {name: rank for rank, name in enumerate(GROUPS.values())}
    return pd.Series(group).map(ranks).to_numpy()


FORMAT = Format(
    read=read_dezfouli,
    write=write_dezfouli,
    columns=(
        Column("reward", FLOAT, words.REWARDED, allowed=(0.0, 1.0)),
        Column(
            "best_action",
            INTEGER,
            words.BEST_ACTION,
            allowed=(0, 1),
        ),
    ),
)
