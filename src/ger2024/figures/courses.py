"""Figures 3E, S3E, 4D, 4E and 4F: the course of a value over the trials of a block."""

from collections.abc import Mapping

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ger2024.figures.clusters import cluster_marks
from ger2024.figures.control import as_agents, as_people, matched, of_agents
from ger2024.findings.difficulty import EASY_HARD, chose_better, difficulty
from trnn.checks.matched.control import SIDES
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
    f"1 or less. Bars: clusters of trials, easy less hard, cluster permutation test ({LEGEND})"
)
AGENTS_NOTE = (
    " Dashed: matched agents, which keep a person's own fit on that person's own schedule."
)


def draw_by_group(
    tables: Mapping[str, pd.DataFrame], about: About, value: str
) -> tuple[Figure, pd.DataFrame]:
    """Draw the parameter `value` over the block by group (3E, S3E)."""
    frame = join_estimates(tables["human_trials"], tables["estimates:trnn:human"])
    panel, axis = f"{symbol(value)} over the block", parameter_label(value, about.unit_of)
    table = source(frame, value, "group", panel, axis)
    groups = [str(name) for name in frame["group"].dropna().unique()]
    agents = matched(tables, frame)
    note = NOTE
    if agents is not None:
        beside = source(as_people(agents), value, "group", panel, axis)
        table, note = combine([table, as_agents(beside)]), NOTE + AGENTS_NOTE
    return _figure(table, palette.group_colours(groups), note), table


def draw_by_difficulty(
    tables: Mapping[str, pd.DataFrame], about: About, value: str
) -> tuple[Figure, pd.DataFrame]:
    """Draw a parameter, or 'accuracy', in easy and hard blocks (4D-F)."""
    frame = join_estimates(tables["human_trials"], tables["estimates:trnn:human"])
    statistics = tables["statistics"]
    if value == "accuracy":
        table = _by_difficulty(frame, chose_better(frame), ACCURACY_LABEL, ACCURACY_LABEL)
        marks = cluster_marks(statistics, value, EASY_HARD, 1, table, (0.0, 1.0))
        table = combine([table, marks])
        figure = _figure(table, CONDITION_COLOURS, f"{DIFFICULTY_NOTE}.")
        _share_axis(figure.axes[0], pick(table, kind="mark"))
        return figure, table
    panel, axis = symbol(value), parameter_label(value, about.unit_of)
    table = _by_difficulty(frame, frame[value], panel, axis)
    agents = matched(tables, frame)
    sides, note = EASY_HARD, f"Estimates of the t-RNN. {DIFFICULTY_NOTE}"
    if agents is not None:
        beside = as_people(agents)
        table = combine([table, as_agents(_by_difficulty(beside, beside[value], panel, axis))])
        sides, note = SIDES, f"{note}, people less matched agents.{AGENTS_NOTE}"
    else:
        note += "."
    marks = cluster_marks(statistics, value, sides, 1, table)
    table = combine([table, marks])
    return _figure(table, CONDITION_COLOURS, note), table


def _by_difficulty(frame: pd.DataFrame, value: pd.Series, panel: str, axis: str) -> pd.DataFrame:
    """Return the courses of a value over easy and over hard blocks."""
    return source(frame.assign(difficulty=difficulty(frame)), value, "difficulty", panel, axis)


def _figure(table: pd.DataFrame, colours: Mapping[str, str], note: str) -> Figure:
    figure = style.new_figure(style.SINGLE_COLUMN, 68)
    axes = figure.subplots()
    draw_lines(axes, table, colours, dashed={name: of_agents(name) for name in colours})
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
