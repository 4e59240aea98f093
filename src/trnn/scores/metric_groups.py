"""The groups of a metrics table."""

from collections.abc import Iterator

import pandas as pd


def groups_of(metrics: pd.DataFrame) -> Iterator[tuple[str, str, pd.DataFrame]]:
    """Yield population, group and its rows: "all" first, then each group or dynamics."""
    for population, part in metrics.groupby("population", sort=True):
        yield str(population), "all", part
        column = "group" if population == "human" else "dynamics"
        # In order of first appearance, which is the order of the data sets and of the
        # configuration.
        for name in part[column].dropna().unique():
            yield str(population), str(name), part[part[column] == name]
