"""Theories compared on people: how far each lies behind the chosen one, and model recovery."""

from collections.abc import Mapping
from typing import Any

import matplotlib
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from trnn.figures import artists, palette, style
from trnn.figures.about import About
from trnn.figures.keys import THEORIES, THEORY_RECOVERY
from trnn.figures.source import combine, each, pick, rows
from trnn.trials.halves import HALVES

OWN, CHOSEN, TIED = "own hazards", "chosen", "tied"
Y_AXIS = "log evidence behind the chosen theory (nats)"
RECOVERY, SERIES = "model recovery", "share of agents it explains best"
TRUE, SCORED = "agents of", "scored under"
WIDTH = 0.7  # that the theories of a candidate take up, in units of the distance of candidates
TICKS = (-3000, -300, -30, -3, 0, 3, 30, 300, 3000, 30_000)  # nats
LINEAR_TO = 3.0  # nats: the axis is linear up to here, and logarithmic beyond
COLOURS = ("#B3CDE3", "#8C96C6", "#8856A7", "#4D004B")  # of hazards, from low to high
MANY = 5  # candidates: of more, the matrix has a row of the figure to itself
DARK = 0.5  # share above which a cell is so dark that its number is white
NOTE = (
    "Bars: one standard error of the difference, paired over people. Diamond: chosen by the "
    "choosing half; ring: tied with it there. The axis is linear to ±3 nats, then logarithmic."
)


def source(theories: pd.DataFrame, recovery: pd.DataFrame | None) -> pd.DataFrame:
    """Return points by candidate (x) and hazard, a panel for each half; the cells of the matrix."""
    candidates = list(dict.fromkeys(str(name) for name in theories["theory"]))
    series = [series_of(value) for value in theories["hazard"]]
    names = list(dict.fromkeys(series))
    shift = WIDTH * ((np.arange(len(names)) + 0.5) / len(names) - 0.5)
    place = [candidates.index(str(name)) for name in theories["theory"]]
    x = np.array(place) + shift[[names.index(name) for name in series]]
    label = np.full(len(theories), None, dtype=object)
    label[theories["tied"].to_numpy(dtype=bool)] = TIED
    label[theories["chosen"].to_numpy(dtype=bool)] = CHOSEN
    parts = []
    for half in HALVES:
        y, error = (theories[f"behind_{half}{end}"].to_numpy(dtype=float) for end in ("", "_se"))
        for name in names:
            own = np.array([other == name for other in series])
            columns: dict[str, Any] = {
                "x": x[own],
                "x_label": theories.loc[own, "theory"].to_numpy(),
                "y": y[own],
                "y_low": (y - error)[own],
                "y_high": (y + error)[own],
                "n": theories.loc[own, f"subjects_{half}"].to_numpy(),
                "label": label[own],
            }
            parts.append(rows(_title(half), "point", name, y_axis=Y_AXIS, **columns))
    if recovery is not None:
        parts.append(_cells(recovery))
    return combine(parts)


def series_of(hazard: float) -> str:
    """Return what the legend calls a hazard."""
    return OWN if np.isnan(hazard) else f"hazard {hazard:g}"


def draw(tables: Mapping[str, pd.DataFrame], about: About) -> tuple[Figure, pd.DataFrame]:
    """Draw the figure: a panel for each half of the people, then the matrix where there is one."""
    table = source(tables[THEORIES], tables.get(THEORY_RECOVERY))
    points, cells = pick(table, kind="point"), pick(table, kind="cell")
    longest = max(len(str(name)) for name in points["x_label"])
    below = len(cells) > 0 and points["x_label"].nunique() > MANY
    figure = style.new_figure(style.DOUBLE_COLUMN, (75 + 1.3 * longest) * (1 + below))
    panels = _axes(figure, len(cells) > 0, below)
    names = artists.series_of(table, "point")
    looks = _looks(names)
    panels[1].sharey(panels[0])
    for axes, half in zip(panels, HALVES, strict=False):
        _panel(axes, pick(points, panel=_title(half)), looks)
        axes.set_title(_title(half))
    panels[1].tick_params(axis="y", labelleft=False)
    artists.label_axes(panels[0], points, x=False)
    if len(cells):
        _matrix(panels[2], cells)
    handles = [
        artists.line_handle(name, color=colour, marker=marker, linestyle="", markersize=3.5)
        for name, (colour, marker) in looks.items()
    ]
    figure.legend(handles=handles, loc="outside upper center", ncols=min(len(handles), 6))
    style.add_note(figure, NOTE)
    return figure, table


