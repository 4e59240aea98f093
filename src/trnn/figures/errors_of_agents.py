"""How well each estimator predicts simulated agents and recovers their parameters."""

from collections.abc import Mapping

import pandas as pd
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from trnn.config.dynamics import Range
from trnn.figures import artists, palette, style
from trnn.figures.about import About
from trnn.figures.comparisons import (
    MARKS_NOTE,
    bar_rows,
    groups,
    mark_rows,
    means,
    present,
    reference_rows,
)
from trnn.figures.labels import dynamics_label, measure_label
from trnn.figures.source import combine, pick, tallest

POPULATION = "test"
DASHES = {palette.ESTIMATOR_NAMES["oracle"]: ":", palette.ESTIMATOR_NAMES["prior"]: "--"}
NOTE = (
    "Mean and 95 % CI over agents; dashed and dotted: the prior mean and the true choice "
    f"probabilities. {MARKS_NOTE}"
)


def source(
    metrics: pd.DataFrame, statistics: pd.DataFrame, parameters: Mapping[str, Range]
) -> pd.DataFrame:
    """Return bars, references and marks of each measure (rows) and dynamics (columns)."""
    positions = {name: float(i) for i, name in enumerate(present(metrics, POPULATION))}
    parts = []
    for measure in ("bce", *(f"mse_{name}" for name in parameters)):
        axis = measure_label(measure, parameters)
        for group in groups(metrics, POPULATION):
            panel = f"{measure}, {group}"
            table = means(metrics, POPULATION, group, measure)
            bars = bar_rows(table, axis, panel, positions, dynamics_label(group))
            # The true parameters bound how well choices can be predicted, the prior's mean how
            # large errors are.
            limit = "oracle" if measure == "bce" else "prior"
            parts += [
                bars,
                reference_rows(table, axis, panel, [limit]),
                mark_rows(statistics, POPULATION, group, measure, bars),
            ]
    return combine(parts)


def draw(tables: Mapping[str, pd.DataFrame], about: About) -> tuple[Figure, pd.DataFrame]:
    """Draw the figure from `metrics` and `statistics`; return it with its numbers."""
    metrics = tables["metrics"]
    table = source(metrics, tables["statistics"], about.parameters)
    columns = groups(metrics, POPULATION)
    measures = ["bce", *(f"mse_{name}" for name in about.parameters)]
    figure = style.new_figure(style.DOUBLE_COLUMN, 14 + 40 * len(measures))
    panels = figure.subplots(len(measures), len(columns), sharey="row", squeeze=False)
    for i, measure in enumerate(measures):
        for j, group in enumerate(columns):
            axes = panels[i, j]
            _panel(axes, pick(table, panel=f"{measure}, {group}"))
            if i == 0:
                axes.set_title(dynamics_label(group))
        panels[i, 0].set_ylabel(measure_label(measure, about.parameters))
        own = table[table["panel"].str.startswith(f"{measure},")]
        panels[i, 0].set_ylim(0, 1.12 * tallest(own) or 1.0)
    figure.align_ylabels()
    _legend(figure, table)
    style.add_note(figure, NOTE)
    return figure, table


def _panel(axes: Axes, rows: pd.DataFrame) -> None:
    artists.reference(axes, pick(rows, kind="reference"), DASHES)
    artists.bars(axes, pick(rows, kind="bar"))
    artists.marks(axes, pick(rows, kind="mark"))
    axes.set_xticks([])
    axes.spines["bottom"].set_visible(False)
    if pick(rows, kind="bar").empty:
        style.say_empty(axes, "no such agents")


def _legend(figure: Figure, table: pd.DataFrame) -> None:
    handles: list[Artist] = [artists.bar_handle(name) for name in artists.series_of(table, "bar")]
    handles += [
        artists.line_handle(name, linestyle=DASHES[name], linewidth=0.9)
        for name in artists.series_of(table, "reference")
    ]
    if handles:
        figure.legend(handles=handles, loc="outside upper center", ncols=len(handles))
