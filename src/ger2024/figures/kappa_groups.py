"""Figure 3B: perseveration by diagnosis group."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from trnn.figures import artists, palette, style
from trnn.figures.about import About
from trnn.figures.labels import parameter_label
from trnn.figures.marks import LEGEND, brackets, statistics_of
from trnn.figures.source import combine, each, pick, rows
from trnn.trials.groups import subject_means
from trnn.trials.join import join_estimates

PARAMETER = "kappa"
CONTRAST = "kappa_mean_difference"  # of the table of statistics
SUBJECTS, TRIALS = "people", "trials"
BOX_WIDTH, SPREAD_WIDTH = 0.56, 0.36  # in units of the distance between groups
N_BINS = 40
DENSITY = "density"
NOTE = (
    "Estimates of the t-RNN. Left: a point a person, mean over trials; box: median and quartiles; "
    f"marks: tests between groups of people, Holm-corrected ({LEGEND}). Right: distribution over "
    "trials, every person weighted equally."
)


def source(frame: pd.DataFrame, statistics: pd.DataFrame, axis: str) -> pd.DataFrame:
    """Return each person's mean, each group's box and marks, and the densities over trials.

    `axis` is the label of the parameter.
    """
    people = subject_means(frame, PARAMETER).dropna(subset=["group", "value"])
    edges = _edges(frame[PARAMETER])
    parts = []
    for place, (group, part) in enumerate(people.groupby("group", sort=False)):
        name = str(group)
        values = part["value"].to_numpy(dtype=float)
        common = {"x_label": name, "y_axis": axis, "n": len(values)}
        low, middle, high = np.percentile(values, [25, 50, 75])
        box = {"y": middle, "y_low": low, "y_high": high}
        parts.append(rows(SUBJECTS, "box", name, x=float(place), **box, **common))
        x = place + _swarm(values)
        parts.append(rows(SUBJECTS, "point", name, x=x, y=values, **common))
        parts.append(
            rows(
                TRIALS,
                "line",
                name,
                x=(edges[:-1] + edges[1:]) / 2,
                y=_density(frame[frame["group"] == group], edges),
                n=len(values),
                x_axis=axis,
                y_axis=DENSITY,
            )
        )
    parts.append(_marks(combine(parts), statistics, axis))
    return combine(parts)


def draw(tables: Mapping[str, pd.DataFrame], about: About) -> tuple[Figure, pd.DataFrame]:
    """Draw figure 3B from `human_trials`, the t-RNN's estimates and `statistics`."""
    frame = join_estimates(tables["human_trials"], tables["estimates:trnn:human"])
    table = source(frame, tables["statistics"], parameter_label(PARAMETER, about.unit_of))
    figure = style.new_figure(style.DOUBLE_COLUMN, 70)
    left, right = figure.subplots(1, 2)
    _people(left, pick(table, panel=SUBJECTS))
    _trials(right, pick(table, panel=TRIALS))
    style.add_note(figure, NOTE)
    return figure, table


def _marks(table: pd.DataFrame, statistics: pd.DataFrame, axis: str) -> pd.DataFrame:
    """Return the marks of the groups' contrasts, each over the two groups that it compares."""
    places = {str(row.series): row.x for row in each(pick(table, kind="box"))}
    compared = []
    for row in statistics_of(statistics, kind="groups", measure=CONTRAST):
        if {row.side_a, row.side_b} <= set(places):
            compared.append((row, places[row.side_a], places[row.side_b]))
    # The shorter ones below.
    compared.sort(key=lambda item: (abs(item[1] - item[2]), min(item[1:])))
    # The panel holds every point, and 0.
    values = [0.0, *pick(table, kind="point")["y"]]
    top, step = max(values), 0.09 * (max(values) - min(values))
    return brackets(compared, SUBJECTS, top + step, step, y_axis=axis)


def _people(axes: Axes, table: pd.DataFrame) -> None:
    boxes, points = pick(table, kind="box"), pick(table, kind="point")
    colours = palette.group_colours(boxes["series"])
    for row in each(boxes):
        colour = colours[str(row.series)]
        height = row.y_high - row.y_low
        look: Any = {"color": colour, "alpha": 0.25, "linewidth": 0}
        axes.bar(row.x, height, BOX_WIDTH, bottom=row.y_low, gid="box", **look)
        half = BOX_WIDTH / 2
        axes.hlines(row.y, row.x - half, row.x + half, color=colour, linewidth=1.6, gid="median")
    for name in points["series"].unique():
        own = pick(points, series=name)
        axes.scatter(own["x"], own["y"], s=7, color=colours[name], linewidths=0, gid="point")
    artists.marks(axes, pick(table, kind="mark"))
    axes.axhline(0, color=palette.LIGHT_GREY, linewidth=0.6, zorder=0)
    names = [f"{row.series}\n(n = {row.n})" for row in each(boxes)]
    axes.set_xticks(boxes["x"].tolist(), names)
    axes.tick_params(axis="x", length=0)
    axes.set_title(SUBJECTS)
    artists.label_axes(axes, table)
    if table.empty:
        style.say_empty(axes, "no people in groups")


def _trials(axes: Axes, table: pd.DataFrame) -> None:
    for name, colour in palette.group_colours(table["series"]).items():
        artists.line(axes, pick(table, series=name), colour, drawstyle="steps-mid")
    axes.axvline(0, color=palette.LIGHT_GREY, linewidth=0.6, zorder=0)
    axes.set_ylim(bottom=0)
    axes.set_title(TRIALS)
    artists.label_axes(axes, table)
    if table.empty:
        style.say_empty(axes, "no people in groups")
    else:
        axes.legend(loc="upper left")


def _edges(values: pd.Series) -> np.ndarray:
    """Return the bins' edges (N_BINS + 1,), over all that was estimated."""
    low, high = (float(values.min()), float(values.max())) if len(values) else (0.0, 1.0)
    if not high > low:
        low, high = low - 0.05, high + 0.05
    return np.linspace(low, high, N_BINS + 1)


def _density(frame: pd.DataFrame, edges: np.ndarray) -> np.ndarray:
    """Return the mean over subjects of each one's density over trials (N_BINS,)."""
    per_subject = [
        np.histogram(part[PARAMETER].to_numpy(), edges, density=True)[0]
        for _, part in frame.groupby("subject", sort=False)
    ]
    return np.mean(per_subject, axis=0)


def _swarm(values: np.ndarray) -> np.ndarray:
    """Return sideways shifts (n,) that spread points of like height; the same each time."""
    shift = np.zeros(len(values))
    order = np.argsort(values, kind="stable")
    # Neighbours in height go to places far apart: the van der Corput sequence.
    shift[order] = [_van_der_corput(i + 1) - 0.5 for i in range(len(values))]
    return shift * SPREAD_WIDTH


def _van_der_corput(number: int) -> float:
    digits = f"{number:b}"
    return sum(int(bit) / 2 ** (i + 1) for i, bit in enumerate(reversed(digits)))
