"""Rows of the map that do not depend on where their errors come from."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from trnn.checks.identifiability.cells import Cells
from trnn.checks.identifiability.identifiability_table import UNRECOVERED
from trnn.tables.schema import TableSchema

Array = np.ndarray


def prior_variance(cells: Cells) -> Array:
    """Return the variance of the uniform prior, (d,): the error of its mean."""
    return cells.width**2 / 12.0


def overall_row(interval: tuple[float, float, float], variance: float) -> dict[str, Any]:
    """Return the columns of an overall row for a relative error, given as mean and interval."""
    error, low, high = interval
    return {
        "kind": "overall",
        "relative_error": error,
        "relative_error_ci_low": low,
        "relative_error_ci_high": high,
        "prior_error": 1.0,
        "relative_variance": variance,
        "recovered": bool(error <= UNRECOVERED),
    }


def cell_rows(
    names: Sequence[str], cells: Cells, i: int, error: Array, variance: Array
) -> list[dict[str, Any]]:
    """Return a row a cell of parameter `i`: relative errors and variances (n_cells,)."""
    low, high = cells.bounds()
    middle = cells.low[i] + cells.width[i] / 2
    # The mean of (x - middle)^2 over [a, b] is ((b - m)^3 - (a - m)^3) / (3 (b - a)).
    cube = (high[:, i] - middle) ** 3 - (low[:, i] - middle) ** 3
    prior_error = cube / (3 * (high[:, i] - low[:, i])) / prior_variance(cells)[i]
    rows = []
    for c in range(cells.n):
        ends = {f"{name}_low": low[c, k] for k, name in enumerate(names)}
        ends |= {f"{name}_high": high[c, k] for k, name in enumerate(names)}
        values = {"relative_error": error[c], "relative_variance": variance[c]}
        rows.append({"kind": "cell", **values, "prior_error": prior_error[c], **ends})
    return rows


def table_of(
    rows: Sequence[Mapping[str, Any]], names: Sequence[str], schema: TableSchema, cells: Cells
) -> pd.DataFrame:
    """Return rows as a table with all columns of `schema`; rows of no cell get the ranges."""
    frame = pd.DataFrame(rows).reindex(columns=schema.names())
    for i, name in enumerate(names):
        for end, value in (("low", cells.low[i]), ("high", cells.low[i] + cells.width[i])):
            frame[f"{name}_{end}"] = frame[f"{name}_{end}"].astype(float).fillna(value)
    frame["other"] = frame["other"].astype("str")
    frame["recovered"] = frame["recovered"].astype("boolean")
    return frame
