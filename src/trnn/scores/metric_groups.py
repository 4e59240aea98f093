"""The groups of a metrics table."""

from collections.abc import Iterator

import pandas as pd

from trnn.trials.halves import REPORTING, REPORTING_HALF


def groups_of(metrics: pd.DataFrame) -> Iterator[tuple[str, str, pd.DataFrame]]:
    """Yield population, group and its rows: "all", then each group or dynamics.

    Where settings were chosen on half of the people, the other half comes before all of them.
    """
    for population, part in metrics.groupby("population", sort=True):
        reporting = part[of_reporting_half(part)]
        if len(reporting):
            yield str(population), REPORTING_HALF, reporting
        yield str(population), "all", part
        column = "group" if population == "human" else "dynamics"
        # In order of first appearance, which is the order of the data sets and of the
        # configuration.
        for name in part[column].dropna().unique():
            yield str(population), str(name), part[part[column] == name]


def of_reporting_half(metrics: pd.DataFrame) -> pd.Series:
    """Return of which rows the subject had no part in choosing settings, (n_rows,) of bool.

    None has, where nothing was chosen on people.
    """
    if "half" not in metrics:
        return pd.Series(False, index=metrics.index)
    return (metrics["half"] == REPORTING).astype(bool)
