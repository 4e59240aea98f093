"""Figures 3E, S3E, 4D, 4E and 4F: the course of a value over the trials of a block."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ger2024.figures.clusters import cluster_marks
from ger2024.findings.course_tests import EASY_HARD
from ger2024.findings.difficulty import chose_better, difficulty
from trnn.figures import palette, style
from trnn.figures.about import About
from trnn.figures.courses import NOTE, draw_lines, source
from trnn.figures.labels import parameter_label, symbol
from trnn.figures.marks import LEGEND
from trnn.figures.source import combine, pick
from trnn.trials.join import join_estimates

ACCURACY_LABEL = "share of choices of the better arm"
CONDITION_COLOURS = {"easy": palette.BLUE, "hard": palette.OLIVE}
DIFFICULTY_NOTE = (
    "Mean and 95 % CI over people. Easy: the arms' means differ by 19 points or more; hard: by "
    f"1 or less. Bars: clusters of trials, cluster permutation test ({LEGEND})."
)


def draw_by_group(
    tables: Mapping[str, pd.DataFrame], about: About, value: str
) -> tuple[Figure, pd.DataFrame]:
    """Draw the parameter `value` over the block by group (3E, S3E)."""
    frame = join_estimates(tables["human_trials"], tables["estimates:trnn:human"])
    panel = f"{symbol(value)} over the block"
    table = source(frame, value, "group", panel, parameter_label(value, about.unit_of))
    groups = [str(name) for name in frame["group"].dropna().unique()]
    return _figure(table, palette.group_colours(groups), NOTE), table


def draw_by_difficulty(
    tables: Mapping[str, pd.DataFrame], about: About, value: str
) -> tuple[Figure, pd.DataFrame]:
    """Draw a parameter, or 'accuracy', in easy and hard blocks (4D-F)."""
    frame = join_estimates(tables["human_trials"], tables["estimates:trnn:human"])
    frame = frame.assign(difficulty=difficulty(frame))
    if value == "accuracy":
        panel, axis, of = ACCURACY_LABEL, ACCURACY_LABEL, ""
        table = source(frame, chose_better(frame), "difficulty", panel, axis)
    else:
        panel, axis = symbol(value), parameter_label(value, about.unit_of)
        of = "Estimates of the t-RNN. "
        table = source(frame, value, "difficulty", panel, axis)
    limits = (0.0, 1.0) if value == "accuracy" else (-np.inf, np.inf)
    marks = cluster_marks(tables["statistics"], value, EASY_HARD, 1, table, limits)
    table = combine([table, marks])
    figure = _figure(table, CONDITION_COLOURS, of + DIFFICULTY_NOTE)
    if value == "accuracy":
        _share_axis(figure.axes[0], pick(table, kind="mark"))
    return figure, table


def _figure(table: pd.DataFrame, colours: Mapping[str, str], note: str) -> Figure:
    figure = style.new_figure(style.SINGLE_COLUMN, 68)
    axes = figure.subplots()
    draw_lines(axes, table, colours)
    if len(table):
        figure.legend(loc="outside upper center", ncols=len(colours))
    style.add_note(figure, note)
    return figure


def _share_axis(axes: Axes, marks: pd.DataFrame) -> None:
    """Keep the axis of a share from 0 to 1, with room for marks below it."""
    low, high = axes.get_ylim()
    lowest = min([-0.02, *(marks["y"] - 0.04)])
    axes.set_ylim(max(low, lowest), min(high, 1.02))
    ticks = axes.get_yticks()
    axes.set_yticks(ticks[(ticks >= max(low, -1e-9)) & (ticks <= 1 + 1e-9)])
