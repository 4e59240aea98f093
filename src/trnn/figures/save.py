"""Writing a figure: PDF, PNG and the numbers that it draws, each whole or not at all."""

from pathlib import Path

import pandas as pd
from matplotlib.figure import Figure

from trnn.atomic import atomic_path
from trnn.figures.schemas import FIGURE
from trnn.figures.style import applied
from trnn.tables import Provenance, write_table

# No date and no version of a program: equal figures are equal files.
_NO_METADATA: dict[str, dict[str, str | None]] = {
    "pdf": {"CreationDate": None, "Creator": None, "Producer": None},
    "png": {"Software": None},
}


def save_figure(
    figure: Figure,
    source: pd.DataFrame,
    pdf: str | Path,
    png: str | Path,
    parquet: str | Path,
    provenance: Provenance,
) -> None:
    """Write `figure` to `pdf` and `png` (300 dpi) and its `source` to `parquet`.

    Raises
    ------
    TableError
        If `source` is not a table of the schema FIGURE.
    """
    write_table(source, parquet, FIGURE, provenance)
    with applied():
        for path, kind in ((pdf, "pdf"), (png, "png")):
            with atomic_path(path) as temporary:
                figure.savefig(temporary, format=kind, metadata=_NO_METADATA[kind])
