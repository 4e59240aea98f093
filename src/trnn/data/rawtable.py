"""A CSV file as text columns whose rows still know their line in the file."""

import io
import re
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

CHARACTERS_SHOWN = 60
"""How much of a cell or a name a message shows."""

MAX_COLUMNS = 100
"""Most columns that are read (the widest real file has 15)."""

MAX_CELLS = 5_000_000
"""Most cells that are read (the largest real file has 2 million)."""

# A cell is quoted as a whole or not at all, and holds no line end: so a row is a line, and every
# reader sees the same cells. Possessive, so that a hostile line costs no more than its length.
_CELL = r'(?:"[^"]*+"|[^",]*+)'
_ROW = re.compile(rf"{_CELL}(?:,{_CELL})*+")


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
            + ", ".join(f"{name} = {_shown(self.cells[name].iloc[row])}" for name in names)
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
                f"the columns {list(columns)}; this file has [{', '.join(map(_shown, names))}]."
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
        If the content is empty, not UTF-8 text, has no rows, more cells than a study's file could
        have, rows of too many fields, or quotes that do not enclose a cell.
    """
    text = _decode(content, where).rstrip().replace("\r\n", "\n").replace("\r", "\n")
    if not text:
        raise DataError(f"{where}: the file is empty; expected a CSV with a header and rows.")
    _refuse_oversized(text, where)
    _refuse_quotes(text, where)
    try:
        # The header is read as a row: as a header pandas renames repeated columns and takes a
        # first row of too many fields for one with an index. No `usecols`: with it pandas no
        # longer notices rows of too many fields. Blank lines are kept so that row numbers stay
        # line numbers.
        rows = pd.read_csv(
            io.StringIO(text), header=None, dtype=str, keep_default_na=False, skip_blank_lines=False
        ).fillna("")
    except (pd.errors.ParserError, pd.errors.EmptyDataError) as error:
        raise DataError(
            f"{where}: not a CSV of equal rows: the first line is blank, or a line has more fields "
            f"than the header ({str(error).strip()})."
        ) from error
    if len(rows) == 1:
        raise DataError(f"{where}: the file holds a header but no trials.")
    cells = rows.iloc[1:].reset_index(drop=True)
    cells.columns = pd.Index(rows.iloc[0].tolist(), dtype=object)
    return RawTable(where, cells)


def _refuse_oversized(text: str, where: str) -> None:
    n_columns = text.partition("\n")[0].count(",") + 1
    if n_columns > MAX_COLUMNS:
        raise DataError(f"{where}: line 1 has {n_columns} columns; at most {MAX_COLUMNS} are read.")
    n_cells = text.count(",") + text.count("\n") + 1
    if n_cells > MAX_CELLS:
        raise DataError(f"{where}: the file has {n_cells} cells; at most {MAX_CELLS} are read.")


def _refuse_quotes(text: str, where: str) -> None:
    if '"' not in text:
        return
    for number, line in enumerate(text.split("\n"), start=1):
        if '"' in line and not _ROW.fullmatch(line):
            raise DataError(
                f"{where}: not a CSV of equal rows: a quote on line {number} is not closed on that "
                f"line or stands within a cell: {_shown(line)}."
            )


def _shown(cell: str) -> str:
    return repr(cell if len(cell) <= CHARACTERS_SHOWN else cell[:CHARACTERS_SHOWN] + "…")


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
