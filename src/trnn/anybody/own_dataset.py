"""The file of a data set, written from what was found out about a table."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from trnn.data.coding import Choices, Rewards
from trnn.data.columns import Columns
from trnn.data.layout import KEEP
from trnn.data.more_columns import MoreColumns
from trnn.data.own_table import OwnTable
from trnn.data.sessions import People

SHOWN = 12  # columns that a comment lists


@dataclass(frozen=True)
class Understood:
    """What was understood of a table, and what its owner said."""

    table: OwnTable
    columns: Columns
    choices: Choices
    rewards: Rewards
    people: People
    more: MoreColumns
    missed: Sequence[str] = ()
    reward_map: Mapping[str, float] | None = None
    separator: str | None = None


def own_dataset(file: str, found: Understood) -> tuple[dict[str, Any], dict[str, str]]:
    """Return the settings of a data set as plain data, and the comments on them by key."""
    columns = {role: name for role, name in found.columns.of.items()} | dict(found.more.of)
    settings: dict[str, Any] = {"file": file}
    if found.separator is not None:
        settings["separator"] = found.separator
    settings |= {
        "columns": columns,
        "actions": list(found.choices.labels),
        "missed": list(found.missed),
        "missing": KEEP,
    }
    if found.reward_map is not None:
        settings["reward_map"] = dict(found.reward_map)
    settings["reward_scale"] = found.rewards.scale
    if found.more.groups:
        settings["groups"] = dict(found.more.groups)
    return settings, _comments(found, columns)


def _comments(found: Understood, columns: Mapping[str, str | None]) -> dict[str, str]:
    table = found.table
    counts = [int((found.choices.code == action).sum()) for action in (0, 1)]
    n_missed = sum(session.n_missed for session in found.people.sessions)
    unused = [name for name in table.names if name not in columns.values()]
    comments = {
        "file": "A path is seen from the folder in which Snakemake runs. An https:// address will "
        "do too." + _sentences(table.notes),
        "columns": "Which column is what; null: there is none. "
        + (f"Not used: {', '.join(unused[:SHOWN])}" if unused else "All are used")
        + ("." if len(unused) <= SHOWN else f" and {len(unused) - SHOWN} more.")
        + _sentences((*_guesses(found), *found.more.said, *found.people.said)),
        "actions": f"The labels of action 0 ({counts[0]:,} rows) and of action 1 ({counts[1]:,}).",
        "missed": "Further labels of a trial without a response, beside empty cells, NA, none, "
        "missed, timeout and the like.",
        "missing": f"{n_missed:,} trials without a response: keep, they stay trials, on which "
        "nothing is learned. (leave_out: as if they had not been; refuse: nobody may have one.)",
        "reward_scale": "Rewards and the arms' mean rewards are divided by it: "
        + "; ".join(found.rewards.said)
        + ".",
        "groups": "Label in the file: name here, in order of display.",
    }
    for role, others in found.columns.guessed.items():
        if others:
            comments[f"columns.{role}"] = f"It might have been {', '.join(map(repr, others))}."
    if columns.get("session") is not None:
        comments["columns.session"] = (
            comments.get("columns.session", "")
            + " Each session is a subject of its own, in tests and intervals too: people who came "
            "more than once count more than once."
        ).strip()
    return comments


def _guesses(found: Understood) -> list[str]:
    """Return what was guessed, in words."""
    by_name, by_cells = ", ".join(found.columns.guessed), ", ".join(found.more.of)
    told = [f"guessed by their names: {by_name}"] if by_name else []
    return [*told, f"guessed by their names and cells: {by_cells}"] if by_cells else told


def _sentences(parts: Sequence[str]) -> str:
    """Return each part as a line of its own."""
    return "".join(f"\n{words[:1].upper()}{words[1:]}." for words in parts)
