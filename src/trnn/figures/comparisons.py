"""Rows of the bar figures: means of a measure by estimator, and marks from the statistics."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

import numpy as np
import pandas as pd

from trnn.estimators.registry import FOCUS, methods
from trnn.figures.marks import LEGEND, mark_row, statistics_of
from trnn.figures.palette import estimator_name, estimator_of
from trnn.figures.source import combine, each, rows
from trnn.statistics.intervals import mean_intervals

MARKS_NOTE = f"Marks: against the t-RNN, Wilcoxon signed-rank, Holm-corrected ({LEGEND})."


def present(metrics: pd.DataFrame, population: str) -> list[str]:
    """Return the estimators of a population that are drawn as bars."""
    there = set(metrics.loc[metrics["population"] == population, "estimator"])
    return [name for name in methods() if name in there]


def groups(metrics: pd.DataFrame, population: str) -> list[str]:
    """Return 'all', then each group of people or dynamics of agents by first appearance."""
    part = metrics[metrics["population"] == population]
    return ["all", *(str(name) for name in part[_grouping(population)].dropna().unique())]


def means(metrics: pd.DataFrame, population: str, group: str, measure: str) -> pd.DataFrame:
    """Return estimator, mean, ci_low, ci_high, n over a group's subjects; nulls are left out."""
    part = metrics[metrics["population"] == population]
    if group != "all":
        part = part[part[_grouping(population)] == group]
    values = part[["estimator", measure]].rename(columns={measure: "value"})
    values["value"] = values["value"].astype(float)
    return mean_intervals(values.dropna(), ["estimator"])


def bar_rows(
    table: pd.DataFrame, axis: str, panel: str, positions: dict[str, float], category: str
) -> pd.DataFrame:
    """Return a bar for each estimator of `positions` (its x) that `table` of `means` holds.

    `axis` is the label of the vertical axis.
    """
    return _estimator_rows(table, axis, panel, "bar", list(positions), positions, category)


def reference_rows(
    table: pd.DataFrame, axis: str, panel: str, estimators: Sequence[str]
) -> pd.DataFrame:
    """Return reference lines at the means of `estimators`, where there are any."""
    return _estimator_rows(table, axis, panel, "reference", estimators, {}, "")


def mark_rows(
    statistics: pd.DataFrame,
    population: str,
    group: str,
    measure: str,
    bars: pd.DataFrame,
    against: Mapping[str, str] = MappingProxyType({}),
) -> pd.DataFrame:
    """Return the marks over a group's bars, from each estimator's comparison with the t-RNN.

    `against` names estimators that are compared with another one than the t-RNN, and with which. A
    bar without a comparison in the statistics gets no mark.
    """
    found = {}
    for kind in ("estimators", "variants"):
        for row in statistics_of(
            statistics, kind=kind, population=population, group=group, measure=measure
        ):
            found[frozenset((row.estimator_a, row.estimator_b))] = row
    return combine(
        [
            mark_row(
                found[pair],
                bar.panel,
                bar.series,
                x=bar.x,
                x_label=bar.x_label,
                y=float(np.fmax(bar.y, bar.y_high)),
                n=bar.n,
                y_axis=bar.y_axis,
            )
            for bar in each(bars)
            if (pair := _pair(bar.series, against)) in found
        ]
    )


def _pair(series: str, against: Mapping[str, str]) -> frozenset[str]:
    estimator = estimator_of(series)
    return frozenset((estimator, against.get(estimator, FOCUS)))


def _estimator_rows(
    table: pd.DataFrame,
    axis: str,
    panel: str,
    kind: str,
    estimators: Sequence[str],
    positions: dict[str, float],
    category: str,
) -> pd.DataFrame:
    found = {row.estimator: row for row in each(table)}
    return combine(
        [
            rows(
                panel,
                kind,
                estimator_name(name),
                x=positions.get(name),
                x_label=category or None,
                y=found[name].mean,
                y_low=found[name].ci_low,
                y_high=found[name].ci_high,
                n=found[name].n,
                y_axis=axis,
            )
            for name in estimators
            if name in found
        ]
    )


def _grouping(population: str) -> str:
    return "group" if population == "human" else "dynamics"
