"""People beside agents that replay their sessions with their parameters."""

from collections.abc import Mapping
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from trnn.checks.predictive.choice_statistics import CURVE, RUNS
from trnn.checks.predictive.predictive_table import POSTERIOR, SOURCES
from trnn.figures import artists, palette, style
from trnn.figures.about import About
from trnn.figures.keys import PREDICTIVE
from trnn.figures.labels import TRIAL_OF_BLOCK
from trnn.figures.source import combine, each, pick, rows
from trnn.trials.halves import REPORTING_HALF

PEOPLE = "people"
RATES = {"win_stay": "win–stay", "lose_shift": "lose–shift", "switch_rate": "switch"}
PANELS = {CURVE: "learning curve", "rates": "rates", RUNS: "runs of one choice"}
X_AXES = {CURVE: TRIAL_OF_BLOCK, RUNS: "length of the run, from"}
Y_AXES = {CURVE: "choices of the better arm", "rates": "share of trials", RUNS: "share of runs"}
SHIFTS = {PEOPLE: 0.0, **{source: 0.22 * (i + 1) for i, source in enumerate(SOURCES)}}
NOTE = (
    "Means over people: their own choices, and those of agents that replay their sessions; bands "
    "and bars: 5 % to 95 % of the re-simulations. The posterior was conditioned on these "
    "choices: agreement shows that the model is adequate to them, not that it predicts."
)


def source(predictive: pd.DataFrame) -> pd.DataFrame:
    """Return lines (by trial, by length) and points (rates) of people and re-simulations."""
    parts = []
    for group in groups_of(predictive):
        own = pick(predictive, group=group)
        for statistic in (CURVE, RUNS):
            places = {low: i for i, low in enumerate(_bins(own, statistic))}
            for series, part in _series(pick(own, statistic=statistic)):
                # A bin of trials is drawn at its first trial. Lengths of runs grow by multiples and
                # are drawn side by side.
                at = part["bin"] if statistic == CURVE else part["bin"].map(places)
                parts.append(_rows(group, statistic, "line", series, at, part, part["bin_words"]))
        for place, (name, words) in enumerate(RATES.items()):
            for series, part in _series(pick(own, statistic=name)):
                at = pd.Series(place + SHIFTS[series], index=part.index)
                label = pd.Series(words, index=part.index)
                parts.append(_rows(group, "rates", "point", series, at, part, label))
    table = combine(parts)
    names = {key: palette.estimator_name(key) for key in SOURCES}
    table["series"] = table["series"].replace(names).astype("str")
    return table


def groups_of(predictive: pd.DataFrame) -> list[str]:
    """Return the groups that are drawn: all people only where there are no others."""
    names = [str(name) for name in predictive["group"].unique()]
    return [name for name in names if name not in ("all", REPORTING_HALF)] or ["all"]


def draw(tables: Mapping[str, pd.DataFrame], about: About) -> tuple[Figure, pd.DataFrame]:
    """Draw the figure from `predictive`: a row a group."""
    table = source(tables[PREDICTIVE])
    groups = groups_of(tables[PREDICTIVE])
    figure = style.new_figure(style.DOUBLE_COLUMN, 30 + 42 * len(groups))
    grid = figure.subplots(len(groups), len(PANELS), squeeze=False)
    for line, group in zip(grid, groups, strict=True):
        for axes, kind in zip(line, PANELS, strict=True):
            own = pick(table, panel=_title(group, kind))
            _panel(axes, own, kind)
            axes.set_title(_title(group, kind))
            artists.label_axes(axes, own)
    names = [PEOPLE, *(palette.estimator_name(name) for name in SOURCES)]
    handles = [artists.line_handle(name, **_look(name)) for name in names]
    figure.legend(handles=handles, loc="outside upper center", ncols=len(names))
    style.add_note(figure, NOTE)
    return figure, table


def _bins(own: pd.DataFrame, statistic: str) -> list[int]:
    """Return the first values of a statistic's bins, in order."""
    return sorted({int(low) for low in pick(own, statistic=statistic)["bin"]})


def _series(part: pd.DataFrame) -> list[tuple[str, pd.DataFrame]]:
    """Return people and each source, with their rows that have a value."""
    kept = part[part["observed"].notna() & part["mean"].notna()]
    people = kept[kept["source"] == POSTERIOR]
    people = people.assign(mean=people["observed"], q05=float("nan"), q95=float("nan"))
    return [(PEOPLE, people), *((name, kept[kept["source"] == name]) for name in SOURCES)]


def _rows(
    group: str,
    kind: str,
    mark: str,
    series: str,
    at: pd.Series,
    part: pd.DataFrame,
    label: pd.Series,
) -> pd.DataFrame:
    return rows(
        _title(group, kind),
        mark,
        series,
        x=at.to_numpy(dtype=float),
        x_label=label.to_numpy(dtype=object),
        y=part["mean"].to_numpy(dtype=float),
        y_low=part["q05"].to_numpy(dtype=float),
        y_high=part["q95"].to_numpy(dtype=float),
        n=part["n"].to_numpy(),
        x_axis=X_AXES.get(kind),
        y_axis=Y_AXES[kind],
    )


def _title(group: str, kind: str) -> str:
    return PANELS[kind] if group == "all" else f"{group}: {PANELS[kind]}"


def _panel(axes: Axes, table: pd.DataFrame, kind: str) -> None:
    if table.empty:
        style.say_empty(axes)
        return
    for name in table["series"].unique():
        own = pick(table, series=name)
        look = _look(name)
        if kind == "rates":
            axes.scatter(own["x"], own["y"], s=9, color=look["color"], linewidths=0, gid="point")
            known = own[own["y_low"].notna()]
            axes.vlines(
                known["x"], known["y_low"], known["y_high"], color=look["color"], linewidth=0.9
            )
        else:
            artists.line(axes, own, colour=look.pop("color"), **look)
    if kind == "rates":
        middle = SHIFTS[SOURCES[0]]
        axes.set_xticks([i + middle for i in range(len(RATES))], list(RATES.values()))
        axes.tick_params(axis="x", length=0)
        axes.set_ylim(0, 1)
    elif kind == RUNS:
        at = {row.x: str(row.x_label) for row in each(table)}
        axes.set_xticks(list(at), [name.split("–")[0] for name in at.values()])
        axes.set_ylim(bottom=0)
    else:
        artists.whole_ticks(axes)


def _look(series: str) -> dict[str, Any]:
    if series == PEOPLE:
        return {"color": palette.BLACK, "linewidth": 1.2}
    return {"color": palette.series_colour(series), "linewidth": 1.0}
