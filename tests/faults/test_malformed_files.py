"""Damaged tables and checkpoints: refused with what to do, or read as what they are."""

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import torch
from hypothesis import strategies as st

from tests.conftest import ROOT
from tests.data.conftest import DATA2, make_row
from trnn.data.people_table import people_table
from trnn.data.prepare import prepare_dataset
from trnn.data.registry import load_registry
from trnn.errors import CheckpointError, TableError, TrnnError
from trnn.estimators.recurrent.weights_io import load, save
from trnn.tables.parquet import Provenance, read_metadata, read_table

from .hunt import Hunt, hunt, mostly, spoilt_bytes

SCHEMA = people_table(load_registry(ROOT / "config/datasets")["gershman"])
NAMES = SCHEMA.names()
TYPES = [pa.string(), pa.int8(), pa.float32(), pa.bool_(), pa.null(), pa.list_(pa.int64())]
CONTENT = {
    "weights": {"a.weight": torch.arange(6.0).reshape(2, 3), "b": torch.zeros(3)},
    "run_seed": 1,
    "subjects": ["subject-01", "subject-02"],
    "versions": {"torch": "2"},
}
NO_FILES = [b"", b"PAR1", b"PAR1PAR1", b"PK\x03\x04", b"\x80\x02.", b"a,b\n1,2\n", b"\x89PNG\r\n"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with a table of people's trials and a checkpoint, both whole."""
    folder = tmp_path_factory.mktemp("files")
    (folder / "data2.csv").write_text(DATA2)
    row = make_row("gershman", DATA2, ["data2.csv"], [{"kind": "url", "url": "https://a.org/x"}])
    origin = Provenance({}, seed=1)
    prepare_dataset(folder / "data2.csv", folder / "whole.parquet", row, "simulated", origin)
    save(CONTENT, folder / "whole.pt")
    return folder


@st.composite
def damaged(draw: st.DrawFn, content: bytes) -> bytes:
    """Return a file's bytes, damaged, or those of no such file."""
    if draw(st.integers(0, 9)) == 0:
        return draw(st.sampled_from(NO_FILES)) + draw(st.binary(max_size=100))
    return draw(spoilt_bytes(content, times=[0, 1, 1, 2, 4]))


@st.composite
def other_tables(draw: st.DrawFn, table: pa.Table) -> bytes:
    """Return a Parquet file with columns dropped, added, renamed, repeated or of other types."""
    for _ in range(draw(st.integers(0, 3))):
        if not table.num_columns:
            break
        at = draw(st.integers(0, table.num_columns - 1))
        name = draw(st.sampled_from([*NAMES, "", "x", "é", "a\x00b", "x" * 5_000]))
        match draw(st.sampled_from(["drop", "rename", "repeat", "type", "rows", "metadata"])):
            case "drop":
                table = table.remove_column(at)
            case "rename":
                names = [*table.column_names[:at], name, *table.column_names[at + 1 :]]
                table = table.rename_columns(names)
            case "repeat":
                table = table.append_column(name, table.column(at))
            case "type":
                empty = pa.nulls(table.num_rows, draw(st.sampled_from(TYPES)))
                table = table.set_column(at, table.column_names[at], empty)
            case "rows":
                table = table.slice(0, draw(st.sampled_from([0, 1, 5])))
            case "metadata":
                key, value = (draw(st.binary(min_size=1, max_size=9)) for _ in range(2))
                table = table.replace_schema_metadata({key: value})
    buffer = io.BytesIO()
    pq.write_table(table, buffer, compression=draw(mostly("zstd", ["none", "snappy", "gzip"])))
    return buffer.getvalue()


@pytest.fixture(scope="module")
def tables(folder: Path) -> st.SearchStrategy[bytes]:
    whole = folder / "whole.parquet"
    return damaged(whole.read_bytes()) | other_tables(pq.read_table(whole))


@pytest.fixture(scope="module")
def checkpoints(folder: Path) -> st.SearchStrategy[bytes]:
    return damaged((folder / "whole.pt").read_bytes())


def _checked(
    folder: Path, ending: str, read: Callable[[Path], Any], error: type[TrnnError]
) -> Callable[[Hunt, bytes], None]:
    """Return the property that every example must have, which leaves nothing behind."""
    path = folder / f"damaged{ending}"
    read(folder / f"whole{ending}")  # what is loaded once is no example's time or memory

    def run(found: Hunt, content: bytes) -> None:
        path.write_bytes(content)
        there = sorted(folder.iterdir())
        found.attempt(lambda: read(path), error, path.name)
        assert sorted(folder.iterdir()) == there

    return run


@pytest.fixture(scope="module")
def check_table(folder: Path) -> Callable[[Hunt, bytes], None]:
    def read(path: Path) -> None:
        frame, metadata = read_table(path, SCHEMA), read_metadata(path)
        assert set(NAMES) <= set(frame.columns)
        assert all(isinstance(text, str) for pair in metadata.items() for text in pair)

    return _checked(folder, ".parquet", read, TableError)


@pytest.fixture(scope="module")
def check_checkpoint(folder: Path) -> Callable[[Hunt, bytes], None]:
    def read(path: Path) -> None:
        # Damage that torch does not see: the reader of a network looks at what it needs.
        assert isinstance(load(path), dict)

    return _checked(folder, ".pt", read, CheckpointError)


def test_damaged_tables_are_refused_in_words_or_read(tables, check_table) -> None:
    hunt(tables, 50, check_table)


@pytest.mark.faults
def test_damaged_tables_at_length(tables, check_table) -> None:
    hunt(tables, 200, check_table)


def test_damaged_checkpoints_are_refused_in_words_or_read(checkpoints, check_checkpoint) -> None:
    hunt(checkpoints, 30, check_checkpoint)


@pytest.mark.faults
def test_damaged_checkpoints_at_length(checkpoints, check_checkpoint) -> None:
    hunt(checkpoints, 100, check_checkpoint)
