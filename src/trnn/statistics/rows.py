"""Rows of the tables of tests as a frame."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from trnn.statistics.statistics_table import STATISTICS
from trnn.tables.schema import FLOAT, STRING


def statistics_frame(rows: Sequence[Mapping[str, Any]], experiment: str) -> pd.DataFrame:
    """Return rows as a frame with every column of the statistics table, and their ids.

    What a row lacks is null. Strings keep None for null.
    """
    frame = pd.DataFrame(list(rows), columns=STATISTICS.names())
    keys = ["population", "group", "measure", "contrast"]
    frame["id"] = [f"{experiment}/" + "/".join(map(str, key)) for key in frame[keys].to_numpy()]
    for column in STATISTICS.columns:
        if column.type == STRING:
            values = frame[column.name].astype(object)
            frame[column.name] = values.where(values.notna(), None)
        elif column.type == FLOAT:
            frame[column.name] = frame[column.name].astype(float)
        else:
            frame[column.name] = frame[column.name].astype("Int64" if column.nullable else np.int64)
    return frame
