"""Figures 3E, S3E, 4D, 4E and 4F: the course of a value over the trials of a block."""

import re
from collections.abc import Callable, Collection, Mapping, Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from trnn.analysis.course import course_by_trial
from trnn.analysis.difficulty import chose_better, difficulty
from trnn.analysis.join import join_estimates
from trnn.figures import artists, style
from trnn.figures.labels import TRIAL_OF_BLOCK, parameter_label, symbol
from trnn.figures.marks import LEGEND, mark_row, statistics_of
from trnn.figures.source import combine, pick, rows

Drawer = Callable[[Mapping[str, pd.DataFrame], Collection[str]], tuple[Figure, pd.DataFrame]]

LONGEST_COURSE = 100  # trials
LEVEL = 0.05
# How the statistics name a cluster: its first and last trial, from 0.
CLUSTER = re.compile(r"trials (\d+)-(\d+): easy - hard")
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
    last_trial = _last_trial(frame)
    numbers = frame[value] if isinstance(value, str) else value
    numbers = numbers.where(_who_get_to(frame, last_trial))
    course = course_by_trial(frame, numbers, by, last_trial)
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
        table = combine([table, cluster_rows(tables["statistics"], value, table)])
        figure = _figure(table, ["easy", "hard"], of + DIFFICULTY_NOTE)
        if value == "accuracy":
            _share_axis(figure.axes[0], pick(table, kind="mark"))
        return figure, table

    return draw


def cluster_rows(statistics: pd.DataFrame, value: str, lines: pd.DataFrame) -> pd.DataFrame:
    """Return a mark under the curves for each cluster of trials in which the conditions differ.

    Clusters that the corrected p does not bear out are left out; if none is left, that with the
    smallest p is marked as not significant.
    """
    found = []
    for row in statistics_of(statistics, kind="course", measure=value):
        match = CLUSTER.fullmatch(str(row.contrast))
        if match is not None:
            found.append((row, float(match[1]) + 1, float(match[2]) + 1))
    if not found or lines.empty:
        return combine([])
    found.sort(key=lambda item: (item[0].p_holm, item[1]))
    kept = [item for item in found if item[0].p_holm < LEVEL] or found[:1]
    low, high = _span(lines, value)
    place = {"y": low - 0.16 * (high - low), "x_axis": TRIAL_OF_BLOCK}
    panel = str(lines["panel"].iloc[0])
    return combine(
        [
            mark_row(
                row,
                panel,
                str(row.contrast),
                with_p=True,
                x=(first + last) / 2,
                x_low=first - 0.2,
                x_high=last + 0.2,
                **place,
            )
            for row, first, last in kept
        ]
    )


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


def _span(lines: pd.DataFrame, value: str) -> tuple[float, float]:
    """Return the lowest and highest value that the curves' panel shows."""
    low = float(np.nanmin(lines[["y", "y_low"]].to_numpy(dtype=float)))
    high = float(np.nanmax(lines[["y", "y_high"]].to_numpy(dtype=float)))
    # A t interval of few people can end beyond the values that a share has.
    return (max(low, 0.0), min(high, 1.0)) if value == "accuracy" else (low, high)


def _share_axis(axes: Axes, marks: pd.DataFrame) -> None:
    """Keep the axis of a share from 0 to 1, with room for marks below it."""
    low, high = axes.get_ylim()
    lowest = min([-0.02, *(marks["y"] - 0.04)])
    axes.set_ylim(max(low, lowest), min(high, 1.02))
    ticks = axes.get_yticks()
    axes.set_yticks(ticks[(ticks >= max(low, -1e-9)) & (ticks <= 1 + 1e-9)])


def _last_trial(frame: pd.DataFrame) -> int:
    """Return the last trial (0-based) that at least three quarters of the blocks have."""
    last = frame.groupby(["subject", "block"])["trial"].max().to_numpy()
    if not len(last):
        return 0
    return int(min(np.quantile(last, 0.25, method="lower"), LONGEST_COURSE - 1))


def _who_get_to(frame: pd.DataFrame, last_trial: int) -> pd.Series:
    """Return whether a row's subject has a block with `last_trial`.

    Were people to drop out along the course, its mean would move when no one's value does.
    """
    return frame.groupby("subject")["trial"].transform("max") >= last_trial
