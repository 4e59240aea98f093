"""The parameters of an agent of each dynamics over their trials, true and estimated."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from trnn.estimators.registry import focus_and_optimum, of_parameters
from trnn.figures import artists, palette, style
from trnn.figures.about import About
from trnn.figures.labels import dynamics_label, parameter_label
from trnn.figures.source import combine, each, pick, rows
from trnn.trials.join import join_estimates

ESTIMATORS = of_parameters()
WITH_SPREAD = focus_and_optimum()[1:]
X_AXIS = "trial of the session"
LOOKS: dict[str, dict[str, Any]] = {
    "truth": {"linewidth": 1.6, "zorder": 2.5},
    "mle": {"linewidth": 0.9, "linestyle": (0, (4, 2)), "zorder": 3},
    "filter": {"linewidth": 0.6, "zorder": 2.2},
    "bayes": {"linewidth": 0.8, "zorder": 3},
    "trnn": {"linewidth": 1.0, "zorder": 4},
}
PLAIN: dict[str, Any] = {"linewidth": 0.8, "zorder": 2.2}  # of any other estimator
NOTE = (
    "The first agent under each dynamics. Band: posterior standard deviation of the switching "
    "filter."
)


def source(tables: Mapping[str, pd.DataFrame], unit_of: Mapping[str, str]) -> pd.DataFrame:
    """Return the lines of the first agent of each dynamics, panel by panel."""
    trials = tables["test_trials"]
    first = trials.drop_duplicates("dynamics")[["dynamics", "subject"]]
    kept = trials[trials["subject"].isin(first["subject"])]
    joined = {
        name: join_estimates(kept, _of(tables[f"estimates:{name}:test"], kept))
        for name in ESTIMATORS
    }
    parts = []
    for parameter in unit_of:
        for agent in each(first):
            panel = f"{parameter}, {agent.dynamics}"
            true = kept.loc[kept["subject"] == agent.subject, parameter]
            common = {"x_axis": X_AXIS, "y_axis": parameter_label(parameter, unit_of)}
            x = np.arange(1, len(true) + 1)
            parts.append(_line(panel, "truth", x, true.to_numpy(), common))
            for name, frame in joined.items():
                own = frame[frame["subject"] == agent.subject]
                part = _line(panel, name, x, own[parameter].to_numpy(), common)
                if name in WITH_SPREAD and f"{parameter}_sd" in own.columns:
                    spread = own[f"{parameter}_sd"].to_numpy()
                    part["y_low"], part["y_high"] = part["y"] - spread, part["y"] + spread
                parts.append(part)
    return combine(parts)


def draw(tables: Mapping[str, pd.DataFrame], about: About) -> tuple[Figure, pd.DataFrame]:
    """Draw the figure from `test_trials` and the agents' estimates; return it with its numbers."""
    table = source(tables, about.unit_of)
    shown = [str(name) for name in tables["test_trials"]["dynamics"].unique()]
    figure = style.new_figure(style.DOUBLE_COLUMN, 20 + 43 * len(about.parameters))
    panels = figure.subplots(
        len(about.parameters), max(1, len(shown)), sharey="row", sharex="col", squeeze=False
    )
    for i, parameter in enumerate(about.parameters):
        for j, dynamics in enumerate(shown):
            _panel(panels[i, j], pick(table, panel=f"{parameter}, {dynamics}"))
            if i == 0:
                panels[i, j].set_title(dynamics_label(dynamics))
        panels[i, 0].set_ylabel(parameter_label(parameter, about.unit_of))
    for axes in panels[-1]:
        axes.set_xlabel(X_AXIS)
    figure.align_ylabels()
    handles = [
        artists.line_handle(palette.estimator_name(name), **LOOKS.get(name, PLAIN))
        for name in ("truth", *ESTIMATORS)
    ]
    figure.legend(handles=handles, loc="outside upper center", ncols=len(handles))
    style.add_note(figure, NOTE)
    return figure, table


def _panel(axes: Axes, table: pd.DataFrame) -> None:
    for name in ("truth", *ESTIMATORS):
        series = pick(table, series=palette.estimator_name(name))
        artists.line(axes, series, **LOOKS.get(name, PLAIN))
    if table.empty:
        style.say_empty(axes, "no such agent")
    else:
        axes.set_xlim(0, float(table["x"].max()))
        axes.xaxis.set_major_locator(MaxNLocator(4, integer=True))


def _line(
    panel: str, estimator: str, x: np.ndarray, y: np.ndarray, common: dict[str, str]
) -> pd.DataFrame:
    return rows(panel, "line", palette.estimator_name(estimator), x=x, y=y, n=1, **common)


def _of(estimates: pd.DataFrame, trials: pd.DataFrame) -> pd.DataFrame:
    return estimates[estimates["subject"].isin(trials["subject"].unique())]
