"""How well each estimator predicts people's choices."""

import math
from collections.abc import Mapping

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from trnn.figures import artists, style
from trnn.figures.about import About
from trnn.figures.comparisons import MARKS_NOTE, bar_rows, groups, mark_rows, means, present
from trnn.figures.labels import measure_label
from trnn.figures.source import combine, pick, tallest

POPULATION, MEASURE, PANEL = "human", "bce", "prediction of choices"
MOST = 5  # names of estimators that stand side by side
NOTE = f"Mean and 95 % CI over people. {MARKS_NOTE}"


def source(metrics: pd.DataFrame, statistics: pd.DataFrame) -> pd.DataFrame:
    """Return bars and marks: the groups side by side, in each the estimators."""
    estimators = present(metrics, POPULATION)
    parts = []
    for place, group in enumerate(groups(metrics, POPULATION)):
        first = place * (len(estimators) + 1.0)
        positions = {name: first + i for i, name in enumerate(estimators)}
        table = means(metrics, POPULATION, group, MEASURE)
        bars = bar_rows(table, measure_label(MEASURE, {}), PANEL, positions, group)
        parts += [bars, mark_rows(statistics, POPULATION, group, MEASURE, bars)]
    return combine(parts)


def draw(tables: Mapping[str, pd.DataFrame], about: About) -> tuple[Figure, pd.DataFrame]:
    """Draw the figure from `metrics` and `statistics`: all people, then each group."""
    table = source(tables["metrics"], tables["statistics"])
    grouped = len(groups(tables["metrics"], POPULATION)) > 1
    wide = grouped or len(present(tables["metrics"], POPULATION)) > MOST
    width = style.ONE_AND_A_HALF_COLUMNS if wide else style.SINGLE_COLUMN
    figure = style.new_figure(width, 70)
    axes = figure.subplots()
    _panel(axes, table)
    if grouped:
        _name_groups(axes, table)
        handles = [artists.bar_handle(name) for name in artists.series_of(table, "bar")]
        if handles:
            columns = math.ceil(len(handles) / math.ceil(len(handles) / MOST))
            figure.legend(handles=handles, loc="outside upper center", ncols=columns)
    else:
        _name_estimators(axes, table)
    style.add_note(figure, NOTE)
    return figure, table


def _name_groups(axes: Axes, table: pd.DataFrame) -> None:
    bars = pick(table, kind="bar")
    sizes = bars.groupby("x_label", sort=False).agg(x=("x", "mean"), n=("n", "max"))
    axes.set_xticks(
        sizes["x"].tolist(), [f"{name}\n(n = {row.n})" for name, row in sizes.iterrows()]
    )


def _name_estimators(axes: Axes, table: pd.DataFrame) -> None:
    bars = pick(table, kind="bar")
    axes.set_xticks(bars["x"].tolist(), [name.replace(" ", "\n") for name in bars["series"]])
    if len(bars):
        axes.set_title(f"n = {int(bars['n'].max())}")


def _panel(axes: Axes, table: pd.DataFrame) -> None:
    artists.bars(axes, pick(table, kind="bar"))
    artists.marks(axes, pick(table, kind="mark"))
    artists.label_axes(axes, table)
    axes.tick_params(axis="x", length=0)
    axes.set_ylim(0, 1.10 * tallest(table) or 1.0)
    if table.empty:
        style.say_empty(axes, "no people")
