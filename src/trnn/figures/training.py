"""The terms of the loss over training, of every network and training seed."""

from collections.abc import Collection, Mapping
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from trnn.figures import artists, palette, style
from trnn.figures.about import About
from trnn.figures.keys import TRAINING
from trnn.figures.labels import symbol
from trnn.figures.source import combine, pick, rows

SPLITS = {"train": "training agents", "validation": "validation agents"}
COLOURS = {"train": palette.GREY, "validation": palette.VERMILLION}
X_AXIS = "optimiser steps"
CHOSEN = "epoch that is kept"
SHOWN = 0.97  # share of the values that the vertical axis holds
NOTE = (
    "A line a training seed. Points: the epoch with the lowest validation loss, whose network is "
    "kept. The highest 3\u00a0% of the values, those of the first epochs, are cut off."
)


def source(histories: Mapping[str, pd.DataFrame], parameters: Collection[str]) -> pd.DataFrame:
    """Return the losses by network and term (panel), split and seed, and the epochs kept.

    `histories` are training tables by key, ``training:<network>:seed<k>``.
    """
    parts = []
    for key, history in histories.items():
        _, network, part = key.split(":")
        seed = part.removeprefix("seed")
        kept = history[history["best"].to_numpy(dtype=bool)].tail(1)
        for term, axis in terms(history, parameters).items():
            panel = f"{network}, {term}"
            common = {"x_axis": X_AXIS, "y_axis": axis}
            for split in SPLITS:
                parts.append(
                    rows(
                        panel,
                        "line",
                        series_name(split, seed),
                        x=history["step"].to_numpy(dtype=float),
                        y=history[f"{split}_{term}"].to_numpy(dtype=float),
                        **common,
                    )
                )
            x, y = kept["step"].to_numpy(dtype=float), kept[f"validation_{term}"].to_numpy()
            if len(kept):
                parts.append(rows(panel, "point", f"{CHOSEN}, seed {seed}", x=x, y=y, **common))
    return combine(parts)


def terms(history: pd.DataFrame, parameters: Collection[str]) -> dict[str, str]:
    """Return the terms of a network's loss, as its table names them, with their axis labels."""
    labels = {
        "loss": "weighted sum of terms",
        "bce": "choice (nats)",
        "score": "−log density (nats)",
    }
    for name in parameters:
        labels[f"bin_{name}"] = f"bin of {symbol(name)} (nats)"
        labels[f"mse_{name}"] = f"squared error of {symbol(name)}"
    return {term: label for term, label in labels.items() if f"train_{term}" in history}


def series_name(split: str, seed: str) -> str:
    """Return the name of a line in the figure's numbers."""
    return f"{SPLITS[split]}, seed {seed}"


def draw(tables: Mapping[str, pd.DataFrame], about: About) -> tuple[Figure, pd.DataFrame]:
    """Draw the figure from the training tables of the experiment's t-RNNs."""
    histories = {key: table for key, table in tables.items() if key.startswith(f"{TRAINING}:")}
    table = source(histories, about.parameters)
    networks = list(dict.fromkeys(key.split(":")[1] for key in histories))
    named = {
        key.split(":")[1]: list(terms(history, about.parameters).items())
        for key, history in histories.items()
    }
    n_rows = max(-(-len(labels) // 2) for labels in named.values())
    width = style.ONE_AND_A_HALF_COLUMNS if len(networks) == 1 else style.DOUBLE_COLUMN
    # A network below another, each with two columns for its terms.
    figure = style.new_figure(width, 22 + 30 * n_rows * -(-len(networks) // 2))
    panels = figure.subplots(
        n_rows * -(-len(networks) // 2), 4 if len(networks) > 1 else 2, squeeze=False
    )
    for k, network in enumerate(networks):
        first, column = n_rows * (k // 2), 2 * (k % 2)
        own = panels[first : first + n_rows, column : column + 2]
        for axes, (term, label) in zip(own.flat, named[network], strict=False):
            _panel(axes, pick(table, panel=f"{network}, {term}"))
            axes.set_ylabel(label)
        own[0, 0].set_title(palette.estimator_name(network), loc="left")
    for axes in panels.flat:
        axes.set_visible(axes.has_data())
    for axes in panels[-1]:
        axes.set_xlabel(X_AXIS)
    handles = [artists.line_handle(words, color=COLOURS[split]) for split, words in SPLITS.items()]
    point = {"color": palette.BLACK, "linestyle": "", "marker": "o", "markersize": 3}
    handles.append(artists.line_handle(CHOSEN, **point))
    figure.legend(handles=handles, loc="outside upper center", ncols=3)
    style.add_note(figure, NOTE)
    return figure, table


def _panel(axes: Axes, table: pd.DataFrame) -> None:
    for split in SPLITS:
        lines = table[table["series"].str.startswith(SPLITS[split])]
        for name in lines["series"].unique():
            look: Any = {"linewidth": 0.8, "zorder": 2 if split == "train" else 3}
            artists.line(axes, pick(lines, series=name), colour=COLOURS[split], **look)
    points = pick(table, kind="point")
    axes.scatter(
        points["x"], points["y"], s=9, color=palette.BLACK, linewidths=0, zorder=4, gid="point"
    )
    axes.xaxis.set_major_locator(MaxNLocator(3, integer=True))
    axes.set_ylim(*_limits(pick(table, kind="line")["y"]))


def _limits(values: pd.Series) -> tuple[float, float]:
    """Return the ends of the vertical axis: the first epochs, far above the rest, are cut off."""
    low, high = float(values.min()), float(values.quantile(SHOWN))
    slack = 0.05 * (high - low) or 0.05
    return low - slack, high + slack
