"""Figures 4B and 4C: the inverse temperature around actions against the better arm."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ger2024.figures.clusters import cluster_marks
from ger2024.figures.control import matched, of_agents
from ger2024.findings.course_tests import UNGREEDY_GREEDY
from ger2024.findings.events import AROUND, event_subjects, greedy, ungreedy
from trnn.checks.matched.control import SIDES, courses_of_people
from trnn.figures import artists, palette, style
from trnn.figures.about import About
from trnn.figures.labels import P_ACTION_0, parameter_label
from trnn.figures.marks import LEGEND
from trnn.figures.source import combine, each, pick, rows
from trnn.statistics.intervals import mean_intervals
from trnn.trials.join import join_estimates

PARAMETER = "beta"
PALE = "#EDB491"  # the t-RNN's colour made paler: agents, not people
UNGREEDY, GREEDY = "against the better arm", "for the better arm"
EVENT_COLOURS = {
    UNGREEDY: palette.VERMILLION,
    GREEDY: palette.GREY,
    of_agents(UNGREEDY): PALE,
    of_agents(GREEDY): palette.LIGHT_GREY,
}
CLUSTERS_OF = "beta_around_actions"
OFFSET_AXIS = "trials after the action"
SESSION_AXIS = "trial of the session"
CHOICES, BETA, BORDER = "choices", "beta", "block"
NOTE_AVERAGE = (
    "Estimates of the t-RNN; mean and 95 % CI over people, and over people's matched agents, which "
    "keep a person's own fit on that person's own schedule. Actions from the fifth trial of a "
    "block on; trials of other blocks are left out, so that the ends hold fewer of them. Bar: "
    "against less for the better arm, people less their agents (where there are none: people "
    f"alone), cluster permutation test ({LEGEND})."
)
NOTE_EXAMPLE = (
    "The action against the better arm (from the fifth trial of a block on, first one in its "
    "block) after which β falls most by the next trial, with its block and the blocks before and "
    "after it. Vertical lines: borders of blocks. Estimates of the t-RNN."
)


def average_source(
    frame: pd.DataFrame, agents: pd.DataFrame | None, unit_of: Mapping[str, str]
) -> pd.DataFrame:
    """Return mean β around actions against and for the better arm, offsets -5 to 5.

    `agents` are those matched to the people, if there are any: the control.
    """
    parts = []
    cases = [(UNGREEDY, frame, ungreedy), (GREEDY, frame, greedy)]
    if agents is not None:
        cases += [(of_agents(name), agents, find) for name, _, find in cases]
    for name, subjects, find in cases:
        events = find(subjects)
        if not events.any():
            continue
        means = event_subjects(subjects, events, PARAMETER, AROUND, AROUND)
        if subjects is agents:
            courses = means.pivot(index="subject", columns="offset", values="value")
            means = pd.Series(
                courses_of_people(agents, courses).stack(), name="value"
            ).reset_index()
        found = mean_intervals(means.dropna(), ["offset"])
        parts.append(
            rows(
                "β around the action",
                "line",
                name,
                x=found["offset"].to_numpy(),
                y=found["mean"].to_numpy(),
                y_low=found["ci_low"].to_numpy(),
                y_high=found["ci_high"].to_numpy(),
                n=found["n"].to_numpy(),
                x_axis=OFFSET_AXIS,
                y_axis=parameter_label(PARAMETER, unit_of),
            )
        )
    return combine(parts)


def draw_average(tables: Mapping[str, pd.DataFrame], about: About) -> tuple[Figure, pd.DataFrame]:
    """Draw figure 4C from people's and agents' trials and the t-RNN's estimates."""
    frame = join_estimates(tables["human_trials"], tables["estimates:trnn:human"])
    agents = matched(tables, frame)
    table = average_source(frame, agents, about.unit_of)
    sides = UNGREEDY_GREEDY if agents is None else SIDES
    marks = cluster_marks(tables["statistics"], CLUSTERS_OF, sides, 0, table)
    table = combine([table, marks])
    # The legend has a line for each series.
    figure = style.new_figure(style.SINGLE_COLUMN, 68 if agents is None else 84)
    axes = figure.subplots()
    for name, colour in EVENT_COLOURS.items():
        own = pick(table, series=name)
        artists.line(axes, own, colour=colour, marker="o", markersize=2.5, linewidth=1.2)
    artists.marks(axes, pick(table, kind="mark"))
    axes.axvline(0, color=palette.LIGHT_GREY, linewidth=0.8, zorder=0)
    axes.set_xlim(-AROUND - 0.4, AROUND + 0.4)
    axes.set_xticks(range(-AROUND, AROUND + 1))
    artists.label_axes(axes, table)
    if pick(table, series=UNGREEDY).empty:
        style.say_empty(axes)
    if len(table):
        figure.legend(loc="outside upper center", ncols=1)
    style.add_note(figure, NOTE_AVERAGE)
    return figure, table


