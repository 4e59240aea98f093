"""Writing a figure: PDF, PNG and the numbers that it draws, each whole or not at all."""

import json
import textwrap
from pathlib import Path

import pandas as pd
from matplotlib import rcParams
from matplotlib.figure import Figure
from matplotlib.transforms import Bbox

from trnn.figures.schemas import FIGURE
from trnn.figures.style import applied
from trnn.tables.atomic import atomic_path
from trnn.tables.parquet import Provenance, write_table

# No date: equal figures are equal files.
_NO_METADATA: dict[str, dict[str, str | None]] = {
    "pdf": {"CreationDate": None, "Creator": None, "Producer": None},
    "png": {"Software": None},
}
# Where a file of each kind has room for a text.
_ORIGIN = {"pdf": "Subject", "png": "Comment"}


# Digits of positions, as shares of the figure: a thousandth of a pixel.
DIGITS = 6
# How often labels are broken and the figure laid out again, at most.
ROUNDS = 4


def wrap_labels(figure: Figure) -> bool:
    """Break the labels of axes that reach beyond the canvas; return whether there were any.

    The layout makes room beside an axis for its label, but not along it.
    """
    wrapped = False
    for axes in figure.axes:
        box = axes.get_window_extent()
        for label, first, last, length in (
            (axes.xaxis.label, "x0", "x1", box.width),
            (axes.yaxis.label, "y0", "y1", box.height),
        ):
            text, extent = label.get_text(), label.get_window_extent()
            low, high = getattr(extent, first), getattr(extent, last)
            if text and (low < 0 or high > getattr(figure.bbox, last)):
                longest = max(map(len, text.split("\n")))
                width = max(1, min(longest - 1, int(longest * length / (high - low))))
                label.set_text(textwrap.fill(text, width, break_long_words=False))
                wrapped |= label.get_text() != text
    return wrapped


def settle(figure: Figure) -> None:
    """Lay a figure out once, and round where its axes stand.

    The layout's solver goes through its constraints in the order of their addresses in memory, so
    that its last digits differ between runs. They would shade a pixel otherwise, or turn a zero of
    a PDF into a negative one. Both files then have the same layout too. Texts are a little wider at
    some resolutions than at others, so that the layout is made at the one that files are saved at.
    """
    figure.set_dpi(rcParams["savefig.dpi"])
    figure.draw_without_rendering()
    for _ in range(ROUNDS):  # a label of two lines leaves its axes, and so the next one, less room
        if not wrap_labels(figure):
            break
        figure.draw_without_rendering()
    figure.set_layout_engine("none")
    for axes in figure.axes:
        bounds = axes.get_position(original=True).bounds
        axes.set_position(Bbox.from_bounds(*(round(number, DIGITS) + 0.0 for number in bounds)))


def save_figure(
    figure: Figure,
    source: pd.DataFrame,
    pdf: str | Path,
    png: str | Path,
    parquet: str | Path,
    provenance: Provenance,
) -> None:
    """Write `figure` to `pdf` and `png` (300 dpi) and its `source` to `parquet`.

    All three hold their provenance as metadata.

    Raises
    ------
    TableError
        If `source` is not a table of the schema FIGURE.
    """
    write_table(source, parquet, FIGURE, provenance)
    origin = json.dumps(provenance.metadata(), ensure_ascii=True)
    with applied():
        settle(figure)
        for path, kind in ((pdf, "pdf"), (png, "png")):
            with atomic_path(path) as temporary:
                metadata = {**_NO_METADATA[kind], _ORIGIN[kind]: origin}
                figure.savefig(temporary, format=kind, metadata=metadata)
