"""Rows of the tables of tests as a frame."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from trnn.statistics.statistics_table import STATISTICS
from trnn.tables.schema import FLOAT, STRING, TableSchema


def statistics_frame(rows: Sequence[Mapping[str, Any]], experiment: str) -> pd.DataFrame:
    """Return rows as a frame with every column of the statistics table, and their ids.

    What a row lacks is null. Strings keep None for null.
    """
    frame = pd.DataFrame(list(rows), columns=STATISTICS.names())
    keys = ["population", "group", "measure", "contrast"]
    frame["id"] = [f"{experiment}/" + "/".join(map(str, key)) for key in frame[keys].to_numpy()]
    return typed(frame, STATISTICS)


def typed(frame: pd.DataFrame, schema: TableSchema) -> pd.DataFrame:
    """Return a frame of a table's texts and numbers in the table's types; texts keep None."""
    out = frame.copy()
    for column in schema.columns:
        if column.type == STRING:
            values = out[column.name].astype(object)
            out[column.name] = values.where(values.notna(), None)
        elif column.type == FLOAT:
            out[column.name] = out[column.name].astype(float)
        else:
            out[column.name] = out[column.name].astype("Int64" if column.nullable else np.int64)
    return out
