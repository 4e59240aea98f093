"""The course of a value over the trials of a block: of every parameter, by group of people."""

from collections.abc import Mapping
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from trnn.figures import artists, palette, style
from trnn.figures.about import About
from trnn.figures.labels import TRIAL_OF_BLOCK, named, parameter_label, symbol
from trnn.figures.source import combine, pick, rows
from trnn.scores.course import course_by_trial
from trnn.trials.block_courses import last_trial, who_get_to
from trnn.trials.join import join_estimates

PEOPLE = "people"
BESIDE = 3  # panels side by side that a page has room for
NOTE = (
    "Estimates of the t-RNN; mean and 95 % CI over people. Blocks are of different lengths: shown "
    "are the trials that three quarters of them have, and the people with a block as long."
)


def source(
    frame: pd.DataFrame, value: str | pd.Series, by: str, panel: str, y_axis: str
) -> pd.DataFrame:
    """Return mean and interval over subjects of `value` at each trial, by the conditions `by`.

    The course ends where a quarter of the blocks have ended, and holds the same people throughout.
    """
    last = last_trial(frame)
    numbers = frame[value] if isinstance(value, str) else value
    numbers = numbers.where(who_get_to(frame, last))
    course = course_by_trial(frame, numbers, by, last)
    return combine(
        [
            rows(
                panel,
                "line",
                str(condition),
                x=part["trial"].to_numpy() + 1,
                y=part["mean"].to_numpy(),
                y_low=part["ci_low"].to_numpy(),
                y_high=part["ci_high"].to_numpy(),
                n=part["n"].to_numpy(),
                x_axis=TRIAL_OF_BLOCK,
                y_axis=y_axis,
            )
            for condition, part in course.groupby("condition", sort=False)
        ]
    )


def draw(tables: Mapping[str, pd.DataFrame], about: About) -> tuple[Figure, pd.DataFrame]:
    """Draw the figure from `human_trials` and the t-RNN's estimates: a panel a parameter."""
    frame = join_estimates(tables["human_trials"], tables["estimates:trnn:human"])
    # People without a group stand together, under a name of their own.
    frame = frame.assign(group=frame["group"].fillna(PEOPLE))
    names = list(about.parameters)
    table = combine(
        [
            source(frame, name, "group", panel_title(name), parameter_label(name, about.unit_of))
            for name in names
        ]
    )
    n_rows = 1 if len(names) <= BESIDE else 2
    n_columns = -(-len(names) // n_rows)
    width = min(style.DOUBLE_COLUMN, max(style.SINGLE_COLUMN, 10 + 58 * n_columns))
    figure = style.new_figure(width, 18 + 50 * n_rows)
    panels = figure.subplots(n_rows, n_columns, squeeze=False).ravel()
    for axes in panels[len(names) :]:
        axes.remove()
    colours = palette.group_colours(str(group) for group in frame["group"].unique())
    for axes, name in zip(panels, names, strict=False):
        draw_lines(axes, pick(table, panel=panel_title(name)), colours)
        axes.set_title(symbol(name))
    handles = panels[0].get_legend_handles_labels()[0]
    if handles:
        figure.legend(handles=handles, loc="outside upper center", ncols=len(handles))
    style.add_note(figure, NOTE)
    return figure, table


def panel_title(parameter: str) -> str:
    """Return the title of a parameter's panel, for example ``perseveration κ over the block``."""
    return f"{named(parameter)} over the block"


def draw_lines(
    axes: Axes,
    table: pd.DataFrame,
    colours: Mapping[str, str],
    dashed: Mapping[str, str] | None = None,
) -> None:
    """Draw the course of each condition, in its colour and with its number of people.

    `dashed` names the course that is drawn beside a condition's, dashed and without its interval.
    """
    lines = pick(table, kind="line")
    for name, colour in colours.items():
        own = pick(lines, series=name)
        n = int(own["n"].max()) if len(own) else 0
        artists.line(axes, own, colour, label=f"{name} (n = {n})", linewidth=1.3)
        beside = pick(lines, series=(dashed or {}).get(name, ""))
        look: Any = {"label": "_", "linewidth": 1.0, "linestyle": "--"}
        artists.line(axes, beside, colour, band=False, **look)
    artists.marks(axes, pick(table, kind="mark"))
    artists.label_axes(axes, table)
    if table.empty:
        style.say_empty(axes)
        return
    artists.whole_ticks(axes)
    last = int(table["x"].max())
    axes.set_xlim(1 - 0.02 * last, last + 0.02 * last)
    if last <= 10:
        axes.set_xticks(range(1, last + 1))
