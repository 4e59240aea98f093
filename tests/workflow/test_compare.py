"""Comparing two results folders, table for table."""

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

from trnn.cli import app
from trnn.errors import TableError
from trnn.workflow.compare import compare

TABLE = pd.DataFrame(
    {"name": ["a", None], "value": [0.1, np.nan], "n": [1, 2], "seconds": [1.0, 2.0]}
)


@pytest.fixture()
def folders(tmp_path):
    """Two folders, each with the tables a/one and two."""
    out = tmp_path / "first", tmp_path / "second"
    for folder in out:
        write(TABLE, folder / "a" / "one.parquet")
        write(TABLE, folder / "two.parquet")
    return out


def write(frame, path):
    path.parent.mkdir(parents=True, exist_ok=True)
    frame.to_parquet(path)


def outcomes(folders, **renamed):
    return {found.file: (found.outcome, found.reason) for found in compare(*folders, renamed)}


def exit_status(folders, *more):
    return CliRunner().invoke(app, ["compare", *map(str, folders), *more]).exit_code


def test_equal_tables_are_the_same_nulls_and_nan_too_whatever_the_time_that_they_took(folders):
    write(TABLE.assign(seconds=[9.0, 9.0]), folders[1] / "two.parquet")
    assert outcomes(folders) == {"a/one.parquet": ("same", ""), "two.parquet": ("same", "")}
    assert exit_status(folders) == 0


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        (TABLE.assign(value=[0.1 + 1e-16, np.nan]), "value: 1 of 2 values differ, first in row 0"),
        (TABLE.assign(value=[0.1, 0.0]), "value: 1 of 2 values differ, first in row 1: nan and 0"),
        (TABLE.assign(name=[None, None]), "name: 1 of 2 values differ, first in row 0: 'a'"),
        (TABLE.drop(columns="n"), "no column n"),
        (TABLE.iloc[:1], "2 and 1 rows"),
        (TABLE.drop(columns="n").assign(more=1), "no column n; a column more more"),
        (TABLE.assign(n=[1, 3], more=1), "n: 1 of 2 values differ, first in row 1: 2 and 3"),
    ],
)
def test_another_value_column_or_row_is_a_difference_and_named(folders, changed, words):
    write(changed, folders[1] / "two.parquet")
    got = outcomes(folders)
    assert got["a/one.parquet"] == ("same", "")
    outcome, reason = got["two.parquet"]
    assert outcome == "different" and words in reason
    assert exit_status(folders) == 1


def test_a_table_with_columns_more_is_extended_and_no_failure(folders):
    write(TABLE.assign(trials_seen=pd.array([25, None])), folders[1] / "two.parquet")
    assert outcomes(folders)["two.parquet"] == ("extended", "a column trials_seen more")
    assert exit_status(folders) == 0
    # The other way round, a column is lost.
    assert outcomes(folders[::-1])["two.parquet"] == ("different", "no column trials_seen")
    assert exit_status(folders[::-1]) == 1


def test_a_table_that_is_absent_fails_and_a_new_one_does_not(folders):
    (folders[1] / "two.parquet").rename(folders[1] / "three.parquet")
    got = outcomes(folders)
    assert got["two.parquet"][0] == "absent" and "no two.parquet in" in got["two.parquet"][1]
    assert got["three.parquet"] == ("new", f"not in {folders[0]}")
    assert exit_status(folders) == 1
    write(TABLE, folders[1] / "two.parquet")
    assert outcomes(folders)["three.parquet"][0] == "new"
    assert exit_status(folders) == 0


def test_tables_are_found_under_their_new_names(folders):
    (folders[1] / "two.parquet").rename(folders[1] / "three.parquet")
    (folders[1] / "a").rename(folders[1] / "b")
    got = outcomes(folders, two="three", **{"a/": "b/"})
    assert got == {
        "a/one.parquet = b/one.parquet": ("same", ""),
        "two.parquet = three.parquet": ("same", ""),
    }
    assert exit_status(folders, "--renamed", "two=three", "--renamed", "a/=b/") == 0


def test_a_folder_without_tables_is_refused(folders, tmp_path):
    empty = tmp_path / "empty"
    empty.mkdir()
    for pair in ((folders[0], empty), (empty, folders[0]), (folders[0], tmp_path / "nowhere")):
        with pytest.raises(TableError, match="no Parquet table below it"):
            compare(*pair, {})
