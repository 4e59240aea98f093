"""Whose rows are whose: each person's trials in order, and why a person cannot be estimated."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from trnn.data.coding import MISSED, UNKNOWN, Choices, Rewards, numbers
from trnn.data.columns import Columns
from trnn.data.numbering import trial_index
from trnn.data.own_table import OwnTable, short
from trnn.trials.sequences import Sequences, from_frame

Array = np.ndarray

ONLY_ONE = "person"
# What became of a row.
USED, NO_CHOICE, LEFT_OUT = "estimated", "no choice", "person left out"


@dataclass(frozen=True)
class Session:
    """A person's session of t trials.

    `name`: the person, and the session where the table has some; `rows` (t,): the table's rows, in
    the order of the trials; `sequences`: the trials; `n_missed`: rows without a choice, whether
    they are trials or left out.
    """

    name: str
    rows: Array
    sequences: Sequences
    n_missed: int

    @property
    def n_trials(self) -> int:
        """How many trials there are."""
        return len(self.rows)

    @property
    def n_blocks(self) -> int:
        """How many blocks there are."""
        return int(self.sequences.block_start.sum())


@dataclass(frozen=True)
class People:
    """The sessions that can be estimated, in order of appearance.

    `left_out`: name -> reason of the others; `row_of` (n_rows,): USED, NO_CHOICE or LEFT_OUT;
    `skips_missed`: whether rows without a choice are no trials.
    """

    sessions: tuple[Session, ...]
    left_out: Mapping[str, str]
    row_of: Array
    said: tuple[str, ...]
    skips_missed: bool


class _Unusable(Exception):
    """Why a session cannot be estimated."""


@dataclass(frozen=True)
class _Table:
    """The columns of all rows, (n,) each, None where there is none.

    `order`: numbers of trials; `skips_missed`: whether rows without a choice are no trials.
    """

    table: OwnTable
    columns: Columns
    choices: Choices
    rewards: Rewards
    block: pd.Series | None
    order: Array | None
    skips_missed: bool


def people_of(
    table: OwnTable,
    columns: Columns,
    choices: Choices,
    rewards: Rewards,
    skips_missed: bool = False,
) -> People:
    """Return the sessions of a table; each session of a person is taken by itself.

    Parameters
    ----------
    skips_missed : bool
        Whether rows without a choice are left out. Else they are trials without a response
        (`trnn.trials.missed`), but for those without a number where trials have numbers.
    """
    names = _names(table, columns)
    block, trial = (columns.of[role] for role in ("block", "trial"))
    said: list[str] = []
    order = None
    if trial is not None:
        order, _ = numbers(table.text(trial))
        if np.isnan(order[choices.code != MISSED]).all():
            said.append(f"column '{trial}' holds no numbers: rows are trials in the table's order")
            order = None
    own_block = None if block is None else table.text(block)
    whole = _Table(table, columns, choices, rewards, own_block, order, skips_missed)
    sessions: list[Session] = []
    left_out: dict[str, str] = {}
    row_of = np.full(len(table.frame), LEFT_OUT, dtype=object)
    sorted_, restarted = 0, 0
    for name, rows in _rows_of(names):
        try:
            session, was_sorted, restarts = _session(whole, name, rows)
        except _Unusable as error:
            left_out[name] = str(error)
            continue
        sessions.append(session)
        row_of[rows] = NO_CHOICE
        row_of[session.rows[session.sequences.chosen[0]]] = USED
        sorted_ += was_sorted
        restarted += restarts
    if sorted_:
        said.append(f"rows of {sorted_} were put in order of '{trial}'")
    if restarted:
        said.append(f"a block begins where '{trial}' starts again")
    return People(tuple(sessions), left_out, row_of, tuple(said), skips_missed)


def _names(table: OwnTable, columns: Columns) -> pd.Series:
    """Return what each row's person is called, and the session where there are some."""
    subject, session = columns.of["subject"], columns.of["session"]
    if subject is None:
        names = pd.Series([ONLY_ONE] * len(table.frame), dtype=object)
    else:
        names = table.text(subject)
        names = names.mask(names == "", f"(no {subject})")
    if session is not None:
        names = names + f", {session} " + table.text(session)
    return names


