"""The networks that come with the package, by name; each file is what its index says it is."""

import json
from pathlib import Path

from trnn.errors import CheckpointError
from trnn.tables.origin import PACKAGE, file_digest

FOLDER = PACKAGE / "networks"
INDEX = "index.json"


def shipped_names() -> list[str]:
    """Return the names of the networks that come with the package."""
    return sorted(_index())


def shipped(name: str) -> Path:
    """Return the file of the networks of a name.

    Raises
    ------
    CheckpointError
        If there is none of that name, or its file is missing or is not what the index says.
    """
    index = _index()
    if name not in index:
        raise CheckpointError(
            f"{name}: no networks of this name come with the package; there are {sorted(index)}."
        )
    path = FOLDER / index[name]["file"]
    if not path.is_file():
        raise CheckpointError(f"{name}: {path} is missing. Install the package again.")
    found, expected = file_digest(path), index[name]["sha256"]
    if found != expected:
        raise CheckpointError(
            f"{name}: {path} was damaged or altered: its SHA-256 is {found}, expected {expected}. "
            "Install the package again."
        )
    return path


def _index() -> dict[str, dict[str, str]]:
    path = FOLDER / INDEX
    return json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
