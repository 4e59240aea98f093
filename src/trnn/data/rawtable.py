"""A CSV file as text columns whose rows still know their line in the file."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NoReturn

import numpy as np
import pandas as pd

from trnn.errors import DataError

FIRST_LINE = 2
"""Line of the first row in the file (1-based): line 1 is the header."""

ROWS_SHOWN = 5
"""How many offending rows a message names."""


@dataclass(frozen=True)
class RawTable:
    """All cells as text, unchanged; row i stands on line i + 2 of the file `where`."""

    where: str
    cells: pd.DataFrame

    def __len__(self) -> int:
        """Return the number of rows."""
        return len(self.cells)

    def text(self, column: str) -> pd.Series:
        """Return a column's cells; a missing cell is the empty string."""
        return self.cells[column]

    def refuse(self, columns: str | Sequence[str], bad: np.ndarray, rule: str) -> NoReturn:
        """Raise `DataError` with file, columns, rule, and line and value of the first bad rows.

        `bad` is boolean, (n_rows,), with at least one True.
        """
        names = [columns] if isinstance(columns, str) else list(columns)
        rows = np.flatnonzero(bad)
        shown = "; ".join(
            f"line {row + FIRST_LINE}: "
            + ", ".join(f"{name} = {self.cells[name].iloc[row]!r}" for name in names)
            for row in rows[:ROWS_SHOWN]
        )
        label = ", ".join(f"'{name}'" for name in names)
        raise DataError(
            f"{self.where}: column {label}: {rule}. {len(rows)} of {len(self)} rows break this "
            f"rule, the first: {shown}. Mend the file, or fetch it again."
        )

    def require(self, columns: Sequence[str], layout: str) -> None:
        """Raise `DataError` unless all `columns` are there, each once."""
        names = list(self.cells.columns)
        missing = [name for name in columns if name not in names]
        if missing:
            raise DataError(
                f"{self.where}: column {', '.join(map(repr, missing))} is missing. {layout} has "
                f"the columns {list(columns)}; this file has {names}."
            )
        repeated = [name for name in columns if names.count(name) > 1]
        if repeated:
            raise DataError(
                f"{self.where}: column {', '.join(map(repr, repeated))} stands in the header "
                "more than once."
            )


def read_raw_table(content: bytes, where: str) -> RawTable:
    """Read CSV `content` (UTF-8, comma, header) as text.

    Raises
    ------
    DataError
        If the content is empty, not UTF-8 text, has no rows, or has rows of too many fields.
    """
    text = _decode(content, where).rstrip()
    if not text:
        raise DataError(f"{where}: the file is empty; expected a CSV with a header and rows.")
    header = next(csv.reader(io.StringIO(text)))
    try:
        # No `usecols`: with it pandas no longer notices rows of too many fields. Blank lines are
        # kept so that row numbers stay line numbers.
        cells = pd.read_csv(
            io.StringIO(text), dtype=str, keep_default_na=False, skip_blank_lines=False
        )
    except (pd.errors.ParserError, pd.errors.EmptyDataError) as error:
        raise DataError(f"{where}: not a CSV of equal rows ({error}).") from error
    if not isinstance(cells.index, pd.RangeIndex):
        raise DataError(
            f"{where}: line {FIRST_LINE} has more fields than the header, which has "
            f"{len(header)}: {header}."
        )
    if cells.empty:
        raise DataError(f"{where}: the file holds a header but no trials.")
    cells.columns = pd.Index(header)  # pandas renames repeated columns; keep them as they are
    return RawTable(where, cells.fillna(""))


def _decode(content: bytes, where: str) -> str:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise DataError(
            f"{where}: wrong encoding: byte 0x{content[error.start]:02x} on line {line} is not "
            "UTF-8 text. Save the file as UTF-8, or fetch it again."
        ) from error
    if "\x00" in text:
        line = text.count("\n", 0, text.index("\x00")) + 1
        raise DataError(
            f"{where}: wrong encoding: line {line} holds a NUL character, so this is not UTF-8 "
            "text (UTF-16, perhaps, or a binary file)."
        )
    return text
