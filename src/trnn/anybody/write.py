"""Writing the table: CSV, TSV or Parquet, by the file's suffix, whole or not at all."""

import re
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from trnn import __version__
from trnn.anybody.options import SAID, as_json
from trnn.anybody.outcome import Outcome
from trnn.anybody.told import command_of
from trnn.data.coding import numbers
from trnn.errors import ConfigError, StorageError
from trnn.tables.atomic import atomic_path

SEPARATOR = {".csv": ",", ".tsv": "\t", ".txt": "\t"}
PARQUET = ".parquet"
_WHOLE = re.compile(r"-?(?:0|[1-9]\d{0,17})")
_DECIMAL = re.compile(r"-?(?:(?:0|[1-9]\d*)(?:[.,]\d+)?|[.,]\d+)(?:[eE][+-]?\d+)?")
DIGITS = 15  # of which a float keeps all


def check_output(path: str | Path) -> None:
    """Raise unless the suffix names a format that is written."""
    if Path(path).suffix.lower() not in (*SEPARATOR, PARQUET):
        raise ConfigError(
            f"{path}: cannot tell the format; expected a name that ends in "
            f"{', '.join((*SEPARATOR, PARQUET))}."
        )


def write_outcome(outcome: Outcome, path: str | Path) -> None:
    """Write the table with its estimates.

    Parquet has the meaning and the unit of each column that was added, and the assumptions.

    Raises
    ------
    ConfigError
        If the suffix names no format that is written.
    StorageError
        If it cannot be written.
    """
    check_output(path)
    suffix = Path(path).suffix.lower()
    try:
        with atomic_path(path) as temporary:
            if suffix == PARQUET:
                pq.write_table(_arrow(outcome), temporary, compression="zstd")
            else:
                outcome.frame.to_csv(
                    temporary, sep=SEPARATOR[suffix], index=False, lineterminator="\n"
                )
    except (OSError, pa.ArrowException) as error:
        raise StorageError(f"{path}: cannot write the table ({error}).") from error


def _arrow(outcome: Outcome) -> pa.Table:
    frame = outcome.frame
    if outcome.table.unit == "line":
        own = {name: typed(frame[name]) for name in outcome.table.names}
        frame = pd.DataFrame({**own, **{name: frame[name] for name in outcome.added}})
    table = pa.Table.from_pandas(frame, preserve_index=False)
    fields = []
    for field in table.schema:
        if field.name in outcome.added:
            description, unit = outcome.added[field.name]
            field = field.with_metadata({"description": description, "unit": unit})
        fields.append(field)
    said: dict[str, str] = {}
    for what, words in outcome.assumed:
        said[what] = f"{said[what]}; {words}" if what in said else words
    metadata = {
        "package_version": __version__,
        "command": command_of(outcome),
        SAID: as_json(outcome.options, outcome.assumptions.model.name),
        **said,
    }
    return table.cast(pa.schema(fields, metadata=metadata))


def typed(text: pd.Series) -> pd.Series:
    """Return a text column as numbers if every cell that is not empty is one as it is written.

    What has leading zeros is an ID and stays text.
    """
    cells = text.str.strip()
    there = cells[cells != ""]
    if len(there) and there.map(lambda cell: bool(_WHOLE.fullmatch(cell))).all():
        return cells.mask(cells == "").astype("Int64")
    if len(there) and there.map(_is_exact).all():
        values, _ = numbers(cells)
        if np.isfinite(values[(cells != "").to_numpy(dtype=bool)]).all():
            return pd.Series(values, index=text.index)
    return text


def _is_exact(cell: str) -> bool:
    return bool(_DECIMAL.fullmatch(cell)) and sum(map(str.isdigit, cell)) <= DIGITS
