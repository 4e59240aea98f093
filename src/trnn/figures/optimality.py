"""How far the network's means lie above the optimum on simulated agents."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from trnn.checks.calibration.calibration_table import ABOVE_OPTIMUM
from trnn.checks.calibration.optima import NETWORKS
from trnn.figures import artists, palette, style
from trnn.figures.about import About
from trnn.figures.keys import OPTIMALITY
from trnn.figures.labels import dynamics_label, symbol
from trnn.figures.source import combine, each, pick, rows
from trnn.scores.metrics_table import HAZARD

MEASURES_BESIDE = 5  # that fit below a panel beside others
WIDTH = 0.4  # of a bar, in measures
TARGET = "target"
Y_AXIS = "above the optimum (%)"
NOTE = (
    "100 (mean of the network / mean of the switching filter with the same trials - 1), with its "
    "95 % paired bootstrap CI over agents. Black: the targets. The filter is near the optimum on "
    "agents that follow the dynamics it assumes, and not on others."
)


def source(optimality: pd.DataFrame) -> pd.DataFrame:
    """Return bars by dynamics (panel), measure (x) and network, and the targets as points."""
    agents = pick(optimality, criterion=ABOVE_OPTIMUM)
    measures = list(dict.fromkeys(agents["measure"]))
    networks = [name for name in NETWORKS if (agents["estimator"] == name).any()]
    # The bars of a measure stand side by side around its tick.
    shifts = WIDTH * (np.arange(len(networks)) - (len(networks) - 1) / 2)
    parts = []
    for dynamics, own in agents.groupby("dynamics", sort=False):
        for shift, estimator in zip(shifts, networks, strict=True):
            part = pick(own, estimator=estimator)
            if part.empty:
                continue
            x = np.array([measures.index(name) for name in part["measure"]]) + shift
            common = {
                "x": x,
                "x_label": [measure_words(name) for name in part["measure"]],
                "y_axis": Y_AXIS,
            }
            panel = dynamics_label(str(dynamics))
            parts.append(
                rows(
                    panel,
                    "bar",
                    palette.estimator_name(estimator),
                    y=part["value"].to_numpy(dtype=float),
                    y_low=part["ci_low"].to_numpy(dtype=float),
                    y_high=part["ci_high"].to_numpy(dtype=float),
                    n=part["n"].to_numpy(),
                    **common,
                )
            )
            targets = rows(panel, "point", TARGET, y=part["target"].to_numpy(dtype=float), **common)
            parts.append(targets[targets["y"].notna()])
    return combine(parts)


def measure_words(measure: str) -> str:
    """Return a measure's short name for a tick, for example ``error of α``."""
    if measure == "bce":
        return "choices"
    if measure == HAZARD:
        return "hazard"
    return f"error of {symbol(measure.removeprefix('mse_'))}"


def draw(tables: Mapping[str, pd.DataFrame], about: About) -> tuple[Figure, pd.DataFrame]:
    """Draw the figure from `optimality`: a panel for each dynamics."""
    table = source(tables[OPTIMALITY])
    names = list(dict.fromkeys(str(name) for name in table["panel"]))
    # Side by side, panels have no room for the names of many measures.
    many = table["x_label"].nunique() > MEASURES_BESIDE
    n_rows, n_columns = (max(len(names), 1), 1) if many else (1, max(len(names), 1))
    width = style.DOUBLE_COLUMN if many else style.width_of(len(names))
    figure = style.new_figure(width, 24 + 48 * n_rows)
    panels = figure.subplots(n_rows, n_columns, squeeze=False).ravel()
    for axes, name in zip(panels, names, strict=False):
        _panel(axes, pick(table, panel=name))
        axes.set_title(name)
    for axes in panels if many else panels[:1]:
        artists.label_axes(axes, table)
    handles = [artists.bar_handle(name) for name in artists.series_of(table, "bar")]
    if handles:
        figure.legend(handles=handles, loc="outside upper center", ncols=len(handles))
    else:
        style.say_empty(panels[0], "no network beside the filter")
    style.add_note(figure, NOTE)
    return figure, table


def _panel(axes: Axes, table: pd.DataFrame) -> None:
    bars = pick(table, kind="bar")
    artists.bars(axes, bars, width=WIDTH)
    axes.axhline(0, color=palette.CHARCOAL, linewidth=0.6)
    points = pick(table, kind="point")
    axes.scatter(
        points["x"], points["y"], s=120, marker="_", color=palette.BLACK, zorder=4, gid="point"
    )
    # A measure's bars stand on both sides of a whole number.
    at = {float(np.rint(row.x)): str(row.x_label) for row in each(bars)}
    axes.set_xticks(list(at), list(at.values()))
    axes.tick_params(axis="x", length=0)
