"""A table of people's trials, as the file of its data set describes it, read person by person."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from trnn.data.coding import MISSED, UNKNOWN, choices_of, coded, numbers, rewards_of
from trnn.data.columns import USUAL, Columns
from trnn.data.layout import KEEP, NUMBERED, REFUSE, Layout
from trnn.data.numbering import subject_names
from trnn.data.own_table import OwnTable, own_table
from trnn.data.registry import Dataset
from trnn.data.separated import SEPARATORS
from trnn.data.sessions import Session, people_of
from trnn.errors import DataError
from trnn.trials.arms import MEANS
from trnn.trials.columns import OTHER_REWARD

Array = np.ndarray

MAX_CELLS = 5_000_000
"""Most cells that are read (the largest of the studies' files has 2 million)."""

EMPTY = ("", "na", "nan", "null")
TRUTH = {"1": 1, "0": 0, "true": 1, "false": 0}
Cells = Callable[[Session], Array]  # a session of t trials -> its cells (t,), or `_Unusable`


@dataclass(frozen=True)
class PeopleRead:
    """The prepared frame, `left_out` (name in the file -> reason), and what was found out."""

    frame: pd.DataFrame
    left_out: Mapping[str, str]
    said: tuple[str, ...]

    @property
    def n_people(self) -> int:
        """How many people the file has."""
        return len(self.left_out) + self.frame["subject"].nunique()


class _Unusable(Exception):
    """Why a person's further columns cannot be used."""


def read_people(
    content: bytes, where: str, dataset: Dataset, arms_move: bool = False
) -> PeopleRead:
    """Read a table as its data set says; who cannot be used is left out, with the reason.

    Parameters
    ----------
    content : bytes
        Text with a header (any usual separator and encoding), or Parquet.
    where : str
        What messages call the file.
    arms_move : bool
        Whether the arms' mean rewards may change within a block; else who has such is left out.

    Returns
    -------
    PeopleRead
        Its frame has a row a trial: subject, group (null without groups), block and trial (both
        from 0), action (0 or 1; -1 without a response), reward (null there), and the data set's
        further columns (`Dataset.extra`).
        Subjects stand group by group, each in order of first appearance. No rows: nobody is left.

    Raises
    ------
    DataError
        If the file is no such table or lacks a column, or no label or reward is understood.
    """
    _refuse_oversized(content, where)
    table = own_table(content, where, dataset.separator, dataset.described_by)
    layout = _layout_of(table, dataset)
    named = layout.columns.model_dump()
    columns = Columns({role: named[role] for role in USUAL}, {})
    choices = choices_of(table, layout.columns.action, layout.actions, layout.missed)
    if layout.missing == REFUSE and (choices.code == MISSED).any():
        rows = np.flatnonzero(choices.code == MISSED)
        raise DataError(
            f"{where}: column '{layout.columns.action}': expected a choice on every row, got none "
            f"on {len(rows)}: {table.shown(layout.columns.action, rows)}. Mend the file, or say "
            f"`missing: leave_out` in {dataset.described_by}."
        )
    rewards = rewards_of(
        table,
        layout.columns.reward,
        layout.reward_map,
        layout.reward_scale,
        choices.code >= 0,
        None,
    )
    people = people_of(table, columns, choices, rewards, skips_missed=layout.missing != KEEP)
    more = {name: _cells_of(name, table, layout, arms_move) for name in layout.columns.extra}
    left_out, parts = dict(people.left_out), []
    for session in people.sessions:
        try:
            own = {name: find(session) for name, find in more.items()}
        except _Unusable as error:
            left_out[session.name] = str(error)
            continue
        parts.append(_part(session, own))
    n_missed = sum(session.n_missed for session in people.sessions)
    missed = (f"{n_missed:,} rows without a response {_became(layout)}",) if n_missed else ()
    said = (*table.notes, *choices.said, *rewards.said, *people.said, *missed)
    return PeopleRead(_frame(parts, layout), left_out, said)


def _became(layout: Layout) -> str:
    return "stay trials" if layout.missing == KEEP else "are left out"


def _refuse_oversized(content: bytes, where: str) -> None:
    most = max(content.count(sign.encode()) for sign in SEPARATORS if sign != " ")
    n_cells = most + content.count(b"\n") + 1
    if n_cells > MAX_CELLS:
        raise DataError(f"{where}: the file has {n_cells} cells; at most {MAX_CELLS} are read.")


def _layout_of(table: OwnTable, dataset: Dataset) -> Layout:
    """Return the first layout whose columns are all there."""
    lacking: list[str] = []
    for layout in dataset.layouts():
        missing = [name for name in layout.columns.names() if name not in table.names]
        if not missing:
            return layout
        if not lacking or len(missing) < len(lacking):
            lacking = missing
    names = [name if len(name) <= 40 else f"{name[:40]}…" for name in table.names]
    raise DataError(
        f"{table.where}: column {', '.join(map(repr, lacking))} is missing; this "
        f"file has {names}. {dataset.described_by} says which columns there are: mend one of the "
        "two."
    )


def _cells_of(name: str, table: OwnTable, layout: Layout, arms_move: bool) -> Cells:
    """Return the function that reads a session's cells of one of the further columns."""
    if name == "group":
        return _groups(table, layout)
    if name == "best_action":
        column = str(layout.columns.best_action)
        codes = coded(table.text(column), layout.best_action_map or TRUTH, UNKNOWN)
        labels = list(layout.best_action_map or TRUTH)
        return lambda session: _of_choices(codes, table, column, session, labels)
    if name == OTHER_REWARD.name:
        return _other_rewards(table, layout)
    column = str(getattr(layout.columns, name) if name in MEANS else layout.columns.more[name])
    values, _ = numbers(table.text(column))
    if name in MEANS:
        means = values / layout.reward_scale
        return lambda session: _mean(means, table, column, session, arms_move)
    # Not a number at all, where nothing would be a missing value.
    empty = coded(table.text(column), dict.fromkeys(EMPTY, 1), 0) == 1

    def optional(session: Session) -> Array:
        bad = session.rows[np.isnan(values[session.rows]) & ~empty[session.rows]]
        if len(bad):
            raise _Unusable(f"column '{column}', {table.shown(column, bad)}: expected a number")
        return values[session.rows]

    return optional


def _groups(table: OwnTable, layout: Layout) -> Cells:
    column, names = str(layout.columns.group), np.array(layout.groups, dtype=object)
    place = {label: layout.groups.index(group) for label, group in layout.group_labels.items()}
    codes = coded(table.text(column), place, UNKNOWN)

    def group(session: Session) -> Array:
        own = _known(codes, UNKNOWN, table, column, session, list(layout.group_labels))
        other = session.rows[own != own[0]]
        if len(other):
            raise _Unusable(
                f"column '{column}', {table.shown(column, other)}: the group of a person must not "
                f"change; {table.shown(column, session.rows[:1])}"
            )
        return names[own]

    return group


def _known(
    codes: Array,
    unknown: int,
    table: OwnTable,
    column: str,
    session: Session,
    labels: Sequence[str],
) -> Array:
    """Return a session's codes, (t,); none may be unknown."""
    own = codes[session.rows]
    if (own == unknown).any():
        bad = session.rows[own == unknown]
        raise _Unusable(f"column '{column}', {table.shown(column, bad)}: expected one of {labels}")
    return own


def _of_choices(
    codes: Array, table: OwnTable, column: str, session: Session, labels: Sequence[str]
) -> Any:
    """Return a session's codes, (t,); null where there was no response."""
    chosen = session.sequences.chosen[0]
    made = replace(session, rows=session.rows[chosen])
    own = _known(codes, UNKNOWN, table, column, made, labels)
    if chosen.all():
        return own
    out = pd.array([pd.NA] * len(chosen), dtype="Int64")
    out[chosen] = own
    return out


def _other_rewards(table: OwnTable, layout: Layout) -> Cells:
    """Return the function that reads what the other action would have paid; NaN: not shown."""
    column = str(layout.columns.other_reward)
    text = table.text(column)
    there = ~coded(text, dict.fromkeys(EMPTY, 1), 0).astype(bool)
    read = rewards_of(table, column, layout.reward_map, layout.reward_scale, there, None)

    def other(session: Session) -> Array:
        rows = session.rows
        bad = rows[there[rows] & np.isnan(read.value[rows])]
        if len(bad):
            raise _Unusable(f"column '{column}', {table.shown(column, bad)}: expected a reward")
        shown = session.sequences.chosen[0] & there[rows]
        return np.where(shown, read.value[rows], np.nan)

    return other


def _mean(means: Array, table: OwnTable, column: str, session: Session, may_move: bool) -> Array:
    """Return an arm's mean reward, (t,): a number that may or may not move within a block."""
    own = means[session.rows]
    bad = ~np.isfinite(own)
    if bad.any():
        rows = session.rows[bad]
        raise _Unusable(f"column '{column}', {table.shown(column, rows)}: expected a number")
    same_block = ~session.sequences.block_start[0]
    moves = same_block & np.r_[False, own[1:] != own[:-1]]
    if moves.any() and not may_move:
        raise _Unusable(
            f"column '{column}', {table.shown(column, session.rows[moves])}: an arm's mean reward "
            f"must not change within a block. Give {table.hint('block')}, leave the column out, or "
            "state a task whose arms move: reversals, kind: walk or given"
        )
    return own


def _part(session: Session, more: Mapping[str, Array]) -> pd.DataFrame:
    """Return the rows of a session, its own name in `subject`."""
    own = session.sequences
    return pd.DataFrame(
        {
            "subject": session.name,
            "block": own.to_column(own.block),
            "trial": own.to_column(own.trial),
            "action": own.to_column(own.action),
            "reward": own.reward_column(),
            **more,
        }
    )


def _frame(parts: list[pd.DataFrame], layout: Layout) -> pd.DataFrame:
    """Return the prepared frame of all sessions, group by group."""
    names = ["subject", "group", "block", "trial", "action", "reward"]
    names += [name for name in layout.columns.extra if name != "group"]
    if layout.groups:
        rank = {name: place for place, name in enumerate(layout.groups)}
        parts = sorted(parts, key=lambda part: rank[part["group"].iloc[0]])
    if layout.subjects == NUMBERED:
        prefixes = [part["group"].iloc[0] if layout.groups else "subject" for part in parts]
        parts = [
            part.assign(subject=name)
            for part, name in zip(parts, subject_names(prefixes), strict=True)
        ]
    if not parts:
        return pd.DataFrame(columns=names)
    frame = pd.concat(parts, ignore_index=True)
    if not layout.groups:
        frame["group"] = pd.Series(None, index=frame.index, dtype="str")
    whole = {"block": np.int64, "trial": np.int64, "action": np.int64, "reward": np.float64}
    return frame.astype({"subject": "str", "group": "str", **whole})[names]
