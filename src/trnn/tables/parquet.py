"""Reading and writing Parquet tables that explain themselves.

Each column carries its description, unit and allowed values in the Parquet field metadata; the
table carries the digest of the settings that made it, the package's version, the seed and whether
its people are real or simulated stand-ins.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from trnn import __version__
from trnn.errors import TableError
from trnn.tables.atomic import atomic_path
from trnn.tables.schema import Column, TableSchema


@dataclass(frozen=True)
class Provenance:
    """What made a table: the stage's settings (hashed), the seed, the source of the people."""

    settings: Mapping[str, Any]
    seed: int
    data_source: str = "none"
    extra: Mapping[str, str] = field(default_factory=dict)

    def digest(self) -> str:
        """Return the SHA-256 of the settings in canonical JSON."""
        text = json.dumps(self.settings, sort_keys=True, separators=(",", ":"), default=str)
        return hashlib.sha256(text.encode()).hexdigest()

    def metadata(self) -> dict[str, str]:
        """Return the table-level Parquet metadata."""
        return {
            "config_digest": self.digest(),
            "package_version": __version__,
            "seed": str(self.seed),
            "data_source": self.data_source,
            **self.extra,
        }

    def sentence(self) -> str:
        """Return the same in a line, for the end of a text."""
        known = (f"{name.replace('_', ' ')} {value}" for name, value in self.metadata().items())
        return f"Made with: {'; '.join(known)}."


def write_table(
    frame: pd.DataFrame, path: str | Path, schema: TableSchema, provenance: Provenance
) -> None:
    """Check `frame` against `schema` and write it to `path`, whole or not at all.

    Raises
    ------
    TableError
        If columns are missing or superfluous, or a value breaks its column's rule.
    """
    check_frame(frame, schema, where=str(path))
    fields = [
        pa.field(c.name, c.type, nullable=c.nullable, metadata=_field_metadata(c))
        for c in schema.columns
    ]
    metadata = {"table": schema.name, "row": schema.row, **provenance.metadata()}
    arrow_schema = pa.schema(fields, metadata=metadata)
    arrays = [pa.Array.from_pandas(frame[c.name], type=c.type, safe=True) for c in schema.columns]
    with atomic_path(path) as temporary:
        _write(pa.Table.from_arrays(arrays, schema=arrow_schema), temporary)


def read_table(
    path: str | Path, schema: TableSchema | None = None, columns: Sequence[str] | None = None
) -> pd.DataFrame:
    """Read a Parquet table; with `schema`, check that it is the table that is expected.

    Raises
    ------
    TableError
        If the file is absent, truncated or not Parquet, or lacks columns of `schema`.
    """
    try:
        frame = _read(path, columns).to_pandas(ignore_metadata=True)
    except pa.ArrowException as error:
        # A page that was altered may name types that cannot be.
        raise TableError(f"{path}: not a readable Parquet file ({error}).") from error
    if schema is not None:
        expected = [n for n in schema.names() if columns is None or n in columns]
        missing = [name for name in expected if name not in frame.columns]
        if missing:
            raise TableError(
                f"{path}: columns {missing} are missing; a {schema.name} table has "
                f"{schema.names()}, this one has {list(frame.columns)}. "
                "It was written by another version: delete it and build it again."
            )
    return frame


def columns_of(path: Path) -> Sequence[str]:
    """Return the columns of a Parquet file; none of another file."""
    if path.suffix != ".parquet":
        return ()
    try:
        return pq.read_schema(path).names
    except (pa.ArrowException, OSError):
        return ()


def join_tables(paths: Sequence[str | Path], output: str | Path) -> None:
    """Write tables of one schema one under another, with the metadata of the last.

    Raises
    ------
    TableError
        If a table is unreadable or the schemas differ.
    """
    tables = []
    for path in paths:
        tables.append(_read(path, None))
    for path, table in zip(paths, tables, strict=True):
        if not table.schema.equals(tables[0].schema):
            raise TableError(
                f"{path}: columns {table.column_names} differ from those of {paths[0]}, "
                f"{tables[0].column_names}; tables of one kind are needed to join them."
            )
    joined = pa.concat_tables([table.cast(tables[-1].schema) for table in tables])
    with atomic_path(output) as temporary:
        _write(joined, temporary)


