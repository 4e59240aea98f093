"""Networks against their variants."""

from collections.abc import Mapping

import pandas as pd
from matplotlib.figure import Figure

from trnn.config.networks import base_of
from trnn.figures import artists, palette, style
from trnn.figures.about import About
from trnn.figures.comparisons import bar_rows, groups, mark_rows, means
from trnn.figures.labels import measure_label
from trnn.figures.marks import LEGEND
from trnn.figures.source import combine, pick, tallest

POPULATION, MEASURE, PANEL = "human", "bce", "prediction of choices"
GAP, GROUP_GAP = 0.5, 1.4  # gaps between networks and between groups, in widths of a bar
NOTE = (
    "Mean and 95 % CI over people. Hatched: variants of the network beside them. Marks: against "
    f"that network, Wilcoxon signed-rank, Holm-corrected ({LEGEND})."
)


def families(metrics: pd.DataFrame) -> dict[str, list[str]]:
    """Return the variants of each estimator that has any, in order of the metrics table."""
    part = metrics[metrics["population"] == POPULATION]
    names = [str(name) for name in part["estimator"].unique()]
    found = {base: [n for n in names if n != base and base_of(n) == base] for base in names}
    return {base: variants for base, variants in found.items() if variants}


def source(metrics: pd.DataFrame, statistics: pd.DataFrame) -> pd.DataFrame:
    """Return bars and marks: the groups side by side, in each the networks and variants."""
    related = families(metrics)
    against = {variant: base for base, variants in related.items() for variant in variants}
    parts, x = [], 0.0
    for group in groups(metrics, POPULATION):
        positions = {}
        for base, variants in related.items():
            for name in (base, *variants):
                positions[name], x = x, x + 1.0
            x += GAP
        x += GROUP_GAP - GAP
        table = means(metrics, POPULATION, group, MEASURE)
        bars = bar_rows(table, measure_label(MEASURE, {}), PANEL, positions, group)
        compared = bars[bars["series"].isin([palette.estimator_name(name) for name in against])]
        marks = mark_rows(statistics, POPULATION, group, MEASURE, compared, against)
        parts += [bars, marks]
    return combine(parts)


def draw(tables: Mapping[str, pd.DataFrame], about: About) -> tuple[Figure, pd.DataFrame]:
    """Draw the figure from `metrics` and `statistics`."""
    table = source(tables["metrics"], tables["statistics"])
    bars = pick(table, kind="bar")
    wide = bars["x_label"].nunique() > 1
    figure = style.new_figure(style.ONE_AND_A_HALF_COLUMNS if wide else style.SINGLE_COLUMN, 74)
    axes = figure.subplots()
    artists.bars(axes, bars)
    artists.marks(axes, pick(table, kind="mark"))
    artists.label_axes(axes, table)
    axes.tick_params(axis="x", length=0)
    axes.set_ylim(0, 1.10 * tallest(table) or 1.0)
    sizes = bars.groupby("x_label", sort=False).agg(x=("x", "mean"), n=("n", "max"))
    names = [f"{name}\n(n = {row.n})" for name, row in sizes.iterrows()]
    axes.set_xticks(sizes["x"].tolist(), names)
    handles = [artists.bar_handle(name) for name in artists.series_of(table, "bar")]
    if handles:
        figure.legend(handles=handles, loc="outside upper center", ncols=2)
    else:
        style.say_empty(axes, "no variant of a network")
    style.add_note(figure, NOTE)
    return figure, table
