"""A text file of rows and columns, whatever its separator and its encoding, as cells."""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from trnn.data.hints import hint
from trnn.errors import DataError

SEPARATORS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar", " ": "space"}
SAMPLE = 100  # rows by which the separator is found
WORKBOOK = b"PK\x03\x04"


@dataclass(frozen=True)
class Cells:
    """The cells of a text file.

    `header` has a name a column; `rows` as many cells each; `lines` the line (1-based) on which a
    row begins; `notes` what was found out about the file.
    """

    header: list[str]
    rows: list[list[str]]
    lines: list[int]
    notes: tuple[str, ...]


def read_cells(
    content: bytes, where: str, separator: str | None = None, described_by: str | None = None
) -> Cells:
    """Read a text file with a header.

    Parameters
    ----------
    content : bytes
        UTF-8, UTF-16 with a mark, or else Windows-1252.
    where : str
        What messages call the file.
    separator : str, optional
        Found by the first rows if it is not given.
    described_by : str, optional
        See `trnn.data.hints`.

    Raises
    ------
    DataError
        If it is not text, empty, or its rows do not have as many cells as the header.
    """
    text, notes = _decode(content, where)
    if not text.strip():
        raise DataError(f"{where}: the file is empty; expected a header and a row for each trial.")
    first, _, rest = text.partition("\n")
    skipped = 0
    if first.strip().lower().startswith("sep=") and len(first.strip()) == 5:
        # Excel's own way to say it.
        separator, text, skipped = separator or first.strip()[4], rest, 1
    separator = separator or _separator(text)
    if separator != ",":
        notes = (*notes, f"cells are separated by {SEPARATORS.get(separator, repr(separator))}s")
    say = hint("separator", described_by)
    numbered = list(_rows(text, separator, where, skipped, say))
    if not numbered:
        raise DataError(f"{where}: the file is empty; expected a header and a row for each trial.")
    (_, header), *body = numbered
    if not body:
        raise DataError(f"{where}: the file holds a header but no trials.")
    if all(len(row) == len(header) + 1 for _, row in body):
        header = ["row", *header]  # R writes the names of rows without a name above them
    for line, row in body:
        if len(row) != len(header):
            raise DataError(
                f"{where}: line {line} has {len(row)} cells, expected {len(header)}, as in the "
                f"header ({SEPARATORS.get(separator, repr(separator))}s were taken as separators). "
                f"Mend the line, or give {say}."
            )
    header = _distinct([name.strip() for name in header])
    return Cells(header, [row for _, row in body], [line for line, _ in body], notes)


def _decode(content: bytes, where: str) -> tuple[str, tuple[str, ...]]:
    if content.startswith(WORKBOOK):
        raise DataError(
            f"{where}: this is an Excel workbook or another archive, expected text. Save the sheet "
            "as CSV and give that file."
        )
    notes: tuple[str, ...] = ()
    try:
        if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
            text = content.decode("utf-16")
        else:
            text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", errors="replace")
        notes = ("the file is not UTF-8 text and was read as Windows-1252",)
    if "\x00" in text:
        line = text.count("\n", 0, text.index("\x00")) + 1
        raise DataError(
            f"{where}: line {line} holds a NUL character, so this is not a text file. Save it as "
            "CSV in UTF-8, or give a Parquet file."
        )
    return text.replace("\r\n", "\n").replace("\r", "\n"), notes


def _separator(text: str) -> str:
    """Return the separator by which most of the first rows have the header's number of cells."""
    start = "\n".join(text.split("\n")[: 2 * SAMPLE])
    best, found = (0.0, 1), ","
    for candidate in SEPARATORS:
        try:
            rows = [row for _, row in zip(range(SAMPLE), _reader(start, candidate), strict=False)]
        except csv.Error:
            continue
        rows = [row for row in rows if any(cell.strip() for cell in row)]
        n = len(rows[0]) if rows else 0
        if n < 2 or len(rows) < 2:
            continue
        alike = sum(len(row) in (n, n + 1) for row in rows) / len(rows)
        if (alike, n) > best:
            best, found = (alike, n), candidate
    return found


def _reader(text: str, separator: str) -> Any:
    spaced = separator == " "
    return csv.reader(io.StringIO(text), delimiter=separator, skipinitialspace=spaced, strict=True)


def _rows(
    text: str, separator: str, where: str, skipped: int, say: str
) -> Iterator[tuple[int, list[str]]]:
    """Yield the line on which each row begins, and its cells; rows without content are left out."""
    try:
        reader = _reader(text, separator)
    except TypeError as error:
        raise DataError(
            f"separator {separator!r}: expected one character, for example ';'."
        ) from error
    line = 1
    while True:
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise DataError(
                f"{where}: line {reader.line_num + skipped}: a quote is not closed, or stands "
                f"within a cell ({error}). Mend the line, or give {say}."
            ) from error
        if any(cell.strip() for cell in row):
            yield line + skipped, row
        line = reader.line_num + 1


def _distinct(names: list[str]) -> list[str]:
    """Return the header with a number after names that have stood before."""
    seen: dict[str, int] = {}
    out = []
    for name in names:
        n = seen.get(name, 0)
        seen[name] = n + 1
        out.append(f"{name}.{n}" if n else name)
    return out
