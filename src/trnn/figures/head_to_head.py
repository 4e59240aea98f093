"""On which trials the t-RNN or its model predicts people better than the d-RNN, or worse."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from trnn.estimators.registry import FOCUS, estimator
from trnn.figures import artists, palette, style
from trnn.figures.about import About
from trnn.figures.keys import HEAD_TO_HEAD
from trnn.figures.source import combine, each, pick, rows
from trnn.scores.head_to_head_table import THEORY
from trnn.trials.halves import REPORTING_HALF

SERIES = {FOCUS: "the t-RNN itself", THEORY: "its model alone"}
LOOKS: dict[str, dict[str, Any]] = {
    SERIES[FOCUS]: {"color": palette.ESTIMATOR_COLOURS[FOCUS], "marker": "o"},
    SERIES[THEORY]: {"color": palette.CHARCOAL, "marker": "s"},
}
SHIFTS = dict(zip(SERIES.values(), (-0.16, 0.16), strict=True))
PANELS = {"difference": "on these trials", "contribution": "part of the difference on all trials"}
X_AXES = {
    "difference": "\u2212log P(choice), less the d-RNN's (nats)",
    "contribution": "the same, over all trials (nats a trial)",
}
GAP = 0.7  # between partitions, in rows
ROW = 5.6  # mm
NOTE = (
    "Left of 0: the t-RNN predicts better; right of 0: the d-RNN does. Mean and 95 % bootstrap "
    "interval over people; in parentheses the share of their trials."
)


def source(head_to_head: pd.DataFrame) -> pd.DataFrame:
    """Return a point for each kind of trial, series and panel; kinds from the top downwards."""
    own = _shown(head_to_head)
    places = _places(own)
    own = own[own.set_index(["partition", "kind"]).index.isin(places)]
    parts = []
    for column, panel in PANELS.items():
        for predictor, series in SERIES.items():
            part = pick(own, predictor_a=predictor)
            keys = list(zip(part["partition"], part["kind"], strict=True))
            parts.append(
                rows(
                    panel,
                    "point",
                    series,
                    x=part[column].to_numpy(dtype=float),
                    x_low=part[f"{column}_ci_low"].to_numpy(dtype=float),
                    x_high=part[f"{column}_ci_high"].to_numpy(dtype=float),
                    y=np.array([places[key] + SHIFTS[series] for key in keys], dtype=float),
                    label=[
                        f"{kind} ({100 * share:.0f} %)"
                        for kind, share in zip(part["kind"], part["share_of_trials"], strict=True)
                    ],
                    n=part["n"].to_numpy(),
                    x_axis=X_AXES[column],
                )
            )
    return combine(parts)


def draw(tables: Mapping[str, pd.DataFrame], about: About) -> tuple[Figure, pd.DataFrame]:
    """Draw the figure from `head_to_head`: a row a kind of trial, two panels."""
    table = source(tables[HEAD_TO_HEAD])
    figure = style.new_figure(style.DOUBLE_COLUMN, 30 + ROW * table["label"].nunique())
    left, right = figure.subplots(1, 2, sharey=True)
    for axes, panel in zip((left, right), PANELS.values(), strict=True):
        own = pick(table, panel=panel)
        _panel(axes, own)
        axes.set_title(panel)
        artists.label_axes(axes, own, y=False)
    names = {row.label: row.y - SHIFTS[row.series] for row in each(table)}
    left.set_yticks(list(names.values()), list(names))
    left.invert_yaxis()
    for axes in (left, right):
        axes.tick_params(axis="y", length=0)
    handles = [
        artists.line_handle(name, linestyle="", markersize=3.5, **LOOKS[name])
        for name in artists.series_of(table, "point")
    ]
    figure.legend(handles=handles, loc="outside upper center", ncols=len(handles))
    style.add_note(figure, NOTE)
    return figure, table


def _shown(head_to_head: pd.DataFrame) -> pd.DataFrame:
    """Return the rows that are drawn: against the d-RNN, of the reporting half or else of all."""
    networks = [name for name in head_to_head["predictor_b"].unique() if _learned(str(name))]
    own = pick(head_to_head, predictor_b=str(networks[0]))
    half = pick(own, group=REPORTING_HALF)
    return half if len(half) else pick(own, group="all")


def _learned(name: str) -> bool:
    return estimator(name).from_people


def _places(own: pd.DataFrame) -> dict[tuple[str, str], float]:
    """Return the height of each kind, from 0 downwards; one that has been drawn is left out."""
    places: dict[tuple[str, str], float] = {}
    at, before, seen = 0.0, None, set()
    for partition, kind in zip(own["partition"], own["kind"], strict=True):
        if kind in seen:
            continue
        at += GAP if before is not None and partition != before else 0.0
        places[partition, kind] = at
        seen.add(kind)
        at, before = at + 1.0, partition
    return places


def _panel(axes: Axes, table: pd.DataFrame) -> None:
    axes.axvline(0, color=palette.LIGHT_GREY, linewidth=0.8, zorder=0)
    for series in artists.series_of(table, "point"):
        own, look = pick(table, series=series), LOOKS[series]
        axes.scatter(own["x"], own["y"], s=9, linewidths=0, gid="point", **look)
        known = own[own["x_low"].notna()]
        axes.hlines(known["y"], known["x_low"], known["x_high"], color=look["color"], linewidth=0.9)
    if table.empty:
        style.say_empty(axes, "no people")
