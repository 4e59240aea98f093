"""Marks under curves: the clusters of trials in which two conditions differ."""

import numpy as np
import pandas as pd

from trnn.figures.marks import mark_row, statistics_of
from trnn.figures.source import combine

LEVEL = 0.05
REACH = 0.2  # how far a bar reaches beyond its first and last trial
BELOW = 0.16  # distance under the lowest curve, as a share of the curves' range


def cluster_marks(
    statistics: pd.DataFrame,
    measure: str,
    sides: tuple[str, str],
    shift: int,
    lines: pd.DataFrame,
    limits: tuple[float, float] = (-np.inf, np.inf),
) -> pd.DataFrame:
    """Return a mark under the curves for each cluster of a measure's course.

    Clusters that the corrected p does not bear out are left out; if none is left, that with the
    smallest p is marked as not significant.

    Parameters
    ----------
    sides : what the clusters compare, first and second
    shift : what is added to their first and last trial to place them on the figure's axis
    lines : the rows of the curves
    limits : lowest and highest value that the panel shows, whatever the intervals
    """
    keys = {"measure": measure, "side_a": sides[0], "side_b": sides[1]}
    found = [
        (row, float(row.first) + shift, float(row.last) + shift)
        for row in statistics_of(statistics, kind="course", **keys)
        if pd.notna(row.first)
    ]
    if not found or lines.empty:
        return combine([])
    found.sort(key=lambda item: (item[0].p_holm, item[1]))
    kept = [item for item in found if item[0].p_holm < LEVEL] or found[:1]
    low = max(limits[0], float(np.nanmin(lines[["y", "y_low"]].to_numpy(dtype=float))))
    high = min(limits[1], float(np.nanmax(lines[["y", "y_high"]].to_numpy(dtype=float))))
    place = {"y": low - BELOW * (high - low), "x_axis": str(lines["x_axis"].iloc[0])}
    panel = str(lines["panel"].iloc[0])
    return combine(
        [
            mark_row(
                row,
                panel,
                str(row.contrast),
                with_p=True,
                x=(first + last) / 2,
                x_low=first - REACH,
                x_high=last + REACH,
                **place,
            )
            for row, first, last in kept
        ]
    )