def _axes(figure: Figure, matrix: bool, below: bool) -> list[Axes]:
    """Return the panels of both halves and, where there is one, of the matrix."""
    n_rows, n_columns = (2, 2) if below else (1, 3 if matrix else 2)
    grid = figure.add_gridspec(n_rows, n_columns)
    places = [grid[0, 0], grid[0, 1]]
    if matrix:
        places.append(grid[1, :] if below else grid[0, 2])
    return [figure.add_subplot(place) for place in places]


def _title(half: str) -> str:
    return f"{half} half"


def _looks(names: list[str]) -> dict[str, tuple[str, str]]:
    """Return the colour and the marker of each series."""
    hazards = [name for name in names if name != OWN]
    ramp = matplotlib.colors.LinearSegmentedColormap.from_list("hazards", COLOURS)
    colours = ramp(np.linspace(0.0, 1.0, max(len(hazards), 2)))
    looks = {
        name: (matplotlib.colors.to_hex(colour), "o")
        for name, colour in zip(hazards, colours, strict=False)
    }
    return {name: looks.get(name, (palette.BLACK, "s")) for name in names}


def _panel(axes: Axes, points: pd.DataFrame, looks: Mapping[str, tuple[str, str]]) -> None:
    axes.axhline(0, color=palette.CHARCOAL, linewidth=0.6)
    for name, (colour, marker) in looks.items():
        own = pick(points, series=name)
        axes.vlines(own["x"], own["y_low"], own["y_high"], color=colour, linewidth=0.8)
        axes.scatter(own["x"], own["y"], s=9, color=colour, marker=marker, zorder=3, gid="point")
    for label, marker in ((TIED, "o"), (CHOSEN, "D")):
        own = pick(points, label=label)
        ring: Any = {"facecolors": "none", "edgecolors": palette.BLACK, "linewidths": 0.8}
        axes.scatter(own["x"], own["y"], s=34, marker=marker, zorder=4, gid=label, **ring)
    axes.set_yscale("symlog", linthresh=LINEAR_TO)
    low, high = axes.get_ylim()
    shown = [tick for tick in TICKS if low <= tick <= high]
    axes.set_yticks(shown, [f"{tick:,}".replace("-", "−") for tick in shown])
    axes.set_yticks([], minor=True)
    candidates = list(dict.fromkeys(str(row.x_label) for row in each(points)))
    axes.set_xticks(range(len(candidates)), candidates, rotation=90)
    axes.set_xlim(-0.5, len(candidates) - 0.5)
    axes.tick_params(axis="x", length=0)


def _cells(recovery: pd.DataFrame) -> pd.DataFrame:
    names = list(dict.fromkeys(str(name) for name in recovery["true"]))
    x, y = (
        np.array([names.index(str(name)) for name in recovery[column]], dtype=float)
        for column in ("scored", "true")
    )
    share = recovery["share_best"].to_numpy(dtype=float)
    return rows(
        RECOVERY,
        "cell",
        SERIES,
        x=x,
        y=y,
        x_low=x - 0.5,
        x_high=x + 0.5,
        y_low=y - 0.5,
        y_high=y + 0.5,
        value=share,
        x_label=recovery["scored"].to_numpy(),
        label=[f"{value:.2f}" for value in share],
        n=recovery["n"].to_numpy(),
        x_axis=SCORED,
        y_axis=TRUE,
    )


def _matrix(axes: Axes, cells: pd.DataFrame) -> None:
    """Draw the matrix: a row for the agents of each candidate, from the top."""
    values = cells.pivot(index="y", columns="x", values="value").to_numpy(dtype=float)
    axes.imshow(values, cmap="Greys", vmin=0.0, vmax=1.0, aspect="auto", gid="cells")
    for row in each(cells):
        colour = "white" if row.value > DARK else palette.BLACK
        axes.text(
            row.x, row.y, row.label, ha="center", va="center", size=style.NOTE_SIZE, color=colour
        )
    names = list(dict.fromkeys(str(row.x_label) for row in each(cells)))
    axes.set_xticks(range(len(names)), names, rotation=90)
    axes.set_yticks(range(len(names)), names)
    axes.tick_params(length=0)
    axes.set_title(RECOVERY)
    artists.label_axes(axes, cells)
