"""Figure 3C: how closely trial-by-trial perseveration follows recent staying."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from trnn.analysis.join import join_estimates
from trnn.analysis.moving import moving_average, stayed, subject_correlations
from trnn.figures import artists, style
from trnn.figures.labels import symbol
from trnn.figures.source import combine, each, pick, rows

PARAMETER, WINDOW = "kappa", 10
QUANTITY = "kappa_staying_correlation"  # of the findings table
BIN_WIDTH = 0.1
EDGES = np.linspace(-1, 1, 21)
PANEL = "κ and staying"
MEDIAN, PUBLISHED = "median", "published median"
Y_AXIS = "people"
NOTE = (
    f"Each person's correlation over trials of the t-RNN's κ with the share of stays in the "
    f"{WINDOW} trials before, within blocks. Both come from the same choices."
)


def source(frame: pd.DataFrame, findings: pd.DataFrame) -> pd.DataFrame:
    """Return the histogram over people of the correlation, its median and the published one."""
    average = moving_average(frame, stayed(frame), WINDOW)
    correlations = subject_correlations(frame, PARAMETER, average)["r"].dropna().to_numpy()
    x_axis = f"correlation r of {symbol(PARAMETER)} with the {WINDOW}-trial average of staying"
    common = {"x_axis": x_axis, "y_axis": Y_AXIS, "n": len(correlations)}
    reported = findings.loc[findings["quantity"] == QUANTITY, "published"].dropna()
    published = combine(
        [
            rows(PANEL, "reference", PUBLISHED, x=x, label=f"{PUBLISHED} {x:.2f}", x_axis=x_axis)
            for x in reported.unique()
        ]
    )
    if not len(correlations):
        return combine([published])
    counts, _ = np.histogram(correlations, EDGES)
    median = float(np.median(correlations))
    bins = rows(
        PANEL, "bin", Y_AXIS, x=(EDGES[:-1] + EDGES[1:]) / 2, y=counts.astype(float), **common
    )
    line = rows(PANEL, "reference", MEDIAN, x=median, label=f"{MEDIAN} {median:.2f}", **common)
    return combine([bins, line, published])


def draw(
    tables: Mapping[str, pd.DataFrame], parameters: Sequence[str]
) -> tuple[Figure, pd.DataFrame]:
    """Draw figure 3C from `human_trials`, `findings` and the t-RNN's estimates."""
    frame = join_estimates(tables["human_trials"], tables["estimates:trnn:human"])
    table = source(frame, tables["findings"])
    figure = style.new_figure(style.SINGLE_COLUMN, 65)
    axes = figure.subplots()
    bins = pick(table, kind="bin")
    look: Any = {"color": style.LIGHT_GREY, "edgecolor": "white", "linewidth": 0.5}
    axes.bar(bins["x"], bins["y"], BIN_WIDTH, gid="bin", **look)
    looks = {MEDIAN: (style.VERMILLION, "-"), PUBLISHED: (style.BLACK, ":")}
    for row in each(pick(table, kind="reference")):
        colour, dashes = looks[str(row.series)]
        axes.axvline(
            row.x, color=colour, linestyle=dashes, linewidth=1.2, label=row.label, gid="reference"
        )
    axes.set_xlim(-1, 1)
    axes.set_xticks([-1, -0.5, 0, 0.5, 1])
    axes.set_ylim(0, max(1.0, 1.08 * float(bins["y"].max()) if len(bins) else 1.0))
    axes.yaxis.set_major_locator(MaxNLocator(6, integer=True, steps=[1, 2, 5, 10]))
    artists.label_axes(axes, table)
    axes.set_ylabel(Y_AXIS + (f" (of {int(bins['n'].max())})" if len(bins) else ""))
    if bins.empty:
        style.say_empty(axes, "no person with a correlation")
    figure.legend(loc="outside upper center", ncols=2)
    style.add_note(figure, NOTE)
    return figure, table
