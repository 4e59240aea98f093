"""What the columns of a Parquet table hold, read back from where `trnn.tables.parquet` keeps it."""

import json
from pathlib import Path

import pyarrow.parquet as pq

from trnn.tables.schema import Column


def read_columns(path: str | Path) -> dict[str, Column]:
    """Return those columns of a table that are described in it, by name."""
    found = {}
    for field in pq.read_schema(path):
        about = {key.decode(): value.decode() for key, value in (field.metadata or {}).items()}
        if "description" not in about:
            continue
        allowed = json.loads(about["allowed"]) if "allowed" in about else None
        low, high = json.loads(about.get("range", "[null, null]"))
        found[field.name] = Column(
            field.name,
            field.type,
            about["description"],
            about.get("unit", "1"),
            nullable=field.nullable,
            allowed=None if allowed is None else tuple(allowed),
            low=low,
            high=high,
        )
    return found
