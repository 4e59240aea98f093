"""Where people lie among the agents that the t-RNN was trained on, by feature."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from trnn.checks.misspecification.judge import UNUSUAL
from trnn.figures import artists, palette, style
from trnn.figures.about import About
from trnn.figures.keys import MISSPECIFICATION_FEATURES
from trnn.figures.source import combine, pick, rows

PEOPLE = "people"
PANEL = "features of sessions"
X_AXIS = "score among agents (SD; 0: their median)"
BOUND = "95 % of agents lie between"
WIDTH = 0.6  # height of a row's swarm, in distances between rows
NOTE = (
    "A point a person. Scores: normal quantile of the percentile among training agents "
    "(predictions: among test agents), continued in a straight line beyond the agents' range. "
    "Dotted: 95 % of agents lie between. Features that all agents share are left out."
)


def source(features: pd.DataFrame) -> pd.DataFrame:
    """Return a point for each person and feature, the last feature at 0, and two bounds."""
    people = features[(features["population"] == "human") & features["score"].notna()]
    names = list(dict.fromkeys(people["feature"]))
    parts = []
    for place, name in enumerate(reversed(names)):
        own = pick(people, feature=name)
        for group, part in own.groupby(own["group"].fillna(PEOPLE), sort=False):
            # Groups side by side within the row; a person has the same place in every row.
            groups = list(dict.fromkeys(own["group"].fillna(PEOPLE)))
            middle = (groups.index(str(group)) + 0.5) / len(groups) - 0.5
            spread = (np.arange(len(part)) + 0.5) / len(part) - 0.5
            parts.append(
                rows(
                    PANEL,
                    "point",
                    str(group),
                    x=part["score"].to_numpy(dtype=float),
                    y=place - WIDTH * (middle + spread / len(groups)),
                    label=part["words"].to_numpy(dtype=object),
                    n=len(part),
                    x_axis=X_AXIS,
                )
            )
    if parts:
        parts.append(rows(PANEL, "reference", BOUND, x=[-UNUSUAL, UNUSUAL], x_axis=X_AXIS))
    return combine(parts)


def draw(tables: Mapping[str, pd.DataFrame], about: About) -> tuple[Figure, pd.DataFrame]:
    """Draw the figure from `misspecification_features`."""
    table = source(tables[MISSPECIFICATION_FEATURES])
    points = pick(table, kind="point")
    labels = list(dict.fromkeys(points["label"]))
    figure = style.new_figure(style.ONE_AND_A_HALF_COLUMNS, 32 + 6.5 * len(labels))
    axes = figure.subplots()
    _panel(axes, table, labels)
    groups = list(points["series"].unique())
    if groups and groups != [PEOPLE]:
        handles = [
            artists.line_handle(name, color=colour, linestyle="", marker="o", markersize=3)
            for name, colour in palette.group_colours(groups).items()
        ]
        figure.legend(handles=handles, loc="outside upper center", ncols=len(groups))
    style.add_note(figure, NOTE)
    return figure, table


def _panel(axes: Axes, table: pd.DataFrame, labels: list[str]) -> None:
    if table.empty:
        style.say_empty(axes, "no such people")
        return
    points = pick(table, kind="point")
    for name, colour in palette.group_colours(points["series"]).items():
        own = pick(points, series=name)
        axes.scatter(own["x"], own["y"], s=4, color=colour, linewidths=0, gid="point")
    for x in pick(table, kind="reference")["x"]:
        axes.axvline(x, color=palette.GREY, linestyle=":", linewidth=0.9, gid="reference", zorder=0)
    axes.axvline(0, color=palette.LIGHT_GREY, linewidth=0.6, zorder=0)
    axes.set_yticks(range(len(labels)), labels)
    axes.tick_params(axis="y", length=0)
    axes.set_ylim(-0.6, len(labels) - 0.4)
    artists.label_axes(axes, table)
