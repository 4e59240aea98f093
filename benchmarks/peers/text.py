"""The comparison's tables in docs/performance.md, between its markers."""

from pathlib import Path

import numpy as np
import pandas as pd

from benchmarks.document import fill, markdown, number
from benchmarks.peers.rows import PEERS
from trnn.tables.parquet import read_metadata, read_table

NAME = "peers"
SHARES = ("coverage",)  # shown as percentages


def write(document: Path, table: Path) -> None:
    """Fill the document's markers from the table of measurements."""
    content = tables(read_table(table, PEERS), read_metadata(table))
    text = document.read_text(encoding="utf-8")
    document.write_text(fill(text, NAME, content), encoding="utf-8")


def tables(frame: pd.DataFrame, metadata: dict[str, str]) -> str:
    """Return a table for each comparison, in the order of the frame's rows."""
    parts = [f"{metadata['processor']}, {metadata['versions']}. {metadata['sizes']}"]
    for section, own in frame.groupby("section", sort=False):
        parts.append(f"**{str(section).capitalize()}**\n\n{_table(own)}")
    return "\n\n".join(parts)


def _table(own: pd.DataFrame) -> str:
    quantities = list(dict.fromkeys(own["quantity"]))
    rows = []
    for who, found in own.groupby("who", sort=False):
        cells = {row.quantity: _cell(row) for row in found.itertuples()}
        rows.append([str(who), *(cells.get(q, "–") for q in quantities)])
    return markdown(["", *quantities], rows)


def _cell(row) -> str:
    value, error = row.value, row.error
    if row.quantity in SHARES:
        value, error = 100 * value, 100 * error
    sign = " %" if row.quantity in SHARES else ""
    if np.isnan(error):
        return f"{number(value)}{sign}"
    places = max(0, 1 - int(np.floor(np.log10(error)))) if error > 0 else 2
    return f"{value:.{places}f} ± {error:.{places}f}{sign}".replace("-", "−")
