"""A table as its owner has it: all of its columns, and where each row stands."""

import io
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet as pq

from trnn.data.hints import hint
from trnn.data.separated import read_cells
from trnn.errors import DataError

Array = np.ndarray

PARQUET = b"PAR1"
ROWS_SHOWN = 3
CHARACTERS_SHOWN = 40


@dataclass(frozen=True)
class OwnTable:
    """A table of n rows.

    Parameters
    ----------
    where : what messages call it
    frame : its columns as they came; those of a text file are texts
    unit, places : (n,), the "line" of a file or the "row" of a table that a row is
    notes : what was found out about the file
    described_by : the data set's file that says what the columns are; None: a command line does
    """

    where: str
    frame: pd.DataFrame
    unit: str
    places: Array
    notes: tuple[str, ...] = ()
    described_by: str | None = None

    @property
    def names(self) -> list[str]:
        """The columns' names as texts."""
        return [str(name) for name in self.frame.columns]

    def text(self, name: str) -> pd.Series:
        """Return a column as texts without space around them, (n,); a missing cell is empty."""
        values = self.frame.iloc[:, self.names.index(name)].reset_index(drop=True)
        missing = values.isna()
        if pd.api.types.is_float_dtype(values.dtype):
            # A column of whole numbers with gaps is one of floats.
            texts = values.map(lambda x: str(int(x)) if float(x).is_integer() else repr(float(x)))
        else:
            texts = values.astype(object).map(str)
        return texts.mask(missing, "").astype(object).str.strip()

    def hint(self, setting: str, value: str = "NAME") -> str:
        """Return how a person says a setting, for a message: see `trnn.data.hints`."""
        return hint(setting, self.described_by, value)

    def at(self, row: int) -> str:
        """Return where a row stands, for a message."""
        return f"{self.unit} {self.places[row]}"

    def shown(self, name: str, rows: Sequence[int] | Array) -> str:
        """Return the first of some rows with their cells, for a message."""
        texts = self.text(name)
        some = [f"{self.at(row)}: {short(texts.iloc[row])}" for row in rows[:ROWS_SHOWN]]
        more = f" and {len(rows) - ROWS_SHOWN} more" if len(rows) > ROWS_SHOWN else ""
        return "; ".join(some) + more


def short(text: str) -> str:
    """Return a cell as messages show it."""
    return repr(text if len(text) <= CHARACTERS_SHOWN else text[:CHARACTERS_SHOWN] + "…")


def read_own(path: str | Path, separator: str | None = None) -> OwnTable:
    """Read a CSV, TSV or other text file, or a Parquet file.

    Raises
    ------
    DataError
        If it is absent, unreadable or not such a file.
    """
    path = Path(path)
    try:
        content = path.read_bytes()
    except OSError as error:
        why = "no such file" if isinstance(error, FileNotFoundError) else f"cannot read it: {error}"
        raise DataError(f"{path}: {why}; expected a text file (CSV, TSV) or Parquet.") from error
    return own_table(content, str(path), separator)


def own_table(
    content: bytes, where: str, separator: str | None = None, described_by: str | None = None
) -> OwnTable:
    """Return a file's content as such a table; `where` is what messages call the file.

    Raises
    ------
    DataError
        If it is neither text with a header and rows, nor Parquet.
    """
    if content.startswith(PARQUET):
        try:
            # What pandas keeps as an index is a column of the owner's too.
            frame = pq.read_table(io.BytesIO(content)).to_pandas(ignore_metadata=True)
        except Exception as error:  # a damaged file raises whatever its bytes lead to
            raise DataError(f"{where}: not a readable Parquet file ({error}).") from error
        return replace(from_frame(frame, where), described_by=described_by)
    cells = read_cells(content, where, separator, described_by)
    frame = pd.DataFrame(cells.rows, columns=pd.Index(cells.header, dtype=object), dtype=object)
    return OwnTable(where, frame, "line", np.array(cells.lines), cells.notes, described_by)


def from_frame(frame: pd.DataFrame, where: str = "the frame") -> OwnTable:
    """Return a frame as such a table; its rows are counted from 0.

    Raises
    ------
    DataError
        If it has no rows, or columns of one name.
    """
    if not len(frame):
        raise DataError(f"{where}: no rows; expected one for each trial.")
    names = [str(name) for name in frame.columns]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise DataError(f"{where}: columns {twice} stand there more than once; rename them.")
    return OwnTable(where, frame, "row", np.arange(len(frame)))
