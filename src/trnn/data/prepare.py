"""From a raw file to the prepared table, checked against the registry."""

import hashlib
import logging
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Literal

import numpy as np
import pandas as pd

from ger2024.data.dezfouli import read_dezfouli
from ger2024.data.gershman import read_gershman
from trnn.data.archive import MAX_UNPACKED_BYTES, csv_content
from trnn.data.registry import Dataset
from trnn.data.schema import human_trials
from trnn.errors import ConfigError, DataError
from trnn.tables.parquet import Provenance, write_table

logger = logging.getLogger(__name__)

Source = Literal["real", "simulated"]

READERS: dict[str, Callable[[bytes, str], pd.DataFrame]] = {
    "dezfouli": read_dezfouli,
    "gershman": read_gershman,
}
"""Data set -> the reader of its raw files: CSV bytes and a name for messages -> prepared frame."""

CANONICAL_TEXT = ("subject", "group")
CANONICAL_WHOLE = ("block", "trial", "action")
CANONICAL_REAL = ("reward", "mu_0", "mu_1")
"""Columns that make a trial what it is; those that a table has enter its digest."""


def prepare(raw: str | Path, dataset: Dataset, source: Source = "real") -> pd.DataFrame:
    """Read a raw file, whatever its format or name, and return the prepared frame.

    Parameters
    ----------
    raw : path
        A CSV of the study, or a zip that holds one.
    dataset : Dataset
        The registry's row.
    source : "real" or "simulated"
        Real people's trials must be exactly the registry's (size and digest); simulated
        stand-ins need only keep the format's rules.

    Raises
    ------
    DataError
        If the file is unreadable, breaks a rule of its format, or holds other trials than the
        registry says.
    """
    path = Path(raw)
    try:
        size = path.stat().st_size
        if size > MAX_UNPACKED_BYTES:
            raise DataError(
                f"{path}: {size} bytes; a {dataset.name} file has at most {MAX_UNPACKED_BYTES}."
            )
        content = path.read_bytes()
    except OSError as error:
        raise DataError(f"{path}: cannot read the data file ({error}).") from error
    return prepare_content(content, str(path), dataset, source)


def prepare_content(
    content: bytes, where: str, dataset: Dataset, source: Source = "real"
) -> pd.DataFrame:
    """Do what `prepare` does, for a file's content; `where` is what messages call the file."""
    if dataset.name not in READERS:
        raise ConfigError(f"no reader for data set {dataset.name!r}; there are {list(READERS)}.")
    if source not in ("real", "simulated"):
        raise ConfigError(f"unknown source {source!r} of people; allowed: real, simulated.")
    place, text = csv_content(content, where, dataset.file_names)
    frame = READERS[dataset.name](text, place)
    if source == "real":
        _check_against_registry(frame, dataset, place)
    return frame


def canonical_digest(frame: pd.DataFrame) -> str:
    """Return the SHA-256 of what the trials of a prepared frame say, as 64 hexadecimal digits.

    Covers subject, group, block, trial, action, reward and, where the table has them, mu_0 and
    mu_1, column by column with its name: text joined by line ends (a null is the NUL character),
    whole numbers as little-endian int64, real numbers as little-endian float64.
    """
    digest = hashlib.sha256()
    for name in (*CANONICAL_TEXT, *CANONICAL_WHOLE, *CANONICAL_REAL):
        if name not in frame.columns:
            continue
        column = frame[name]
        digest.update(f"{name}:{len(column)}\n".encode())
        if name in CANONICAL_TEXT:
            cells = column.astype(object).where(column.notna(), "\x00")
            digest.update("\n".join(cells).encode())
        elif name in CANONICAL_WHOLE:
            digest.update(column.to_numpy(dtype="<i8").tobytes())
        else:
            # Adding zero makes -0.0, which equals 0.0, the same bytes.
            digest.update((column.to_numpy(dtype="<f8") + np.float64(0)).tobytes())
    return digest.hexdigest()


def prepare_dataset(
    raw: str | Path,
    output: str | Path,
    dataset: Dataset,
    source: Source,
    provenance: Provenance,
) -> None:
    """Write the prepared table of `raw` to the Parquet file `output`; see `prepare`.

    The table's metadata get `data_source` from `source`, and the data set's name, citation,
    licence and digest.
    """
    frame = prepare(raw, dataset, source)
    # Stand-ins are nobody's data: only a table of real people cites the study as its origin.
    origin = (
        {"citation": dataset.citation, "licence": dataset.licence}
        if source == "real"
        else {"stand_in_for": dataset.citation}
    )
    extra = {"dataset": dataset.name, "content_sha256": canonical_digest(frame), **origin}
    write_table(
        frame,
        output,
        human_trials(dataset.name),
        replace(provenance, data_source=source, extra={**provenance.extra, **extra}),
    )
    logger.info(
        "%s: %d trials of %d %s subjects written to %s",
        dataset.name,
        len(frame),
        frame["subject"].nunique(),
        source,
        output,
    )


def _check_against_registry(frame: pd.DataFrame, dataset: Dataset, where: str) -> None:
    got = (frame["subject"].nunique(), len(frame))
    expected = (dataset.n_subjects, dataset.n_trials)
    if got != expected:
        raise DataError(
            f"{where}: {got[0]} subjects and {got[1]} trials; the published {dataset.name} data "
            f"are {expected[0]} subjects and {expected[1]} trials. Fetch the file again from "
            f"{dataset.page}."
        )
    digest = canonical_digest(frame)
    if digest != dataset.sha256:
        raise DataError(
            f"{where}: the trials are not the published ones of {dataset.name}: SHA-256 of their "
            f"canonical content is {digest}, expected {dataset.sha256}. At least one trial was "
            f"changed; fetch the file again from {dataset.page}."
        )
