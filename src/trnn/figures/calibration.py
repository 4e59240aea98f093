"""Coverage of the posteriors' intervals over the session and after changes."""

from collections.abc import Collection, Mapping
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from trnn.checks.calibration.calibration_table import COVERAGE, SINCE, TENTH
from trnn.estimators.registry import focus_and_optimum
from trnn.figures import artists, palette, style
from trnn.figures.about import About
from trnn.figures.keys import CALIBRATION
from trnn.figures.labels import dynamics_label, symbol
from trnn.figures.source import combine, each, pick, rows

ESTIMATORS = focus_and_optimum()[::-1]
# The lines of an estimator's two intervals.
LOOKS: dict[str, dict[str, Any]] = {
    "coverage_50": {"linestyle": "--", "marker": "o", "markersize": 2.0},
    "coverage_90": {"linestyle": "-", "marker": "o", "markersize": 2.0},
}
WORDS = {"coverage_50": "50 % interval", "coverage_90": "90 % interval"}
NOMINAL = "nominal"
X_AXES = {TENTH: "tenth of the session", SINCE: "trials since the change"}
NOTE = (
    "Mean and 95 % CI over agents of the share of true values inside the posteriors' 90 % (solid) "
    "and 50 % intervals (dashed). Trials since the change: bins start at the trials marked. Grey: "
    "nominal shares."
)


def source(calibration: pd.DataFrame, parameters: Collection[str]) -> pd.DataFrame:
    """Return lines and nominal shares of each parameter by dynamics, tenths and trials since."""
    parts = []
    for parameter in parameters:
        for panel, by, own in _panels(pick(calibration, parameter=parameter)):
            common = {"x_axis": X_AXES[by], "y_axis": f"coverage of {symbol(parameter)}"}
            title = f"{symbol(parameter)}, {panel}"
            for measure, nominal in COVERAGE.items():
                for estimator in ESTIMATORS:
                    part = pick(own, measure=measure, estimator=estimator)
                    if part.empty:
                        continue
                    part = part.sort_values("position")
                    parts.append(
                        rows(
                            title,
                            "line",
                            series_name(estimator, measure),
                            x=part["position"].to_numpy(dtype=float),
                            x_label=part["bin"].to_numpy(dtype=object),
                            y=part["share"].to_numpy(dtype=float),
                            y_low=part["ci_low"].to_numpy(dtype=float),
                            y_high=part["ci_high"].to_numpy(dtype=float),
                            n=part["n"].to_numpy(),
                            **common,
                        )
                    )
                parts.append(rows(title, "reference", NOMINAL, y=nominal, **common))
    return combine(parts)


def series_name(estimator: str, measure: str) -> str:
    """Return the name of a line in the figure's numbers."""
    return f"{palette.estimator_name(estimator)}, {WORDS[measure]}"


def draw(tables: Mapping[str, pd.DataFrame], about: About) -> tuple[Figure, pd.DataFrame]:
    """Draw the figure from `calibration`: a row for each parameter, columns by dynamics."""
    table = source(tables[CALIBRATION], about.parameters)
    names = list(dict.fromkeys(str(name).split(", ", 1)[1] for name in table["panel"]))
    figure = style.new_figure(style.DOUBLE_COLUMN, 24 + 38 * len(about.parameters))
    grid = figure.subplots(len(about.parameters), max(len(names), 1), squeeze=False, sharey=True)
    for row, parameter in zip(grid, about.parameters, strict=True):
        for axes, name in zip(row, names, strict=False):
            _panel(axes, pick(table, panel=f"{symbol(parameter)}, {name}"))
        artists.label_axes(row[0], table[table["panel"].str.startswith(symbol(parameter))], x=False)
    for axes, name in zip(grid[0], names, strict=False):
        axes.set_title(name)
    for axes, name in zip(grid[-1], names, strict=False):
        artists.label_axes(axes, table[table["panel"].str.endswith(f", {name}")], y=False)
    handles = [
        artists.line_handle(series_name(estimator, measure), **_look(estimator, measure))
        for measure in reversed(COVERAGE)
        for estimator in ESTIMATORS
        if series_name(estimator, measure) in set(table["series"])
    ]
    if handles:
        figure.legend(handles=handles, loc="outside upper center", ncols=len(handles))
    else:
        style.say_empty(grid[0, 0], "no posterior with quantiles")
    style.add_note(figure, NOTE)
    return figure, table


def _panels(part: pd.DataFrame) -> list[tuple[str, str, pd.DataFrame]]:
    """Return (title, by, rows) of a parameter's panels: tenths by dynamics, then trials since."""
    drawn = part[part["estimator"].isin(ESTIMATORS)]
    out = []
    for by in (TENTH, SINCE):
        for dynamics, own in pick(drawn, by=by).groupby("dynamics", sort=False):
            words = dynamics_label(str(dynamics))
            out.append((words if by == TENTH else f"{words}, after a change", by, own))
    return out


def _panel(axes: Axes, table: pd.DataFrame) -> None:
    artists.reference(axes, pick(table, kind="reference"), {NOMINAL: ":"})
    lines = pick(table, kind="line")
    for estimator in ESTIMATORS:
        for measure in COVERAGE:
            own = pick(lines, series=series_name(estimator, measure))
            look = _look(estimator, measure)
            artists.line(axes, own, colour=look.pop("color"), **look)
    axes.set_ylim(0, 1)
    axes.set_yticks([0, 0.25, 0.5, 0.75, 1])
    at = {row.x: str(row.x_label) for row in each(lines)}
    axes.set_xticks(list(at), [name.split("-")[0] for name in at.values()])


def _look(estimator: str, measure: str) -> dict[str, Any]:
    colour = palette.series_colour(palette.estimator_name(estimator))
    return {"color": colour, **LOOKS[measure]}
