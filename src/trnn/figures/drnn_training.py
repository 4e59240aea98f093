"""Prediction over the training of the d-RNNs, and when their epochs were chosen."""

from collections.abc import Mapping

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from trnn.figures import artists, palette, style
from trnn.figures.about import About
from trnn.figures.keys import DRNN_TRAINING
from trnn.figures.source import combine, pick, rows

PEOPLE = {"train_bce": "people trained on", "choose_bce": "people who choose the epoch"}
COLOURS = {
    PEOPLE["train_bce"]: palette.GREY,
    PEOPLE["choose_bce"]: palette.ESTIMATOR_COLOURS["drnn"],
}
KEPT = "networks whose epoch is kept"
X_AXIS = "passes over the sessions"
Y_AXIS = "mean −log P(choice) (nats)"
NOTE = (
    "Means over all networks of a cohort. People who are tested are in neither curve. Bars: the "
    "share of the networks whose epoch is kept, on a scale of its own from 0 to 1."
)


def source(histories: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Return both curves and the kept epochs' shares of each cohort (panel).

    `histories` are training tables by key, ``drnn_training:<network>:<cohort>``.
    """
    parts = []
    for key, history in histories.items():
        panel = panel_name(key)
        x = history["epoch"].to_numpy(dtype=float)
        for column, series in PEOPLE.items():
            y = history[column].to_numpy(dtype=float)
            parts.append(rows(panel, "line", series, x=x, y=y, x_axis=X_AXIS, y_axis=Y_AXIS))
        kept = history["n_best"].to_numpy(dtype=float)
        share = kept / kept.sum()
        parts.append(rows(panel, "bin", KEPT, x=x, y=share, x_axis=X_AXIS, y_axis=KEPT))
    return combine(parts)


def panel_name(key: str) -> str:
    """Return the panel's title, for example ``d-RNN: healthy``."""
    _, network, cohort = key.split(":")
    return f"{palette.estimator_name(network)}: {cohort}"


def draw(tables: Mapping[str, pd.DataFrame], about: About) -> tuple[Figure, pd.DataFrame]:
    """Draw the figure from the training tables of the experiment's d-RNNs."""
    histories = {k: table for k, table in tables.items() if k.startswith(f"{DRNN_TRAINING}:")}
    table = source(histories)
    single = len(histories) == 1
    figure = style.new_figure(style.SINGLE_COLUMN if single else style.DOUBLE_COLUMN, 66)
    panels = figure.subplots(1, len(histories), sharex=True, squeeze=False)[0]
    for axes, key in zip(panels, histories, strict=True):
        _panel(axes, pick(table, panel=panel_name(key)))
        axes.set_title(panel_name(key))
        axes.set_xlabel(X_AXIS)
    panels[0].set_ylabel(Y_AXIS)
    handles = [artists.line_handle(name, color=colour) for name, colour in COLOURS.items()]
    look = {"color": palette.LIGHT_GREY, "linewidth": 4.0}
    handles.append(artists.line_handle(KEPT, **look))
    figure.legend(handles=handles, loc="outside upper center", ncols=1 if single else 3)
    style.add_note(figure, NOTE)
    return figure, table


def _panel(axes: Axes, table: pd.DataFrame) -> None:
    bins = pick(table, kind="bin")
    shares = axes.twinx()
    step = float(bins["x"].diff().median()) if len(bins) > 1 else 1.0
    shares.bar(bins["x"], bins["y"], 0.8 * step, color=palette.LIGHT_GREY, gid="bin")
    shares.set_ylim(0, 1)
    shares.set_axis_off()
    # The curves in front of the bars, and not hidden by the panel's background.
    axes.set_zorder(shares.get_zorder() + 1)
    axes.patch.set_visible(False)
    for name, colour in COLOURS.items():
        artists.line(axes, pick(table, kind="line", series=name), colour=colour, linewidth=1.2)
    artists.whole_ticks(axes)
