"""Writing a figure: PDF, PNG and the numbers that it draws, each whole or not at all."""

import json
from pathlib import Path

import pandas as pd
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


def settle(figure: Figure) -> None:
    """Lay a figure out once, and round where its axes stand.

    The layout's solver goes through its constraints in the order of their addresses in memory, so
    that its last digits differ between runs. They would shade a pixel otherwise, or turn a zero of
    a PDF into a negative one. Both files then have the same layout too.
    """
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
