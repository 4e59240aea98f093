"""Where the true values lie in the posteriors, as rank histograms."""

from collections.abc import Collection, Mapping

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from trnn.checks.calibration.calibration_table import RANK
from trnn.checks.calibration.coverage import PARTS
from trnn.estimators.registry import focus_and_optimum
from trnn.figures import artists, palette, style
from trnn.figures.about import About
from trnn.figures.keys import CALIBRATION
from trnn.figures.labels import dynamics_label, symbol
from trnn.figures.source import combine, pick, rows, tallest

ESTIMATORS = focus_and_optimum()[::-1]
WIDTH = 0.4  # of a bar, in parts of the posterior
CALIBRATED = "calibrated"
X_AXIS = "quantiles of the posterior (%)"
TICKS = ("<5", "5–25", "–50", "–75", "–95", ">95")
NOTE = (
    "Share of true values in each part of the posterior over its expected share, mean and 95 % CI "
    "over agents; a calibrated posterior has 1 throughout (dotted)."
)


def source(calibration: pd.DataFrame, parameters: Collection[str]) -> pd.DataFrame:
    """Return bars of each part of the posterior, by parameter and dynamics (panel)."""
    ranks = pick(calibration, measure=RANK)
    parts = []
    for parameter in parameters:
        common = {"x_axis": X_AXIS, "y_axis": f"observed / expected, {symbol(parameter)}"}
        for dynamics, own in pick(ranks, parameter=parameter).groupby("dynamics", sort=False):
            panel = f"{symbol(parameter)}, {dynamics_label(str(dynamics))}"
            for shift, estimator in zip((-WIDTH / 2, WIDTH / 2), ESTIMATORS, strict=True):
                part = pick(own, estimator=estimator).sort_values("position")
                if part.empty:
                    continue
                nominal = part["nominal"].to_numpy(dtype=float)
                parts.append(
                    rows(
                        panel,
                        "bar",
                        palette.estimator_name(estimator),
                        x=part["position"].to_numpy(dtype=float) + shift,
                        x_label=part["bin"].to_numpy(dtype=object),
                        y=part["share"].to_numpy(dtype=float) / nominal,
                        y_low=part["ci_low"].to_numpy(dtype=float) / nominal,
                        y_high=part["ci_high"].to_numpy(dtype=float) / nominal,
                        n=part["n"].to_numpy(),
                        **common,
                    )
                )
            parts.append(rows(panel, "reference", CALIBRATED, y=1.0, **common))
    return combine(parts)


def draw(tables: Mapping[str, pd.DataFrame], about: About) -> tuple[Figure, pd.DataFrame]:
    """Draw the figure from `calibration`: a row a parameter, a column for each dynamics."""
    table = source(tables[CALIBRATION], about.parameters)
    names = list(dict.fromkeys(str(name).split(", ", 1)[1] for name in table["panel"]))
    figure = style.new_figure(style.DOUBLE_COLUMN, 24 + 38 * len(about.parameters))
    grid = figure.subplots(len(about.parameters), max(len(names), 1), squeeze=False)
    for row, parameter in zip(grid, about.parameters, strict=True):
        own = table[table["panel"].str.startswith(f"{symbol(parameter)}, ")]
        for axes, name in zip(row, names, strict=False):
            _panel(axes, pick(own, panel=f"{symbol(parameter)}, {name}"))
            axes.set_ylim(0, 1.05 * tallest(own) or 1.0)
        artists.label_axes(row[0], own, x=False)
    for axes, name in zip(grid[0], names, strict=False):
        axes.set_title(name)
    for axes in grid[-1]:
        artists.label_axes(axes, table, y=False)
    handles = [artists.bar_handle(name) for name in artists.series_of(table, "bar")]
    if handles:
        figure.legend(handles=handles, loc="outside upper center", ncols=len(handles))
    else:
        style.say_empty(grid[0, 0], "no posterior with quantiles")
    style.add_note(figure, NOTE)
    return figure, table


def _panel(axes: Axes, table: pd.DataFrame) -> None:
    artists.bars(axes, pick(table, kind="bar"), width=WIDTH)
    artists.reference(axes, pick(table, kind="reference"), {CALIBRATED: ":"})
    axes.set_xticks(np.arange(len(PARTS)), TICKS)
    axes.tick_params(axis="x", length=0)
