"""All that comes of a table: its rows with estimates beside them, and what is to be said."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import pandas as pd

from trnn.anybody.assumptions import Assumptions
from trnn.anybody.estimated import Estimated, described
from trnn.anybody.options import Options
from trnn.data.coding import Choices, Rewards
from trnn.data.columns import Columns
from trnn.data.own_table import OwnTable
from trnn.data.sessions import LEFT_OUT, NO_CHOICE, USED, People, Session
from trnn.errors import DataError

PREFIX = "trnn_"
ROW, CODE = "row_status", "action_code"


class Method(Protocol):
    """What estimates: the particle filter, or networks."""

    @property
    def assumed(self) -> Assumptions:
        """Model, ranges and dynamics."""

    @property
    def name(self) -> str:
        """What it is called."""

    @property
    def keys(self) -> tuple[str, ...]:
        """What its random numbers are keyed by, beside the seed and a session's name."""

    @property
    def reward_scale(self) -> float | None:
        """What rewards are divided by if nothing is said; None: what suits the model's ranges."""

    @property
    def knows_missed(self) -> bool:
        """Whether a trial may have no response; if not, rows without a choice are left out."""

    def unusable(self, sessions: Sequence[Session]) -> dict[str, str]:
        """Return why sessions cannot be estimated, by name."""

    def run(self, sessions: Sequence[Session]) -> Iterator[tuple[str, Estimated | str]]:
        """Yield each session's name and its estimates, or why there are none."""

    def outside(self, sessions: Sequence[Session]) -> dict[str, str]:
        """Return in what sessions are unlike those that it was trained on, by name."""

    def words(self) -> list[tuple[str, str]]:
        """Return what it assumes beside the model: (what, in words)."""


@dataclass(frozen=True)
class Read:
    """What was read of a table."""

    columns: Columns
    choices: Choices
    rewards: Rewards
    people: People


@dataclass(frozen=True)
class Outcome:
    """What comes of a table.

    Parameters
    ----------
    frame : the table's own columns and rows, in its order, and the columns of `added` after them
    added : column -> (description, unit)
    sessions : those that were estimated
    estimates : name -> estimates, in order
    left_out : name -> reason
    outside : name -> in what it is unlike what a network was trained on
    assumed : (what, in words), in the order in which it is told
    assumptions : model and ranges
    labels : what actions 0 and 1 are called
    options : all that was said or guessed
    """

    table: OwnTable
    frame: pd.DataFrame
    added: Mapping[str, tuple[str, str]]
    sessions: tuple[Session, ...]
    estimates: Mapping[str, Estimated]
    left_out: Mapping[str, str]
    outside: Mapping[str, str]
    assumed: tuple[tuple[str, str], ...]
    assumptions: Assumptions
    labels: tuple[str, str]
    options: Options


def with_estimates(
    table: OwnTable,
    choices: Choices,
    sessions: Sequence[Session],
    row_of: np.ndarray,
    estimates: Mapping[str, Estimated],
    assumed: Assumptions,
) -> tuple[pd.DataFrame, dict[str, tuple[str, str]]]:
    """Return the table with the estimates' columns after its own, and what these hold.

    A row that is no trial of an estimated session has nulls. Where one of the names is taken, all
    of them get `PREFIX`.

    Raises
    ------
    DataError
        If they are taken even so.
    """
    first = next(iter(estimates.values())).columns
    model = assumed.model
    hazards = assumed.hazard if isinstance(assumed.hazard, tuple) else ()
    words_of = {p.name: p.words for p in model.parameters}
    about = {
        ROW: (f"'{USED}', '{NO_CHOICE}' or '{LEFT_OUT}'", "1"),
        CODE: (f"0 for {choices.labels[0]}, 1 for {choices.labels[1]}", "1"),
        **described(first, words_of, model.unit_of, choices.labels[0], hazards),
    }
    columns: dict[str, Any] = {ROW: _status(sessions, row_of), CODE: _codes(choices)}
    for name in first:
        columns[name] = np.full(len(table.frame), np.nan)
        for session in sessions:
            columns[name][session.rows] = estimates[session.name].columns[name]
    prefix = PREFIX if set(columns) & set(table.names) else ""
    taken = sorted({prefix + name for name in columns} & set(table.names))
    if taken:
        raise DataError(
            f"{table.where}: columns {taken} are there already, from estimates before. Give the "
            "table without them."
        )
    named = {prefix + name: column for name, column in columns.items()}
    # A frame of its own: the owner's is not touched.
    frame = pd.concat([table.frame, pd.DataFrame(named, index=table.frame.index)], axis=1)
    return frame, {prefix + name: text for name, text in about.items()}


def _status(sessions: Sequence[Session], row_of: np.ndarray) -> pd.api.extensions.ExtensionArray:
    """Return what became of each row, once it is known who was estimated."""
    used = np.zeros(len(row_of), dtype=bool)
    for session in sessions:
        used[session.rows] = True
    return pd.array(np.where((row_of == USED) & ~used, LEFT_OUT, row_of), dtype="str")


def _codes(choices: Choices) -> pd.api.extensions.ExtensionArray:
    code = pd.array(choices.code, dtype="Int64")
    code[choices.code < 0] = pd.NA
    return code
