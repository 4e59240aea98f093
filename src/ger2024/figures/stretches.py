"""Figure 3D: two stretches of choices, one person alternating and one repeating."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ger2024.findings.stretches import alternating_stretch, repeating_stretch
from trnn.figures import artists, palette, style
from trnn.figures.about import About
from trnn.figures.labels import P_ACTION_0, TRIAL_OF_BLOCK, parameter_label
from trnn.figures.source import combine, pick, rows
from trnn.trials.join import join_estimates

PARAMETER, LENGTH = "kappa", 40
ALTERNATING, REPEATING = "alternating", "repeating"
FINDERS = {ALTERNATING: alternating_stretch, REPEATING: repeating_stretch}
CHOICES, KAPPA = "choices", "kappa"
NOTE = (
    f"Among all stretches of {LENGTH} trials (or of the longest possible, if shorter) within a "
    "block, those with the fewest and with the most stays; among equals, those with the lowest "
    "and the highest mean κ. Ticks: choices; dots: rewarded. Estimates of the t-RNN."
)


def source(frame: pd.DataFrame, axis: str) -> pd.DataFrame:
    """Return choices, P(action 0) and κ of the two stretches; none where no block is long enough.

    `axis` is the label of κ.
    """
    longest = int(frame["trial"].max()) + 1 if len(frame) else 0
    parts = []
    for name, find in FINDERS.items():
        length = min(LENGTH, longest)
        found = find(frame, length) if length >= 2 else None
        if found is not None and len(found):
            parts.append(_stretch(found, name, axis))
    return combine(parts)


def draw(tables: Mapping[str, pd.DataFrame], about: About) -> tuple[Figure, pd.DataFrame]:
    """Draw figure 3D from `human_trials` and the t-RNN's estimates."""
    frame = join_estimates(tables["human_trials"], tables["estimates:trnn:human"])
    axis = parameter_label(PARAMETER, about.unit_of)
    table = source(frame, axis)
    figure = style.new_figure(style.DOUBLE_COLUMN, 90)
    panels = figure.subplots(2, 2, sharex="col", sharey="row", height_ratios=[1.25, 1])
    for j, name in enumerate(FINDERS):
        top, bottom = panels[:, j]
        _choices(top, pick(table, panel=f"{CHOICES}, {name}"), name)
        _kappa(bottom, pick(table, panel=f"{KAPPA}, {name}"))
    panels[0, 0].set_ylabel(P_ACTION_0)
    panels[1, 0].set_ylabel(axis)
    figure.align_ylabels()
    style.add_note(figure, NOTE)
    return figure, table


def _stretch(found: pd.DataFrame, name: str, axis: str) -> pd.DataFrame:
    x = found["trial"].to_numpy() + 1
    subject, block = found["subject"].iloc[0], int(found["block"].iloc[0]) + 1
    where = f"{name} ({subject}, block {block})"
    rewarded = found["reward"].to_numpy() > 0
    common = {"x": x, "x_axis": TRIAL_OF_BLOCK, "n": 1, "label": where}
    ticks = rows(
        f"{CHOICES}, {name}",
        "choice",
        "choice",
        y=found["action"].to_numpy(dtype=float),
        y_axis="action",
        **common,
    )
    ticks["series"] = np.where(rewarded, "rewarded choice", "choice")
    lines = [
        rows(
            f"{panel}, {name}",
            "line",
            palette.estimator_name("trnn"),
            y=found[column].to_numpy(),
            y_axis=label,
            **common,
        )
        for panel, column, label in (
            (CHOICES, "p_action_0", P_ACTION_0),
            (KAPPA, PARAMETER, axis),
        )
    ]
    return combine([ticks, *lines])


def _choices(axes: Axes, table: pd.DataFrame, name: str) -> None:
    artists.choices(axes, pick(table, kind="choice"), {})
    artists.line(axes, pick(table, kind="line"))
    axes.axhline(0.5, color=palette.LIGHT_GREY, linewidth=0.6, zorder=0)
    artists.probability_axis(axes)
    axes.set_title(str(table["label"].iloc[0]) if len(table) else name)
    if table.empty:
        style.say_empty(axes)


def _kappa(axes: Axes, table: pd.DataFrame) -> None:
    artists.line(axes, pick(table, kind="line"))
    axes.axhline(0, color=palette.LIGHT_GREY, linewidth=0.6, zorder=0)
    axes.set_xlabel(TRIAL_OF_BLOCK)
    artists.whole_ticks(axes)
    if table.empty:
        style.say_empty(axes)
