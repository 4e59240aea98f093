"""Whether two results folders hold the same numbers: every table, value for value.

Metadata, logs and times are not compared; a table may have another name in the second folder.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from trnn.errors import TableError
from trnn.tables.parquet import read_table

SAME, EXTENDED, DIFFERENT, ABSENT, NEW = "same", "extended", "different", "absent", "new"
# Columns of wall time: the only ones that differ between equal runs.
TIMES = frozenset({"seconds"})


@dataclass(frozen=True)
class Comparison:
    """A table of the first folder (of the second, if new), the outcome, and why.

    A table is extended if the second folder's has additional columns and is otherwise the same.
    """

    file: str
    outcome: str
    reason: str = ""


def compare(first: Path, second: Path, renamed: Mapping[str, str]) -> list[Comparison]:
    """Return the outcome for every Parquet table of two results folders, by name.

    Parameters
    ----------
    first, second : folders
    renamed : old text -> new text
        Texts in names of the first folder's files, and what the second folder has instead; applied
        in this order.

    Raises
    ------
    TableError
        If a folder holds no table, or a table cannot be read.
    """
    old, new = (dict(_tables(folder)) for folder in (first, second))
    for folder, found in ((first, old), (second, new)):
        if not found:
            raise TableError(f"{folder}: no Parquet table below it; expected a results folder.")
    out, known = [], set[str]()
    for name, path in old.items():
        there = name
        for text, other in renamed.items():
            there = there.replace(text, other)
        known.add(there)
        if there not in new:
            out.append(Comparison(name, ABSENT, f"there is no {there} in {second}"))
            continue
        shown = name if there == name else f"{name} = {there}"
        out.append(Comparison(shown, *_compared(read_table(path), read_table(new[there]))))
    out += [Comparison(name, NEW, f"not in {first}") for name in new if name not in known]
    return sorted(out, key=lambda found: found.file)


def _tables(folder: Path) -> Iterator[tuple[str, Path]]:
    for path in sorted(folder.rglob("*.parquet")):
        yield path.relative_to(folder).as_posix(), path


def _compared(a: pd.DataFrame, b: pd.DataFrame) -> tuple[str, str]:
    """Return the outcome for two tables, and in words where they differ."""
    if len(a) != len(b):
        return DIFFERENT, f"{len(a)} and {len(b)} rows"
    problems = [f"no column {name}" for name in a.columns if name not in b.columns]
    for name in a.columns:
        if name in b.columns and name not in TIMES:
            problems += _in_column(name, a[name], b[name])
    more = [f"a column {name} more" for name in b.columns if name not in a.columns]
    outcome = DIFFERENT if problems else EXTENDED if more else SAME
    return outcome, "; ".join([*problems, *more])


def _in_column(name: str, a: pd.Series, b: pd.Series) -> list[str]:
    null = a.isna().to_numpy(), b.isna().to_numpy()
    old, new = (values.to_numpy(dtype=object) for values in (a, b))
    with np.errstate(invalid="ignore"):
        equal = (old == new) | (null[0] & null[1])
    if equal.all():
        return []
    row = int(np.flatnonzero(~equal)[0])
    return [
        f"{name}: {int((~equal).sum())} of {len(a)} values differ, first in row {row}: "
        f"{old[row]!r} and {new[row]!r}"
    ]
