"""Figure S2: κ and β of three people against the moving averages that they follow."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from trnn.figures import artists, palette, style
from trnn.figures.about import About
from trnn.figures.labels import parameter_label, two_decimals
from trnn.figures.source import combine, pick, rows
from trnn.scores.moving_averages import (
    moving_average,
    stayed,
    subject_correlations,
    subjects_at_percentiles,
)
from trnn.trials.join import join_estimates

WINDOW = 10
PERCENTILES = (25.0, 50.0, 75.0)
PARAMETERS = ("kappa", "beta")
AVERAGES = {
    "kappa": f"share of stays,\n{WINDOW} trials before",
    "beta": f"mean |P − ½|,\n{WINDOW} trials before",
}
AVERAGE = f"{WINDOW}-trial moving average"
X_AXIS = "trial of the session"
NOTE = (
    "The people at the 25th, 50th and 75th percentile of the correlation of κ with staying. "
    "Estimates of the t-RNN. Lines are broken where a block ends, and begin where its average "
    "does; r: Pearson's correlation of the two lines of the panel."
)


def source(frame: pd.DataFrame, unit_of: Mapping[str, str]) -> pd.DataFrame:
    """Return a parameter and its average at the trials that have both, person by person."""
    averages = {
        "kappa": moving_average(frame, stayed(frame), WINDOW),
        "beta": moving_average(frame, (frame["p_action_0"] - 0.5).abs(), WINDOW),
    }
    correlations = subject_correlations(frame, "kappa", averages["kappa"])
    people = subjects_at_percentiles(correlations, list(PERCENTILES))
    parts = []
    for percentile, subject in zip(PERCENTILES, people, strict=False):
        own = frame["subject"] == subject
        x = np.arange(1, int(own.sum()) + 1)
        for parameter in PARAMETERS:
            estimate = frame.loc[own, parameter].to_numpy(dtype=float)
            average = averages[parameter][own].to_numpy(dtype=float)
            both = ~(np.isnan(estimate) | np.isnan(average))
            panel = f"{parameter}, {percentile:.0f}th percentile"
            y = estimate[both], average[both]
            parts += _lines(panel, subject, parameter, x[both], y, unit_of)
    return combine(parts)


def draw(tables: Mapping[str, pd.DataFrame], about: About) -> tuple[Figure, pd.DataFrame]:
    """Draw figure S2 from `human_trials` and the t-RNN's estimates."""
    frame = join_estimates(tables["human_trials"], tables["estimates:trnn:human"])
    table = source(frame, about.unit_of)
    figure = style.new_figure(style.DOUBLE_COLUMN, 150)
    panels = figure.subplots(len(PERCENTILES), len(PARAMETERS), sharex="row", squeeze=False)
    for i, percentile in enumerate(PERCENTILES):
        for j, parameter in enumerate(PARAMETERS):
            panel = f"{parameter}, {percentile:.0f}th percentile"
            _panel(panels[i, j], pick(table, panel=panel))
    for axes in panels[-1]:
        axes.set_xlabel(X_AXIS)
    trnn = palette.estimator_name("trnn")
    handles = [
        artists.line_handle(trnn),
        artists.line_handle(AVERAGE, linewidth=0.8),
    ]
    figure.legend(handles=handles, loc="outside upper center", ncols=2)
    style.add_note(figure, NOTE)
    return figure, table


def _lines(
    panel: str,
    subject: str,
    parameter: str,
    x: np.ndarray,
    y: tuple[np.ndarray, np.ndarray],
    unit_of: Mapping[str, str],
) -> list[pd.DataFrame]:
    """Return the parameter's line and that of its average, labelled with their correlation."""
    r = _correlation(*y)
    label = f"{subject}: r = {two_decimals(r)}" if np.isfinite(r) else f"{subject}: no correlation"
    common = {"x": x, "n": 1, "label": label, "x_axis": X_AXIS}
    names = (palette.estimator_name("trnn"), AVERAGE)
    axes = (parameter_label(parameter, unit_of), AVERAGES[parameter])
    return [
        rows(panel, "line", name, y=values, y_axis=axis, **common)
        for name, values, axis in zip(names, y, axes, strict=True)
        if len(x)
    ]


def _correlation(a: np.ndarray, b: np.ndarray) -> float:
    if len(a) < 3 or np.ptp(a) == 0 or np.ptp(b) == 0:
        return np.nan
    return float(np.corrcoef(a, b)[0, 1])


def _panel(axes: Axes, table: pd.DataFrame) -> None:
    if table.empty:
        style.say_empty(axes, "no such person")
        return
    right = axes.twinx()
    right.spines["right"].set_visible(True)
    # The estimate is drawn above its average.
    axes.set_zorder(right.get_zorder() + 1)
    axes.patch.set_visible(False)
    for place, name, width in (
        (axes, palette.estimator_name("trnn"), 0.9),
        (right, AVERAGE, 0.7),
    ):
        own = pick(table, series=name)
        # No line leads from one block to the next: the average's first trials lie between.
        for _, piece in own.groupby((own["x"].diff() > 1).cumsum()):
            artists.line(place, piece, linewidth=width)
        place.set_ylabel(str(own["y_axis"].iloc[0]))
    axes.set_title(str(table["label"].iloc[0]))
    artists.whole_ticks(axes)
