"""Figure 3C: how closely trial-by-trial perseveration follows recent staying."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ger2024.figures.control import matched
from ger2024.findings.beyond import BEYOND
from ger2024.findings.kappa import kappa_with_staying
from trnn.checks.matched.control import AGENTS, PEOPLE, paired
from trnn.figures import artists, palette, style
from trnn.figures.about import About
from trnn.figures.labels import symbol, two_decimals
from trnn.figures.marks import LEGEND, brackets, statistics_of
from trnn.figures.source import combine, each, pick, rows
from trnn.scores.moving_averages import WINDOW
from trnn.trials.join import join_estimates

PARAMETER = "kappa"
QUANTITY = "kappa_staying_correlation"  # of the tables of findings and statistics
BIN_WIDTH = 0.1
EDGES = np.linspace(-1, 1, 21)
PANEL = "κ and staying"
PUBLISHED = "published median"
X_AXIS = f"correlation r of {symbol(PARAMETER)} with the {WINDOW}-trial average of staying"
Y_AXIS = "share of people"
LINES = {PEOPLE: palette.VERMILLION, AGENTS: palette.BLACK, PUBLISHED: palette.VERMILLION}
NOTE = (
    f"Each subject's correlation over trials of the t-RNN's κ with the share of stays in the "
    f"{WINDOW} trials before, within blocks; both come from the same choices. Matched agents keep "
    "a person's own fit, on that person's own schedule (their mean, a value a person). Vertical "
    f"lines: medians. Mark: each person against the agents, Holm-corrected ({LEGEND})."
)


def source(
    people: pd.DataFrame,
    agents: pd.DataFrame | None,
    findings: pd.DataFrame,
    statistics: pd.DataFrame,
) -> pd.DataFrame:
    """Return the histograms of the correlation, the medians, the published median, and the mark.

    `agents` are those matched to the people, if there are any.
    """
    parts, medians = [], {}
    for name, own in zip((PEOPLE, AGENTS), paired(people, agents, kappa_with_staying), strict=True):
        values = np.empty(0) if own is None else own[~np.isnan(own)]
        if not len(values):
            continue
        counts, _ = np.histogram(values, EDGES)
        common = {"x_axis": X_AXIS, "y_axis": Y_AXIS, "n": len(values)}
        middle = (EDGES[:-1] + EDGES[1:]) / 2
        medians[name] = float(np.median(values))
        label = f"{name} (n = {len(values)}), median {two_decimals(medians[name])}"
        parts += [
            rows(PANEL, "bin", name, x=middle, y=counts / len(values), label=label, **common),
            rows(PANEL, "reference", name, x=medians[name], label=label, **common),
        ]
    reported = findings.loc[findings["quantity"] == QUANTITY, "published"].dropna()
    parts += [
        rows(
            PANEL,
            "reference",
            PUBLISHED,
            x=x,
            label=f"{PUBLISHED} {two_decimals(x)}",
            x_axis=X_AXIS,
        )
        for x in reported.unique()
    ]
    if len(medians) == 2:
        parts.append(_mark(statistics, medians, top=float(combine(parts)["y"].max())))
    return combine(parts)


def draw(tables: Mapping[str, pd.DataFrame], about: About) -> tuple[Figure, pd.DataFrame]:
    """Draw figure 3C from trials and the t-RNN's estimates, `findings` and `statistics`."""
    people = join_estimates(tables["human_trials"], tables["estimates:trnn:human"])
    table = source(people, matched(tables, people), tables["findings"], tables["statistics"])
    figure = style.new_figure(style.SINGLE_COLUMN, 80)
    axes = figure.subplots()
    _histograms(axes, pick(table, kind="bin"))
    for row in each(pick(table, kind="reference")):
        dashes = ":" if row.series == PUBLISHED else "-"
        look: Any = {"color": LINES[str(row.series)], "linestyle": dashes, "linewidth": 1.2}
        axes.axvline(row.x, ymax=0.86, label=row.label, gid="reference", **look)
    artists.marks(axes, pick(table, kind="mark"))
    axes.set_xlim(-1, 1)
    axes.set_xticks([-1, -0.5, 0, 0.5, 1])
    bins = pick(table, kind="bin")
    axes.set_ylim(0, 1.2 * float(bins["y"].max()) if len(bins) else 1.0)
    artists.label_axes(axes, table)
    if bins.empty:
        style.say_empty(axes, "no person with a correlation")
    if len(table):
        figure.legend(loc="outside upper center", ncols=1)
    style.add_note(figure, NOTE)
    return figure, table


def _mark(statistics: pd.DataFrame, medians: dict[str, float], top: float) -> pd.DataFrame:
    """Return the mark of people against control, over their medians."""
    found = [
        (row, medians[PEOPLE], medians[AGENTS])
        for row in statistics_of(statistics, kind="conditions", measure=QUANTITY + BEYOND)
    ]
    axes = {"x_axis": X_AXIS, "y_axis": Y_AXIS}
    return brackets(found[:1], PANEL, 1.08 * top, 0.0, **axes)


def _histograms(axes: Axes, bins: pd.DataFrame) -> None:
    filled: Any = {"color": palette.VERMILLION, "alpha": 0.35, "linewidth": 0}
    outlined: Any = {"facecolor": "none", "edgecolor": palette.BLACK, "linewidth": 0.7}
    for name, look in ((PEOPLE, filled), (AGENTS, outlined)):
        own = pick(bins, series=name)
        axes.bar(own["x"], own["y"], BIN_WIDTH, gid="bin", **look)
