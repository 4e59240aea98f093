"""What can be known of each parameter, over the ranges of true values."""

import textwrap
from collections.abc import Collection, Mapping
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.image import AxesImage
from matplotlib.ticker import MaxNLocator

from trnn.figures import artists, palette, style
from trnn.figures.about import About
from trnn.figures.keys import IDENTIFIABILITY, IDENTIFIABILITY_MOVING
from trnn.figures.labels import dynamics_label, symbol
from trnn.figures.source import combine, pick, rows, tallest

SCALE = "variance left (prior = 1)"
SERIES = "posterior variance, relative to the prior's"
# The other axis of a map. It scales all choices, and so matters for every parameter.
OTHER = "beta"
LETTERS = 88  # of a title that fit beside the colour bar, over the width of the figure
NOTE = (
    "Colour: expected posterior variance of the parameter on the vertical axis for agents whose "
    "true values lie in the cell, over the variance of the prior: 0 is known, 1 nothing learned. "
    "With three parameters: mean over the third. White: no agents."
)
NOTE_OF_ONE = (
    "Expected posterior variance of the parameter for agents with that true value, over the "
    "variance of the prior: 0 is known, 1 nothing learned."
)


def source(tables: Mapping[str, pd.DataFrame], parameters: Collection[str]) -> pd.DataFrame:
    """Return the cells of each parameter's maps: a panel for each number of trials, then moving.

    A single parameter's map is a line: the middles of the cells and what is left to know there.
    """
    parts = []
    for parameter in parameters:
        for key in (k for k in (IDENTIFIABILITY, IDENTIFIABILITY_MOVING) if k in tables):
            cells = pick(tables[key], kind="cell", parameter=parameter)
            for n_trials, part in cells.groupby("n_trials", sort=True):
                title = f"{n_trials:,} trials"
                if key == IDENTIFIABILITY_MOVING:
                    dynamics, name = part["dynamics"].iloc[0], part["estimator"].iloc[0]
                    title = f"{dynamics_label(dynamics)}: {palette.estimator_name(name)}"
                panel = f"{symbol(parameter)}, {title}"
                if len(parameters) > 1:
                    parts.append(_map(panel, parameter, parameters, part))
                else:
                    parts.append(_line(panel, parameter, part))
    return combine(parts)


def draw(tables: Mapping[str, pd.DataFrame], about: About) -> tuple[Figure, pd.DataFrame]:
    """Draw the figure from the maps: a row a parameter, a column a number of trials."""
    table = source(tables, about.parameters)
    figure = style.new_figure(style.DOUBLE_COLUMN, 20 + 43 * len(about.parameters))
    names = list(dict.fromkeys(str(name).split(", ", 1)[1] for name in table["panel"]))
    grid = figure.subplots(len(about.parameters), len(names), squeeze=False, sharey="row")
    for line, parameter in zip(grid, about.parameters, strict=True):
        for axes, name in zip(line, names, strict=True):
            own = pick(table, panel=f"{symbol(parameter)}, {name}")
            axes.set_title(title_of(own["panel"].iloc[0], len(names)))
            artists.label_axes(axes, own, y=axes is line[0])
            if len(about.parameters) > 1:
                image = _cells(axes, own)
            else:
                artists.line(axes, own, marker="o", markersize=2.5)
                axes.set_ylim(0, 1.05 * max(1.0, tallest(table)))
    if len(about.parameters) > 1:
        bar = figure.colorbar(image, ax=grid, shrink=0.5, aspect=25, pad=0.015)
        bar.set_label(SCALE)
        bar.outline.set_visible(False)
        style.add_note(figure, NOTE)
    else:
        style.add_note(figure, NOTE_OF_ONE)
    return figure, table


def title_of(panel: str, n_columns: int) -> str:
    """Return a panel's title, in lines that stay within its column of the figure."""
    return textwrap.fill(panel, LETTERS // n_columns, break_on_hyphens=False)


def other_axis(parameter: str, parameters: Collection[str]) -> str:
    """Return the parameter on the horizontal axis of a parameter's map."""
    others = [name for name in parameters if name != parameter]
    return OTHER if OTHER in others else others[0]


def _map(
    panel: str, parameter: str, parameters: Collection[str], cells: pd.DataFrame
) -> pd.DataFrame:
    """Return a panel's cells, averaged over the parameters that have no axis."""
    other = other_axis(parameter, parameters)
    ends = [f"{name}_{end}" for name in (other, parameter) for end in ("low", "high")]
    means = cells.groupby(ends, sort=True)["relative_variance"].mean().reset_index()
    x_low, x_high, y_low, y_high = (means[name].to_numpy(dtype=float) for name in ends)
    return rows(
        panel,
        "cell",
        SERIES,
        x=(x_low + x_high) / 2,
        y=(y_low + y_high) / 2,
        x_low=x_low,
        x_high=x_high,
        y_low=y_low,
        y_high=y_high,
        value=means["relative_variance"].to_numpy(dtype=float),
        x_axis=f"true {symbol(other)}",
        y_axis=f"true {symbol(parameter)}",
    )


def _line(panel: str, parameter: str, cells: pd.DataFrame) -> pd.DataFrame:
    """Return what is left to know of the only parameter, at the middle of each cell."""
    part = cells.sort_values(f"{parameter}_low")
    low, high = (part[f"{parameter}_{end}"].to_numpy(dtype=float) for end in ("low", "high"))
    return rows(
        panel,
        "line",
        SERIES,
        x=(low + high) / 2,
        y=part["relative_variance"].to_numpy(dtype=float),
        n=part["n"].to_numpy(),
        x_axis=f"true {symbol(parameter)}",
        y_axis=SCALE,
    )


def _cells(axes: Axes, table: pd.DataFrame) -> AxesImage:
    values = table.pivot(index="y", columns="x", values="value").to_numpy(dtype=float)
    edges = [table[name] for name in ("x_low", "x_high", "y_low", "y_high")]
    extent = (edges[0].min(), edges[1].max(), edges[2].min(), edges[3].max())
    look: Any = {"cmap": "viridis_r", "vmin": 0.0, "vmax": 1.0, "gid": "cells"}
    image = axes.imshow(
        np.ma.masked_invalid(values), origin="lower", extent=extent, aspect="auto", **look
    )
    for axis, most in ((axes.xaxis, 2), (axes.yaxis, 4)):
        axis.set_major_locator(MaxNLocator(nbins=most))
    return image