def find_example(frame: pd.DataFrame) -> int | None:
    """Return the row of the example's action, None if there is none.

    The candidates are each block's first action against the better arm that has a trial after it.
    The example is the one after which β falls most by the next trial; of equals the first.
    """
    rows_of_events = np.flatnonzero(ungreedy(frame).to_numpy())
    keys = frame.iloc[rows_of_events][["subject", "block"]]
    first = rows_of_events[~keys.duplicated().to_numpy()]
    first = first[first < len(frame) - 1]
    same = np.ones(len(first), dtype=bool)
    for key in ("subject", "block"):
        values = frame[key].to_numpy()
        same &= values[first] == values[first + 1]
    first = first[same]
    if not len(first):
        return None
    beta = frame[PARAMETER].to_numpy()
    return int(first[np.argmin(beta[first + 1] - beta[first])])


def example_source(frame: pd.DataFrame, unit_of: Mapping[str, str]) -> pd.DataFrame:
    """Return choices, P(action 0), β and blocks' borders around the example's action."""
    row = find_example(frame)
    if row is None:
        return combine([])
    frame = frame.assign(ungreedy=ungreedy(frame))
    event = frame.iloc[row]
    session = frame[frame["subject"] == event["subject"]].reset_index(drop=True)
    session["x"] = np.arange(1, len(session) + 1)
    shown = session[(session["block"] - event["block"]).abs() <= 1]
    where = f"{event['subject']}, block {int(event['block']) + 1}"
    common = {"x": shown["x"].to_numpy(), "x_axis": SESSION_AXIS, "n": 1}
    trnn = palette.estimator_name("trnn")
    ticks = rows(
        CHOICES,
        "choice",
        "choice",
        y=shown["action"].to_numpy(dtype=float),
        label=_kind_of_action(shown),
        y_axis="action",
        **common,
    )
    lines = [
        rows(panel, "line", trnn, y=shown[column].to_numpy(), y_axis=axis, label=where, **common)
        for panel, column, axis in (
            (CHOICES, "p_action_0", P_ACTION_0),
            (BETA, PARAMETER, parameter_label(PARAMETER, unit_of)),
        )
    ]
    borders = shown.loc[shown["trial"] == 0, "x"].to_numpy()[1:] - 0.5
    at = int(session["x"][(session["block"] == event["block"])].iloc[0] + event["trial"])
    extra = [
        rows(panel, "reference", series, x=x, x_axis=SESSION_AXIS)
        for panel in (CHOICES, BETA)
        for series, x in ((BORDER, borders), (UNGREEDY, np.array([float(at)])))
        if len(x)
    ]
    return combine([ticks, *lines, *extra])


def draw_example(tables: Mapping[str, pd.DataFrame], about: About) -> tuple[Figure, pd.DataFrame]:
    """Draw figure 4B from `human_trials` and the t-RNN's estimates."""
    frame = join_estimates(tables["human_trials"], tables["estimates:trnn:human"])
    table = example_source(frame, about.unit_of)
    figure = style.new_figure(style.DOUBLE_COLUMN, 98)
    top, bottom = figure.subplots(2, 1, sharex=True, height_ratios=[1.25, 1])
    for axes, panel in ((top, CHOICES), (bottom, BETA)):
        _example_panel(axes, pick(table, panel=panel))
    artists.probability_axis(top)
    top.set_ylabel(P_ACTION_0)
    bottom.set_ylabel(parameter_label(PARAMETER, about.unit_of))
    bottom.set_xlabel(SESSION_AXIS)
    artists.whole_ticks(bottom)
    lines = pick(table, kind="line")
    if len(lines):
        top.set_title(str(lines["label"].iloc[0]))
        handles = [
            artists.line_handle(name, color=colour, linestyle="", marker="|", markeredgewidth=1.2)
            for name, colour in _ACTION_COLOURS.items()
        ]
        figure.legend(handles=handles, loc="outside upper center", ncols=len(handles))
    figure.align_ylabels()
    style.add_note(figure, NOTE_EXAMPLE)
    return figure, table


_OTHER = "before the fifth trial, or arms equal"
_ACTION_COLOURS = {
    UNGREEDY: palette.VERMILLION,
    GREEDY: palette.CHARCOAL,
    _OTHER: palette.GREY,
}


def _kind_of_action(frame: pd.DataFrame) -> np.ndarray:
    against, for_it = ungreedy(frame).to_numpy(), greedy(frame).to_numpy()
    return np.where(against, UNGREEDY, np.where(for_it, GREEDY, _OTHER)).astype(object)


def _example_panel(axes: Axes, table: pd.DataFrame) -> None:
    artists.choices(axes, pick(table, kind="choice"), _ACTION_COLOURS)
    for row in each(pick(table, kind="reference")):
        border = row.series == BORDER
        axes.axvline(
            row.x,
            color=palette.GREY if border else palette.VERMILLION,
            linewidth=0.6 if border else 5.0,
            alpha=1.0 if border else 0.18,
            zorder=0,
            gid="reference",
        )
    line, borders = pick(table, kind="line"), pick(table, kind="reference", series=BORDER)
    # Values start anew in each block: no line leads from one to the next.
    for _, part in line.groupby(np.searchsorted(borders["x"], line["x"])):
        artists.line(axes, part, marker="o", markersize=2)
    if table.empty:
        style.say_empty(axes)