def read_metadata(path: str | Path) -> dict[str, str]:
    """Return the table-level metadata of a Parquet file written by `write_table`."""
    try:
        raw = pq.read_schema(path).metadata or {}
        own = {key: value for key, value in raw.items() if key != b"ARROW:schema"}
        return {key.decode(): value.decode() for key, value in own.items()}
    except (pa.ArrowInvalid, OSError, UnicodeDecodeError) as error:
        raise TableError(f"{path}: not a readable Parquet file ({error}).") from error


def _write(table: pa.Table, path: Path) -> None:
    # Checksums of the pages: without them a flipped bit can be read as another value.
    pq.write_table(table, path, compression="zstd", write_page_checksum=True)


def _read(path: str | Path, columns: Sequence[str] | None) -> pa.Table:
    try:
        # Not `read_table`: that would add a hive partition column for folders named `a=b`.
        file = pq.ParquetFile(path, page_checksum_verification=True)
        return file.read(columns=list(columns) if columns else None)
    except FileNotFoundError as error:
        raise TableError(f"{path}: no such table. Build it with `snakemake {path}`.") from error
    except (pa.ArrowInvalid, OSError) as error:
        raise TableError(
            f"{path}: not a readable Parquet file ({error}). It is truncated or damaged: "
            f"delete it and run `snakemake {path}` to build it again."
        ) from error


def check_frame(frame: pd.DataFrame, schema: TableSchema, where: str) -> None:
    """Raise `TableError` with column, rule and first offending rows if `frame` breaks `schema`."""
    names = schema.names()
    missing = [name for name in names if name not in frame.columns]
    extra = [name for name in frame.columns if name not in names]
    if missing or extra:
        raise TableError(
            f"{where}: a {schema.name} table has columns {names}; missing {missing}, "
            f"unexpected {extra}."
        )
    for column in schema.columns:
        _check_column(frame[column.name], column, where)


def _check_column(values: pd.Series, column: Column, where: str) -> None:
    null = values.isna().to_numpy()
    if null.any() and not column.nullable:
        _refuse(values, null, column, where, "no missing values or NaN")
    if column.allowed is not None:
        bad = ~(values.isin(list(column.allowed)).to_numpy() | null)
        if bad.any():
            _refuse(values, bad, column, where, f"one of {list(column.allowed)}")
    if pa.types.is_floating(column.type) or pa.types.is_integer(column.type):
        number = pd.to_numeric(values, errors="coerce").to_numpy(dtype=float, na_value=np.nan)
        low = -np.inf if column.low is None else column.low
        high = np.inf if column.high is None else column.high
        bad = ~null & ~((number >= low) & (number <= high) & np.isfinite(number))
        if bad.any():
            _refuse(values, bad, column, where, f"a finite number in [{low}, {high}]")


def _refuse(values: pd.Series, bad: np.ndarray, column: Column, where: str, rule: str) -> None:
    rows = np.flatnonzero(bad)
    shown = ", ".join(f"row {row}: {values.iloc[row]!r}" for row in rows[:5])
    raise TableError(
        f"{where}: column '{column.name}' ({column.description}) must hold {rule}; "
        f"{len(rows)} of {len(values)} rows do not: {shown}."
    )


def _field_metadata(column: Column) -> dict[str, str]:
    metadata = {"description": column.description, "unit": column.unit or "1"}
    if column.allowed is not None:
        metadata["allowed"] = json.dumps(list(column.allowed))
    if column.low is not None or column.high is not None:
        metadata["range"] = json.dumps([column.low, column.high])
    return metadata
