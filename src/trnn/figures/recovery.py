"""Recovery of constant parameters against the number of trials that were seen."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import NullLocator

from trnn.config.dynamics import Range
from trnn.estimators.registry import FIT, FOCUS, recovered
from trnn.figures import artists, palette, style
from trnn.figures.about import About
from trnn.figures.labels import measure_label, symbol
from trnn.figures.marks import LEGEND, mark_row, statistics_of
from trnn.figures.source import combine, pick, rows, tallest
from trnn.scores.recovery_errors import recovery_errors
from trnn.statistics.intervals import mean_intervals

ESTIMATORS = recovered()
X_AXIS = "trials seen (log scale)"
LABELS_APART = 0.25  # decades
LOOKS: dict[str, dict[str, Any]] = {"prior": {"linestyle": "--", "marker": ""}}
NOTE = (
    "Agents with constant parameters; mean and 95 % CI over agents of the squared error after the "
    "first n trials. Maximum likelihood is fitted anew to each agent's first n trials. Marks: "
    f"t-RNN against maximum likelihood, Wilcoxon signed-rank, Holm-corrected ({LEGEND})."
)


def source(
    errors: pd.DataFrame, statistics: pd.DataFrame, parameters: Mapping[str, Range]
) -> pd.DataFrame:
    """Return mean and interval over agents by parameter (panel), estimator and trials seen.

    The marks of the t-RNN against maximum likelihood, at each number of trials, come last.
    """
    values = errors.rename(columns={"squared_error": "value"})
    means = mean_intervals(values, ["parameter", "estimator", "n_trials"])
    parts = []
    for parameter in errors["parameter"].unique():
        for estimator in ESTIMATORS:
            part = pick(means, parameter=parameter, estimator=estimator)
            if part.empty:
                continue
            parts.append(
                rows(
                    symbol(parameter),
                    "line",
                    palette.estimator_name(estimator),
                    x=part["n_trials"].to_numpy(dtype=float),
                    y=part["mean"].to_numpy(),
                    y_low=part["ci_low"].to_numpy(),
                    y_high=part["ci_high"].to_numpy(),
                    n=part["n"].to_numpy(),
                    x_axis=X_AXIS,
                    y_axis=measure_label(f"mse_{parameter}", parameters),
                )
            )
    lines = combine(parts)
    marks = [_marks(statistics, name, lines) for name in errors["parameter"].unique()]
    return combine([lines, *marks])


def draw(tables: Mapping[str, pd.DataFrame], about: About) -> tuple[Figure, pd.DataFrame]:
    """Draw the figure from `test_trials`, `recovery_fits` and the agents' estimates."""
    # Maximum likelihood is fitted anew to the first trials.
    estimates = {name: tables[f"estimates:{name}:test"] for name in ESTIMATORS if name != FIT}
    table = source(
        recovery_errors(
            tables["test_trials"],
            tables["recovery_fits"],
            estimates,
            about.parameters,
            about.constant,
        ),
        tables["statistics"],
        about.parameters,
    )
    # A panel keeps its size, whatever the number of parameters.
    width = min(style.DOUBLE_COLUMN, max(style.SINGLE_COLUMN, 14 + 58 * len(about.parameters)))
    figure = style.new_figure(width, 72)
    panels = figure.subplots(1, len(about.parameters), squeeze=False)[0]
    for axes, parameter in zip(panels, about.parameters, strict=True):
        _panel(axes, pick(table, panel=symbol(parameter)))
    handles = [
        artists.line_handle(name, **_look(name)) for name in artists.series_of(table, "line")
    ]
    if handles:
        columns = {1: 2, 2: 3}.get(len(about.parameters), len(handles))
        figure.legend(handles=handles, loc="outside upper center", ncols=columns)
    style.add_note(figure, NOTE)
    return figure, table


def _marks(statistics: pd.DataFrame, parameter: str, lines: pd.DataFrame) -> pd.DataFrame:
    """Return a parameter's marks above its curves, every other one a little higher."""
    own = pick(lines, panel=symbol(parameter))
    top = tallest(own)
    pair = {"estimator_a": FIT, "estimator_b": FOCUS}
    of = {"kind": "estimators", "measure": f"recovery_{parameter}", **pair}
    found = sorted(statistics_of(statistics, **of), key=lambda row: row.trials_seen)
    axes: dict[str, Any] = {
        "x_axis": X_AXIS,
        "y_axis": None if own.empty else str(own["y_axis"].iloc[0]),
    }
    return combine(
        [
            mark_row(
                row,
                symbol(parameter),
                str(row.contrast),
                x=float(row.trials_seen),
                y=top * (1.02 + 0.07 * (i % 2)),
                **axes,
            )
            for i, row in enumerate(found)
        ]
    )


def _panel(axes: Axes, table: pd.DataFrame) -> None:
    lines = pick(table, kind="line")
    for name in lines["series"].unique():
        artists.line(axes, pick(lines, series=name), **_look(name))
    artists.marks(axes, pick(table, kind="mark"))
    if table.empty:
        style.say_empty(axes, "no such agents")
        return
    axes.set_xscale("log")
    seen = sorted(lines["x"].unique())
    axes.set_xticks(seen, _labels(seen))
    axes.xaxis.set_minor_locator(NullLocator())
    axes.set_ylim(0, 1.07 * tallest(table) or 1.0)
    artists.label_axes(axes, table)
    axes.set_title(str(table["panel"].iloc[0]))


def _labels(numbers: list[float]) -> list[str]:
    """Return the ticks' labels; a number close below a labelled one gets none."""
    labels, last = [], np.inf
    for number in reversed(numbers):
        apart = np.log10(last / number) > LABELS_APART
        labels.append(f"{number:.0f}" if apart else "")
        last = number if apart else last
    return labels[::-1]


def _look(series: str) -> dict[str, Any]:
    look = {"marker": "o", "markersize": 2.5, "linewidth": 1.1}
    return look | LOOKS.get(palette.estimator_of(series), {})
