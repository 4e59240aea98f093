"""From a raw file to the prepared table, checked against the registry."""

import hashlib
import json
import logging
from dataclasses import replace
from pathlib import Path
from typing import Literal

import numpy as np
import pandas as pd

from trnn.data.archive import MAX_UNPACKED_BYTES, csv_content
from trnn.data.formats import load_format
from trnn.data.people_table import people_table
from trnn.data.registry import Dataset
from trnn.errors import ConfigError, DataError, TableError
from trnn.tables.parquet import Provenance, write_table
from trnn.trials.arms import MEANS
from trnn.trials.columns import STARTS_ANEW
from trnn.trials.gate import check_trials

logger = logging.getLogger(__name__)

Source = Literal["real", "simulated"]


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
    if source not in ("real", "simulated"):
        raise ConfigError(f"unknown source {source!r} of people; allowed: real, simulated.")
    place, text = csv_content(content, where, dataset.file_names)
    frame = load_format(dataset.format).read(text, place)
    frame = _own_columns(frame, dataset, place)
    _check_trials(frame, dataset, place)
    if source == "real":
        _check_against_registry(frame, dataset, place)
    return frame


def canonical_digest(frame: pd.DataFrame) -> str:
    """Return the SHA-256 of the content of a prepared frame, as 64 hexadecimal digits.

    Covers every column, in the alphabet's order of their names: the name, the kind of the cells and
    their number, then the cells. Whole numbers and booleans are little-endian int64; other numbers
    are little-endian float64 (-0.0 as 0.0, and one NaN for all that are null); text is a JSON list.
    """
    digest = hashlib.sha256()
    for name in sorted(frame.columns):
        kind, cells = _canonical(frame[name])
        digest.update(f"{json.dumps(name)}:{kind}:{len(frame)}\n".encode())
        digest.update(cells)
    return digest.hexdigest()


def _canonical(column: pd.Series) -> tuple[str, bytes]:
    """Return the kind of a column's cells, and their bytes whatever machine it is."""
    if not pd.api.types.is_numeric_dtype(column):
        cells = column.astype(object)
        texts = cells.where(cells.notna(), None).tolist()
        return "text", json.dumps(texts).encode()
    if column.dtype.kind in "iub" and not column.isna().any():
        return "whole", column.to_numpy(dtype="<i8").tobytes()
    real = column.to_numpy(dtype="<f8", na_value=np.nan) + np.float64(0)  # -0.0 + 0.0 is 0.0
    real[np.isnan(real)] = np.nan
    return "real", real.tobytes()


def prepare_dataset(
    raw: str | Path,
    output: str | Path,
    dataset: Dataset,
    source: Source,
    provenance: Provenance,
    arms_move: bool = True,
    carry_over: bool = False,
) -> None:
    """Write the prepared table of `raw` to the Parquet file `output`; see `prepare`.

    The table's metadata get `data_source` from `source`, and the data set's name, citation,
    licence and digest.

    Parameters
    ----------
    arms_move : bool
        Whether the arms' means may change within a block; else a table in which they do is refused.
    carry_over : bool
        Whether values carry over blocks: the table then says so, in the column `starts_anew`.

    Raises
    ------
    DataError
        As `prepare`, or if the arms' means change and should not.
    """
    frame = prepare(raw, dataset, source)
    schema = people_table(dataset)
    if not arms_move:
        _check_arms(frame, str(raw))
    # Stand-ins are nobody's data: only a table of real people cites the study as its origin.
    origin = (
        {"citation": dataset.citation, "licence": dataset.licence}
        if source == "real"
        else {"stand_in_for": dataset.citation}
    )
    stated = {key: text for key, text in origin.items() if text is not None}
    extra = {"dataset": dataset.name, "content_sha256": canonical_digest(frame), **stated}
    if carry_over:
        frame[STARTS_ANEW.name] = (~frame["subject"].duplicated()).astype(np.int64)
        schema = replace(schema, columns=(*schema.columns, STARTS_ANEW))
    write_table(
        frame,
        output,
        schema,
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


def _own_columns(frame: pd.DataFrame, dataset: Dataset, where: str) -> pd.DataFrame:
    """Return the columns that the data set's row promises, group by group in the row's order.

    DataError if one is not there, or a group is not the row's.
    """
    promised = people_table(dataset).names()
    absent = [name for name in promised if name not in frame.columns]
    if dataset.groups and "group" in frame.columns:
        absent += ["group"] * bool(frame["group"].isna().all())
    if absent:
        raise DataError(
            f"{where}: column {', '.join(map(repr, absent))} is missing, which the row of "
            f"{dataset.name!r} in the registry lists. Add it to the file, or take it out of the "
            "row."
        )
    if not dataset.groups:
        return frame.assign(group=pd.Series(None, index=frame.index, dtype="str"))[promised]
    rank = {name: place for place, name in enumerate(dataset.groups)}
    unknown = sorted(set(frame["group"]) - set(rank))
    if unknown:
        raise DataError(
            f"{where}: groups {unknown} are not among those of {dataset.name!r} in the registry, "
            f"{dataset.groups}. Add them to the row, or mend the file."
        )
    order = frame["group"].map(rank).to_numpy().argsort(kind="stable")
    return frame.iloc[order].reset_index(drop=True)[promised]


def _check_trials(frame: pd.DataFrame, dataset: Dataset, where: str) -> None:
    """Raise `DataError` unless the frame that a format's reader made is a table of trials."""
    try:
        check_trials(frame, where)
    except TableError as error:
        raise DataError(
            f"{error} The format {dataset.format!r} has read it so: mend its reader, or the file."
        ) from error


def _check_arms(frame: pd.DataFrame, where: str) -> None:
    """Raise `DataError` if an arm's mean changes within a block."""
    for name in MEANS:
        if name not in frame.columns:
            continue
        changed = (frame["trial"] > 0) & (frame[name] != frame[name].shift())
        if changed.any():
            first = frame[changed].iloc[0]
            raise DataError(
                f"{where}: column '{name}' changes to {first[name]:g} at subject "
                f"'{first['subject']}', block {first['block']}, trial {first['trial']} (from 0), "
                "but the arms of the experiment's task pay the same on average within a block. "
                "Mend the file, or state a task whose arms move: reversals, kind: walk or given."
            )


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
