"""From a raw file to the prepared table, checked against the registry."""

import json
import logging
from dataclasses import replace
from pathlib import Path
from typing import Literal

import numpy as np
import pandas as pd

from trnn.data.archive import MAX_UNPACKED_BYTES, csv_content
from trnn.data.digest import canonical_digest
from trnn.data.first_use import check_first_use
from trnn.data.people_table import people_table
from trnn.data.read_people import PeopleRead, read_people
from trnn.data.registry import Dataset
from trnn.errors import ConfigError, DataError, TableError
from trnn.tables.parquet import Provenance, write_table
from trnn.trials.columns import STARTS_ANEW
from trnn.trials.gate import check_trials

logger = logging.getLogger(__name__)

Source = Literal["real", "simulated"]
NAMED = 5  # people whom a message names


def prepare(raw: str | Path, dataset: Dataset, source: Source = "real") -> pd.DataFrame:
    """Read a raw file and return the prepared frame.

    Parameters
    ----------
    raw : path
        A table of the data set, or a zip that holds one.
    dataset : Dataset
        The registry's row.
    source : "real" or "simulated"
        Real people's trials must be exactly the registry's (size and digest); simulated
        stand-ins need only be readable as the data set says.

    Raises
    ------
    DataError
        If the file is unreadable or holds other trials than the registry says, or nobody in it can
        be used. Who cannot be used is left out, but of trials whose digest is known.
    """
    return prepare_people(raw, dataset, source).frame


def prepare_people(
    raw: str | Path, dataset: Dataset, source: Source = "real", arms_move: bool = False
) -> PeopleRead:
    """Do what `prepare` does; return with the frame who was left out, and what was found out.

    `arms_move`: whether the arms' means may change within a block.
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
    return prepare_content(content, str(path), dataset, source, arms_move)


def prepare_content(
    content: bytes,
    where: str,
    dataset: Dataset,
    source: Source = "real",
    arms_move: bool = True,
) -> PeopleRead:
    """Do what `prepare_people` does, for a file's content; messages call the file `where`."""
    if source not in ("real", "simulated"):
        raise ConfigError(f"unknown source {source!r} of people; allowed: real, simulated.")
    place, text = csv_content(content, where, dataset.file_names)
    read = read_people(text, place, dataset, arms_move)
    whole = source == "simulated" or dataset.sha256 is not None
    if read.left_out and (whole or read.frame.empty):
        raise DataError(_unusable(read, place))
    _check_trials(read.frame, dataset, place)
    if source == "real":
        _check_against_registry(read.frame, dataset, place)
    return read


def _unusable(read: PeopleRead, where: str) -> str:
    """Say who cannot be used, where that is no table of trials then."""
    some = list(read.left_out.items())[:NAMED]
    more = f"\n  and {len(read.left_out) - NAMED} more." if len(read.left_out) > NAMED else ""
    told = "\n".join(f"  {name}: {reason}." for name, reason in some)
    who = "nobody can be used" if read.frame.empty else "not everybody can be used"
    return f"{where}: {who} ({len(read.left_out)} of {read.n_people} cannot):\n{told}{more}"


def prepare_dataset(
    raw: str | Path,
    output: str | Path,
    dataset: Dataset,
    source: Source,
    provenance: Provenance,
    first_use: str | Path | None = None,
    arms_move: bool = False,
    carry_over: bool = False,
) -> None:
    """Write the prepared table of `raw` to the Parquet file `output`; see `prepare`.

    The table's metadata get `data_source` from `source`, the data set's name, citation, licence
    and digest, and who was left out and why.

    Parameters
    ----------
    first_use : path, optional
        Where the digest of trials is kept whose data set states none (`trnn.data.first_use`).
    arms_move : bool
        Whether the arms' means may change within a block.
    carry_over : bool
        Whether values carry over blocks: the table then says so, in the column `starts_anew`.
    """
    read = prepare_people(raw, dataset, source, arms_move)
    frame, schema = read.frame, people_table(dataset)
    digest = canonical_digest(frame)
    if source == "real" and dataset.sha256 is None and first_use is not None:
        check_first_use(Path(first_use), dataset, digest, str(raw))
    # Stand-ins are nobody's data: only a table of real people cites the study as its origin.
    origin = (
        {"citation": dataset.citation, "licence": dataset.licence}
        if source == "real"
        else {"stand_in_for": dataset.citation}
    )
    stated = {key: text for key, text in origin.items() if text is not None}
    if read.left_out:
        stated["left_out"] = json.dumps(read.left_out, ensure_ascii=False)
    extra = {"dataset": dataset.name, "content_sha256": digest, **stated}
    if carry_over:
        anew = (~frame["subject"].duplicated()).astype(np.int64)
        frame = frame.assign(**{STARTS_ANEW.name: anew})
        schema = replace(schema, columns=(*schema.columns, STARTS_ANEW))
    write_table(
        frame,
        output,
        schema,
        replace(provenance, data_source=source, extra={**provenance.extra, **extra}),
    )
    for words in read.said:
        logger.info("%s: %s", dataset.name, words)
    for name, reason in read.left_out.items():
        logger.warning("%s: left out: %s: %s", dataset.name, name, reason)
    logger.info(
        "%s: %d trials of %d %s subjects written to %s",
        dataset.name,
        len(read.frame),
        read.frame["subject"].nunique(),
        source,
        output,
    )


def _check_trials(frame: pd.DataFrame, dataset: Dataset, where: str) -> None:
    """Raise `DataError` unless the frame that was read is a table of trials."""
    try:
        check_trials(frame, where)
    except TableError as error:
        raise DataError(f"{error} It was read as {dataset.described_by} says.") from error


def _check_against_registry(frame: pd.DataFrame, dataset: Dataset, where: str) -> None:
    """Raise `DataError` unless the trials are those of the row, as far as it states them."""
    got = (frame["subject"].nunique(), len(frame))
    expected = tuple(
        found if known is None else known
        for found, known in zip(got, (dataset.n_subjects, dataset.n_trials), strict=True)
    )
    if got != expected:
        raise DataError(
            f"{where}: {got[0]} subjects and {got[1]} trials; the published {dataset.name} data "
            f"are {expected[0]} subjects and {expected[1]} trials. {dataset.advice}"
        )
    digest = canonical_digest(frame)
    if dataset.sha256 is not None and digest != dataset.sha256:
        raise DataError(
            f"{where}: the trials are not the published ones of {dataset.name}: SHA-256 of their "
            f"canonical content is {digest}, expected {dataset.sha256}. At least one cell of the "
            f"columns {list(frame.columns)} was changed. {dataset.advice}"
        )