def _rows_of(names: pd.Series) -> list[tuple[str, Array]]:
    codes, unique = pd.factorize(names)
    ordered = np.argsort(codes, kind="stable")
    ends = np.cumsum(np.bincount(codes, minlength=len(unique)))
    return list(zip(map(str, unique), np.split(ordered, ends[:-1]), strict=True))


def _session(whole: _Table, name: str, rows: Array) -> tuple[Session, bool, bool]:
    """Return a session, whether it had to be sorted, and whether blocks were told by restarts."""
    if name.startswith("(no "):
        raise _Unusable(f"{whole.table.at(rows[0])}: the cell that says who chose is empty")
    _check_cells(whole, rows)
    unit, restarts = _blocks(whole, rows)
    ordered = rows if whole.order is None else rows[np.lexsort((whole.order[rows], unit))]
    chosen = whole.choices.code[ordered] >= 0
    is_trial = chosen | (not whole.skips_missed)
    if whole.order is not None:
        is_trial &= chosen | ~np.isnan(whole.order[ordered])
    kept, unit = ordered[is_trial], unit[is_trial]
    block = np.unique(unit, return_inverse=True)[1]
    frame = pd.DataFrame(
        {
            "subject": name,
            "block": block,
            "trial": trial_index(block),
            "action": whole.choices.code[kept],
            "reward": whole.rewards.value[kept],
        }
    )
    session = Session(name, kept, from_frame(frame), int((~chosen).sum()))
    return session, not np.array_equal(ordered, rows), restarts


def _check_cells(whole: _Table, rows: Array) -> None:
    """Raise unless every choice is one of the two and has a reward, and there is a choice."""
    table, code = whole.table, whole.choices.code[rows]
    action, reward = whole.columns.needed("action"), whole.columns.needed("reward")
    unknown = rows[code == UNKNOWN]
    if len(unknown):
        raise _Unusable(
            f"column '{action}', {table.shown(action, unknown)}: expected "
            f"{' or '.join(map(short, whole.choices.labels))}, or nothing where no choice was made "
            f"({table.hint('missed')} names another cell for that)"
        )
    if not (code >= 0).any():
        raise _Unusable(f"column '{action}': none of the {len(rows)} rows holds a choice")
    bare = rows[(code >= 0) & ~np.isfinite(whole.rewards.value[rows])]
    if len(bare):
        raise _Unusable(
            f"column '{reward}', {table.shown(reward, bare)}: expected the choice's reward, a "
            "finite number"
        )


def _blocks(whole: _Table, rows: Array) -> tuple[Array, bool]:
    """Return each row's block, (n,), and whether blocks were told by numbers that start again."""
    table, order = whole.table, whole.order
    unit = np.zeros(len(rows), dtype=np.int64)
    if whole.block is not None:
        column = whole.columns.of["block"]
        labels = whole.block.iloc[rows].to_numpy()
        begins = np.r_[True, labels[1:] != labels[:-1]]
        again = pd.Series(labels[begins]).duplicated().to_numpy(dtype=bool)
        if again.any():
            row = rows[np.flatnonzero(begins)[again]]
            raise _Unusable(
                f"column '{column}', {table.shown(str(column), row)}: the block begins again after "
                "another; the rows of a block must stand together. Sort the table, or give "
                f"{table.hint('block')}, or {table.hint('block', 'none')} if the column is no block"
            )
        unit = np.cumsum(begins) - 1
    if order is None:
        return unit, False
    trial, own = str(whole.columns.of["trial"]), order[rows]
    absent = np.isnan(own) & (whole.choices.code[rows] >= 0)
    if absent.any():
        raise _Unusable(
            f"column '{trial}', {table.shown(trial, rows[absent])}: expected the trial's number, "
            f"or give {table.hint('trial', 'none')} to take rows as they stand"
        )
    twice = pd.DataFrame({"unit": unit, "own": own}).duplicated().to_numpy() & ~np.isnan(own)
    if not twice.any():
        return unit, False
    if whole.block is None and not (own[1:] == own[:-1]).any():
        return np.cumsum(np.r_[0, own[1:] < own[:-1]]), True
    first = rows[twice][:1]
    within = "" if whole.block is None else " of its block"
    raise _Unusable(
        f"column '{trial}', {table.shown(trial, first)}: an earlier row{within} has the same "
        f"number. Mend it, or give {table.hint('trial', 'none')} to take rows as they stand"
    )
