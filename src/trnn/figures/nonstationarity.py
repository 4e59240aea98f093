"""Does a parameter move? Bayes factors of agents by dynamics, and of people."""

from collections.abc import Collection, Mapping

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from trnn.checks.nonstationarity.nonstationarity_table import ALL, dynamics_of
from trnn.figures import artists, palette, style
from trnn.figures.about import About
from trnn.figures.keys import NONSTATIONARITY, NONSTATIONARITY_RATES
from trnn.figures.labels import dynamics_label, symbol
from trnn.figures.source import combine, each, pick, rows

Y_AXIS = "log Bayes factor of moving (nats)"
LIMIT, INVERSE, PEOPLE = "moves", "constant", "people"
NULL = "constant alone"  # agents of the parameter's own null: the others switch
BOX_WIDTH, SPREAD_WIDTH = 0.7, 0.5  # in units of the distance between groups
TICKS = (-30, -10, -3, 0, 3, 10, 30, 100, 300)  # nats
LINEAR_TO = 5.0  # nats: the axis is linear up to here, and logarithmic beyond
GOLDEN = (np.sqrt(5.0) - 1.0) / 2.0  # multiples of it, modulo 1, spread points evenly
NOTE = (
    "A point a subject; box: median and quartiles. Dotted: the limits beyond which a parameter "
    "is judged to move or to be constant. Constant alone: agents whose other parameters switch. "
    "The axis is linear to ±5 nats, then logarithmic."
)


def source(
    evidence: pd.DataFrame, rates: pd.DataFrame, parameters: Collection[str]
) -> pd.DataFrame:
    """Return points and boxes of each parameter (panels) by dynamics or group, and the limits."""
    present = set(evidence["parameter"])
    parts = []
    for parameter in (name for name in (*parameters, ALL) if name in present):
        title = panel_title(parameter)
        for place, (series, values) in enumerate(_series(pick(evidence, parameter=parameter))):
            common = {"x_label": series, "y_axis": Y_AXIS, "n": len(values)}
            low, middle, high = np.percentile(values, [25, 50, 75])
            box = {"y": middle, "y_low": low, "y_high": high}
            parts.append(rows(title, "box", series, x=float(place), **box, **common))
            x = place + SPREAD_WIDTH * (np.arange(len(values)) * GOLDEN % 1.0 - 0.5)
            parts.append(rows(title, "point", series, x=x, y=values, **common))
        limit = float(np.log(rates["bayes_factor"].iloc[0]))
        for series, y in ((LIMIT, limit), (INVERSE, -limit)):
            parts.append(rows(title, "reference", series, y=y, y_axis=Y_AXIS))
    return combine(parts)


def panel_title(parameter: str) -> str:
    """Return the title of a panel."""
    return "all parameters" if parameter == ALL else symbol(parameter)


def draw(tables: Mapping[str, pd.DataFrame], about: About) -> tuple[Figure, pd.DataFrame]:
    """Draw the evidence and its verdicts' rates: a panel for each parameter, then all together."""
    table = source(tables[NONSTATIONARITY], tables[NONSTATIONARITY_RATES], about.parameters)
    titles = list(dict.fromkeys(str(name) for name in table["panel"]))
    figure = style.new_figure(style.width_of(len(titles)), 90)
    panels = figure.subplots(1, len(titles), sharey=True, squeeze=False)[0]
    people = pick(tables[NONSTATIONARITY], population="human")["group"].fillna(PEOPLE)
    colours = palette.group_colours(str(group) for group in people)
    for axes, title in zip(panels, titles, strict=True):
        _panel(axes, pick(table, panel=title), colours)
        axes.set_title(title)
    artists.label_axes(panels[0], table, x=False)
    style.add_note(figure, NOTE)
    return figure, table


def _series(part: pd.DataFrame) -> list[tuple[str, np.ndarray]]:
    """Return the log Bayes factors of agents by dynamics, then of people, all or by group."""
    agents, people = (pick(part, population=name) for name in ("test", "human"))
    by_dynamics = agents.groupby("dynamics", sort=False)
    null = set(map(dynamics_of, agents["parameter"]))
    found = [(NULL if d in null else dynamics_label(str(d)), own) for d, own in by_dynamics]
    if len(people):
        grouped = people.assign(group=people["group"].fillna(PEOPLE))
        found += [(str(group), own) for group, own in grouped.groupby("group", sort=False)]
    return [(series, own["log_bf_moving"].to_numpy(dtype=float)) for series, own in found]


def _panel(axes: Axes, table: pd.DataFrame, colours: Mapping[str, str]) -> None:
    dotted = {LIMIT: ":", INVERSE: ":"}
    artists.reference(axes, pick(table, kind="reference"), dotted)
    boxes, points = pick(table, kind="box"), pick(table, kind="point")
    half = BOX_WIDTH / 2
    for row in each(boxes):
        colour = colours.get(str(row.series), palette.CHARCOAL)
        height = row.y_high - row.y_low
        axes.bar(
            row.x, height, BOX_WIDTH, bottom=row.y_low, gid="box", color=colour, alpha=0.25,
            linewidth=0,
        )  # fmt: skip
        axes.hlines(row.y, row.x - half, row.x + half, color=colour, linewidth=1.2, gid="median")
        own = pick(points, series=str(row.series))
        axes.scatter(own["x"], own["y"], s=3, color=colour, alpha=0.6, linewidths=0, gid="point")
    axes.set_yscale("symlog", linthresh=LINEAR_TO)
    low, high = axes.get_ylim()
    shown = [tick for tick in TICKS if low <= tick <= high]
    axes.set_yticks(shown, [str(tick).replace("-", "−") for tick in shown])
    axes.set_yticks([], minor=True)
    names = [f"{row.series} (n = {row.n})" for row in each(boxes)]
    axes.set_xticks(boxes["x"].tolist(), names, rotation=90)
    axes.tick_params(axis="x", length=0)
