"""What a table is: its columns with their types, meanings, units and allowed values."""

from dataclasses import dataclass
from typing import Any

import pyarrow as pa

STRING, INTEGER, FLOAT, BOOLEAN = pa.string(), pa.int64(), pa.float64(), pa.bool_()


@dataclass(frozen=True)
class Column:
    """One column: Arrow type, meaning, unit, and what values it may hold.

    `allowed` lists the permitted values; `low` and `high` are inclusive bounds. Nulls (NaN for
    numbers) are refused unless `nullable`.
    """

    name: str
    type: pa.DataType
    description: str
    unit: str = ""
    nullable: bool = False
    allowed: tuple[Any, ...] | None = None
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True)
class TableSchema:
    """A table: its name, the file pattern below the results folder, what a row is, its columns."""

    name: str
    path: str
    row: str
    columns: tuple[Column, ...]

    def names(self) -> list[str]:
        """Return the column names in order."""
        return [column.name for column in self.columns]
