"""Building the table behind a figure."""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import pandas as pd

from trnn.figures.schemas import FIGURE
from trnn.tables.schema import FLOAT, INTEGER

COLUMNS = FIGURE.names()


def rows(panel: str, kind: str, series: str, **columns: Any) -> pd.DataFrame:
    """Return rows of one panel, kind and series; `columns` are scalars or sequences (n_rows,).

    They have the columns that are given; `combine` adds the others.
    """
    lengths = [len(v) for v in columns.values() if not np.isscalar(v) and v is not None]
    n = lengths[0] if lengths else 1
    data = {name: _column(value, n) for name, value in columns.items()}
    return pd.DataFrame({"panel": [panel] * n, "kind": kind, "series": series, **data})


def combine(parts: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Return parts one under another, with every column of the schema and its type."""
    filled = [part for part in parts if len(part)]
    frame = (
        pd.concat(filled, ignore_index=True).reindex(columns=COLUMNS)
        if filled
        else pd.DataFrame(columns=COLUMNS)
    )
    for column in FIGURE.columns:
        if column.type == FLOAT:
            frame[column.name] = frame[column.name].astype(float)
        elif column.type == INTEGER:
            frame[column.name] = frame[column.name].astype("Int64")
        else:
            frame[column.name] = frame[column.name].astype("str")
    return frame


def pick(source: pd.DataFrame, **values: str) -> pd.DataFrame:
    """Return the rows whose columns have the given values."""
    keep = np.ones(len(source), dtype=bool)
    for column, value in values.items():
        keep &= (source[column] == value).to_numpy(dtype=bool, na_value=False)
    return source[keep]


def each(table: pd.DataFrame) -> Iterator[Any]:
    """Yield the rows of a table, their columns as attributes."""
    yield from table.itertuples()


def tallest(table: pd.DataFrame) -> float:
    """Return the greatest height or end of an interval; 0 for an empty table."""
    heights = table[["y", "y_high"]].to_numpy(dtype=float)
    return float(np.nanmax(heights)) if np.isfinite(heights).any() else 0.0


def _column(value: Any, n: int) -> Any:
    return [value] * n if np.isscalar(value) or value is None else np.asarray(value)
