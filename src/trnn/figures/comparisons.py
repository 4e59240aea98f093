"""Rows of the bar figures: means of a measure by estimator, and marks from the statistics."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from trnn.analysis.intervals import mean_intervals
from trnn.figures.labels import measure_label
from trnn.figures.source import combine, each, rows
from trnn.figures.style import estimator_name

COMPARED = ("mle", "filter", "bayes", "trnn", "drnn")
"""Estimators that are drawn as bars, in order; those without metrics are left out."""

FOCUS = "trnn"
"""The estimator that the marks compare the others with."""

_LIMITS = ((0.001, "***"), (0.01, "**"), (0.05, "*"))
# A mark and its limit stay on one line of the note (no-break spaces).
_LEGEND = ", ".join(f"{mark}\u00a0p\u00a0<\u00a0{limit}" for limit, mark in _LIMITS)
MARKS_NOTE = (
    "Marks: against the t-RNN, Wilcoxon signed-rank, Holm-corrected "
    f"({_LEGEND}, n.s.\u00a0otherwise)."
)


def present(metrics: pd.DataFrame, population: str) -> list[str]:
    """Return the estimators of a population that are drawn as bars."""
    there = set(metrics.loc[metrics["population"] == population, "estimator"])
    return [name for name in COMPARED if name in there]


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
    table: pd.DataFrame, measure: str, panel: str, positions: dict[str, float], category: str
) -> pd.DataFrame:
    """Return a bar for each estimator of `positions` (its x) that `table` of `means` holds."""
    return _estimator_rows(table, measure, panel, "bar", list(positions), positions, category)


def reference_rows(
    table: pd.DataFrame, measure: str, panel: str, estimators: Sequence[str]
) -> pd.DataFrame:
    """Return reference lines at the means of `estimators`, where there are any."""
    return _estimator_rows(table, measure, panel, "reference", estimators, {}, "")


def mark_rows(
    statistics: pd.DataFrame, population: str, group: str, measure: str, bars: pd.DataFrame
) -> pd.DataFrame:
    """Return the marks of a group's bars: that of each estimator's comparison with the t-RNN.

    A bar without a comparison in the statistics gets no mark.
    """
    here = statistics[
        (statistics["population"] == population)
        & (statistics["group"] == group)
        & (statistics["measure"] == measure)
    ]
    p_holm: dict[str, float] = {}
    for row in each(here):
        pair = {row.estimator_a, row.estimator_b}
        if FOCUS in pair and len(pair) == 2:
            (other,) = pair - {FOCUS}
            p_holm[estimator_name(other)] = float(row.p_holm)
    return combine(
        [
            rows(
                bar.panel,
                "mark",
                bar.series,
                x=bar.x,
                x_label=bar.x_label,
                y=float(np.fmax(bar.y, bar.y_high)),
                n=bar.n,
                label=mark_of(p_holm[bar.series]),
                y_axis=bar.y_axis,
            )
            for bar in each(bars)
            if bar.series in p_holm
        ]
    )


def mark_of(p_holm: float) -> str:
    """Return the mark of a corrected p: ``***`` < 0.001, ``**`` < 0.01, ``*`` < 0.05, n.s."""
    for limit, mark in _LIMITS:
        if p_holm < limit:
            return mark
    return "n.s."


def _estimator_rows(
    table: pd.DataFrame,
    measure: str,
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
                y_axis=measure_label(measure),
            )
            for name in estimators
            if name in found
        ]
    )


def _grouping(population: str) -> str:
    return "group" if population == "human" else "dynamics"
