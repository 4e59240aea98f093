"""The digest of a data set's trials, kept when they are used first and checked from then on."""

import hashlib
import json
import logging
from pathlib import Path

from trnn.data.layout import Layout
from trnn.data.registry import Dataset
from trnn.errors import DataError
from trnn.tables.atomic import atomic_path

logger = logging.getLogger(__name__)


def check_first_use(path: Path, dataset: Dataset, digest: str, where: str) -> None:
    """Keep a digest, or compare it with the one that was kept.

    A digest that was kept while the data set's file said other things of columns and labels is
    replaced: other trials are then meant.

    Parameters
    ----------
    path : path
        The file that keeps it.
    digest : str
        That of the prepared trials.
    where : str
        What messages call the data.

    Raises
    ------
    DataError
        If the trials are not those of the first use.
    """
    now = {"read_as": _reading(dataset), "sha256": digest}
    kept = _kept(path)
    if kept is not None and kept.get("read_as") == now["read_as"]:
        if kept.get("sha256") != digest:
            raise DataError(
                f"{where}: the trials of {dataset.name} are not those of its first use: SHA-256 of "
                f"their content is {digest}, {path} has {kept.get('sha256')}. If the data were "
                "changed on purpose, delete that file; else get them back as they were."
            )
        return
    try:
        with atomic_path(path) as temporary:
            temporary.write_text(json.dumps(now, indent=1) + "\n", encoding="utf-8")
    except OSError as error:
        logger.warning("%s: the digest of the data cannot be kept (%s)", path, error)


def _reading(dataset: Dataset) -> str:
    """Return a digest of all that decides how a file is read."""
    own = dataset.model_dump(mode="json", include={*Layout.model_fields, "also"})
    return hashlib.sha256(json.dumps(own, sort_keys=True).encode()).hexdigest()


def _kept(path: Path) -> dict[str, str] | None:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return found if isinstance(found, dict) else None
