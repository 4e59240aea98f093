"""Figures 3E, S3E, 4D, 4E and 4F: the course of a value over the trials of a block."""

from collections.abc import Callable, Collection, Mapping, Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ger2024.figures.clusters import cluster_marks
from ger2024.findings.block_courses import last_trial, who_get_to
from ger2024.findings.course_tests import EASY_HARD
from ger2024.findings.difficulty import chose_better, difficulty
from trnn.figures import artists, style
from trnn.figures.labels import TRIAL_OF_BLOCK, parameter_label, symbol
from trnn.figures.marks import LEGEND
from trnn.figures.source import combine, pick, rows
from trnn.scores.course import course_by_trial
from trnn.trials.join import join_estimates

Drawer = Callable[[Mapping[str, pd.DataFrame], Collection[str]], tuple[Figure, pd.DataFrame]]

ACCURACY_LABEL = "share of choices of the better arm"
GROUPS_NOTE = (
    "Estimates of the t-RNN; mean and 95 % CI over people. Blocks are of different lengths: shown "
    "are the trials that three quarters of them have, and the people with a block as long."
)
DIFFICULTY_NOTE = (
    "Mean and 95 % CI over people. Easy: the arms' means differ by 19 points or more; hard: by "
    f"1 or less. Bars: clusters of trials, cluster permutation test ({LEGEND})."
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


def draw_by_group(parameter: str) -> Drawer:
    """Return what draws a parameter over the block by group (3E, S3E)."""

    def draw(
        tables: Mapping[str, pd.DataFrame], parameters: Collection[str]
    ) -> tuple[Figure, pd.DataFrame]:
        frame = join_estimates(tables["human_trials"], tables["estimates:trnn:human"])
        panel = f"{symbol(parameter)} over the block"
        table = source(frame, parameter, "group", panel, parameter_label(parameter))
        groups = [str(name) for name in frame["group"].dropna().unique()]
        return _figure(table, groups, GROUPS_NOTE), table

    return draw


def draw_by_difficulty(value: str) -> Drawer:
    """Return what draws a parameter, or 'accuracy', in easy and hard blocks (4D-F)."""

    def draw(
        tables: Mapping[str, pd.DataFrame], parameters: Collection[str]
    ) -> tuple[Figure, pd.DataFrame]:
        frame = join_estimates(tables["human_trials"], tables["estimates:trnn:human"])
        frame = frame.assign(difficulty=difficulty(frame))
        if value == "accuracy":
            panel, axis, of = ACCURACY_LABEL, ACCURACY_LABEL, ""
            table = source(frame, chose_better(frame), "difficulty", panel, axis)
        else:
            panel, axis = symbol(value), parameter_label(value, "gershman")
            of = "Estimates of the t-RNN. "
            table = source(frame, value, "difficulty", panel, axis)
        limits = (0.0, 1.0) if value == "accuracy" else (-np.inf, np.inf)
        marks = cluster_marks(tables["statistics"], value, EASY_HARD, 1, table, limits)
        table = combine([table, marks])
        figure = _figure(table, EASY_HARD, of + DIFFICULTY_NOTE)
        if value == "accuracy":
            _share_axis(figure.axes[0], pick(table, kind="mark"))
        return figure, table

    return draw


def _figure(table: pd.DataFrame, conditions: Sequence[str], note: str) -> Figure:
    figure = style.new_figure(style.SINGLE_COLUMN, 68)
    axes = figure.subplots()
    for name in conditions:
        own = pick(table, series=name)
        n = int(own["n"].max()) if len(own) else 0
        artists.line(axes, own, label=f"{name} (n = {n})", linewidth=1.3)
    artists.marks(axes, pick(table, kind="mark"))
    artists.label_axes(axes, table)
    if table.empty:
        style.say_empty(axes)
    else:
        artists.whole_ticks(axes)
        last = int(table["x"].max())
        axes.set_xlim(1 - 0.02 * last, last + 0.02 * last)
        if last <= 10:
            axes.set_xticks(range(1, last + 1))
        figure.legend(loc="outside upper center", ncols=len(conditions))
    style.add_note(figure, note)
    return figure


def _share_axis(axes: Axes, marks: pd.DataFrame) -> None:
    """Keep the axis of a share from 0 to 1, with room for marks below it."""
    low, high = axes.get_ylim()
    lowest = min([-0.02, *(marks["y"] - 0.04)])
    axes.set_ylim(max(low, lowest), min(high, 1.02))
    ticks = axes.get_yticks()
    axes.set_yticks(ticks[(ticks >= max(low, -1e-9)) & (ticks <= 1 + 1e-9)])
