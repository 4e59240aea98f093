"""Tables: what they carry, what they refuse, and that none is ever half-written."""

import numpy as np
import pandas as pd
import pytest

from trnn.errors import TableError
from trnn.tables.parquet import Provenance, read_metadata, read_table, write_table
from trnn.tables.schema import FLOAT, INTEGER, STRING, Column, TableSchema

SCHEMA = TableSchema(
    "example",
    "example.parquet",
    "a row",
    (
        Column("who", STRING, "somebody"),
        Column("action", INTEGER, "a choice", allowed=(0, 1)),
        Column("p", FLOAT, "a probability", "probability", low=0, high=1),
        Column("maybe", FLOAT, "may be missing", nullable=True),
    ),
)
ORIGIN = Provenance({"b": 1, "a": {"x": [1, 2]}}, seed=3)


def frame(**changes) -> pd.DataFrame:
    columns = {"who": ["x", "y"], "action": [0, 1], "p": [0.5, 1.0], "maybe": [np.nan, 2.0]}
    return pd.DataFrame({**columns, **changes})


def test_round_trip_with_descriptions_and_origin(tmp_path):
    path = tmp_path / "t.parquet"
    write_table(frame(), path, SCHEMA, ORIGIN)
    pd.testing.assert_frame_equal(read_table(path, SCHEMA), frame(), check_dtype=False)
    metadata = read_metadata(path)
    assert metadata["seed"] == "3" and metadata["table"] == "example"
    assert metadata["config_digest"] == Provenance({"a": {"x": [1, 2]}, "b": 1}, 3).digest()
    assert metadata["config_digest"] != Provenance({"a": {"x": [2, 1]}, "b": 1}, 3).digest()


def test_equal_tables_are_equal_bytes(tmp_path):
    for name in ("a", "b"):
        write_table(frame(), tmp_path / name, SCHEMA, ORIGIN)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"action": [0, 2]}, ["action", "row 1", "one of [0, 1]"]),
        ({"p": [0.5, 1.5]}, ["'p'", "row 1", "[0, 1]"]),
        ({"p": [np.nan, 1.0]}, ["'p'", "row 0", "no missing"]),
        ({"p": [np.inf, 1.0]}, ["'p'", "row 0", "finite"]),
        ({"maybe": [np.inf, 1.0]}, ["'maybe'", "finite"]),
        ({"who": [None, "y"]}, ["who", "row 0"]),
        ({"extra": [1, 2]}, ["unexpected ['extra']"]),
    ],
)
def test_what_breaks_the_schema_is_refused_and_leaves_no_file(tmp_path, change, words):
    path = tmp_path / "t.parquet"
    with pytest.raises(TableError) as caught:
        write_table(frame(**change), path, SCHEMA, ORIGIN)
    for word in words:
        assert word in str(caught.value)
    assert list(tmp_path.iterdir()) == []


def test_a_failed_write_leaves_the_old_table(tmp_path, monkeypatch):
    path = tmp_path / "t.parquet"
    write_table(frame(), path, SCHEMA, ORIGIN)
    before = path.read_bytes()

    def full_disk(*args, **kwargs):
        raise OSError("No space left on device")

    monkeypatch.setattr("pyarrow.parquet.write_table", full_disk)
    with pytest.raises(OSError, match="No space"):
        write_table(frame(p=[0.1, 0.2]), path, SCHEMA, ORIGIN)
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def test_a_truncated_table_is_named_as_such(tmp_path):
    path = tmp_path / "t.parquet"
    write_table(frame(), path, SCHEMA, ORIGIN)
    path.write_bytes(path.read_bytes()[:-20])
    for read in (read_table, read_metadata):
        with pytest.raises(TableError, match=r"t\.parquet: not a readable Parquet"):
            read(path)
    with pytest.raises(TableError, match="no such table"):
        read_table(tmp_path / "absent.parquet")


def test_a_table_of_another_kind_is_refused(tmp_path):
    other = TableSchema("other", "", "", SCHEMA.columns[:2])
    write_table(frame()[["who", "action"]], tmp_path / "o.parquet", other, ORIGIN)
    with pytest.raises(TableError, match=r"columns \['p', 'maybe'\] are missing"):
        read_table(tmp_path / "o.parquet", SCHEMA)
