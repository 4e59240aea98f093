"""Columns that nobody named and that look like blocks: they cut every session into runs of rows."""

from collections.abc import Sequence

import numpy as np

from trnn.data.columns import Columns
from trnn.data.own_table import OwnTable
from trnn.data.sessions import Session

SHORTEST = 5  # rows of a run, on average over a session


def like_blocks(
    table: OwnTable, columns: Columns, sessions: Sequence[Session]
) -> list[tuple[str, int]]:
    """Return the unused columns that may hold blocks, and how often each changes in a session.

    Such a column changes in every session, each of its values in one run of rows, and seldom; the
    number is the median over sessions.
    """
    used, found = set(columns.of.values()), []
    for name in table.names:
        if name in used:
            continue
        text = table.text(name).to_numpy()
        changes = [_changes(text[session.rows]) for session in sessions]
        if changes and all(changes):
            found.append((name, int(np.median(changes))))
    return found


def _changes(values: np.ndarray) -> int:
    """Return how often the values of a session change; 0 if they do not come as blocks do."""
    changes = int((values[1:] != values[:-1]).sum())
    in_runs = changes + 1 == len(set(values.tolist()))
    return changes if in_runs and len(values) >= SHORTEST * (changes + 1) else 0
