"""Drawing rows of a figure's table into a panel. Every artist takes rows and adds no number."""

from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.patheffects import withStroke
from matplotlib.ticker import MaxNLocator

from trnn.figures import palette, style
from trnn.figures.source import each, pick

BAND_ALPHA = 0.22
MARK_GAP = 1.5  # points between an error bar and its mark


def bars(axes: Axes, rows: pd.DataFrame, width: float = 0.8) -> None:
    """Draw bars with their intervals; the colour is that of the series."""
    for row in each(rows):
        look = bar_look(row.series)
        axes.bar(row.x, row.y, width=width, gid="bar", **look)
        if pd.notna(row.y_low) and pd.notna(row.y_high):
            axes.vlines(row.x, row.y_low, row.y_high, color=palette.BLACK, linewidth=0.7)


def marks(axes: Axes, rows: pd.DataFrame) -> None:
    """Write significance marks above their bars, or over the stretch of the axis they belong to."""
    for row in each(rows):
        if pd.notna(row.x_low):
            look: Any = {"color": palette.CHARCOAL, "linewidth": 0.7, "clip_on": False}
            axes.hlines(row.y, row.x_low, row.x_high, gid="stretch", **look)
        starred = set(row.label) == {"*"}
        axes.annotate(
            row.label,
            (row.x, row.y),
            # The glyph of a star hangs high in its line.
            xytext=(0, MARK_GAP - (1.5 if starred else 0)),
            textcoords="offset points",
            ha="center",
            va="bottom",
            size=style.SMALL_SIZE if starred else style.NOTE_SIZE,
            color=palette.BLACK if starred else palette.CHARCOAL,
            annotation_clip=False,
            # A halo, so that a mark can be read where it meets a line.
            path_effects=[withStroke(linewidth=1.5, foreground="white")],
            gid="mark",
        )


def line(
    axes: Axes,
    rows: pd.DataFrame,
    colour: str | None = None,
    band: bool = True,
    label: str | None = None,
    **look: Any,
) -> None:
    """Draw one series as a line, with its interval as a band where there is one."""
    if rows.empty:
        return
    series = str(rows["series"].iloc[0])
    colour = colour or palette.series_colour(series)
    x = rows["x"].to_numpy()
    axes.plot(x, rows["y"], color=colour, label=label or series, gid=f"line:{series}", **look)
    if band and rows["y_low"].notna().any():
        axes.fill_between(
            x,
            rows["y_low"].to_numpy(),
            rows["y_high"].to_numpy(),
            color=colour,
            alpha=BAND_ALPHA,
            linewidth=0,
            zorder=1,
        )


def reference(axes: Axes, rows: pd.DataFrame, dashes: dict[str, str]) -> None:
    """Draw horizontal lines across the panel, with their intervals as pale bands."""
    for row in each(rows):
        colour = palette.series_colour(row.series)
        linestyle = dashes.get(row.series, "--")
        axes.axhline(row.y, color=colour, linestyle=linestyle, linewidth=0.9, gid="reference")
        if pd.notna(row.y_low) and pd.notna(row.y_high):
            axes.axhspan(row.y_low, row.y_high, color=colour, alpha=0.12, linewidth=0, zorder=0)


def bar_look(series: str) -> dict[str, Any]:
    """Return colour and hatch of a series' bars: variants of an estimator are hatched."""
    hatch = "/////" if palette.is_variant(series) else None
    look: dict[str, Any] = {"facecolor": palette.series_colour(series), "hatch": hatch}
    return {**look, "edgecolor": "white", "linewidth": 0}


def bar_handle(series: str) -> Patch:
    """Return a legend entry for bars."""
    return Patch(label=series, **bar_look(series))


def line_handle(series: str, **look: Any) -> Line2D:
    """Return a legend entry for a line."""
    colour = look.pop("color", palette.series_colour(series))
    return Line2D([], [], color=colour, label=series, **look)


def choices(axes: Axes, rows: pd.DataFrame, colours: dict[str, str]) -> None:
    """Draw choices as ticks beyond the unit interval: action 0 above, action 1 below.

    The label of a row picks the colour; a series 'rewarded choice' adds a dot.
    """
    for row in each(rows):
        at = 1.15 if row.y == 0 else -0.15
        away = 0.10 if row.y == 0 else -0.10
        colour = colours.get(row.label, palette.CHARCOAL)
        axes.vlines(row.x, at, at + away, color=colour, linewidth=1.0, gid="choice")
        if row.series == "rewarded choice":
            axes.plot(row.x, at + 1.8 * away, ".", color=colour, markersize=3, gid="reward")


def probability_axis(axes: Axes) -> None:
    """Set the vertical axis of a panel with a probability and choices."""
    axes.set_ylim(-0.42, 1.42)
    axes.set_yticks([-0.20, 0, 0.5, 1, 1.20], ["action 1", "0", "0.5", "1", "action 0"])
    for tick in axes.yaxis.get_major_ticks()[:: len(axes.get_yticks()) - 1]:
        tick.tick1line.set_visible(False)


def whole_ticks(axes: Axes) -> None:
    """Mark whole trials on the horizontal axis."""
    axes.xaxis.set_major_locator(MaxNLocator(integer=True, steps=[1, 2, 5, 10]))


def label_axes(axes: Axes, rows: pd.DataFrame, x: bool = True, y: bool = True) -> None:
    """Label the axes with the rows' labels."""
    for wanted, column, put in ((x, "x_axis", axes.set_xlabel), (y, "y_axis", axes.set_ylabel)):
        found = rows[column].dropna()
        if wanted and len(found):
            put(str(found.iloc[0]))


def series_of(rows: pd.DataFrame, kind: str) -> list[str]:
    """Return the series of a kind in order of first appearance."""
    return [str(name) for name in pick(rows, kind=kind)["series"].unique()]
