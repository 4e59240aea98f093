"""Both readers: what they return, and every bad input with its message."""

import time
from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from ger2024.data.dezfouli import read_dezfouli
from ger2024.data.gershman import read_gershman
from tests.data.conftest import CHOICES_DIAGNO, DATA2, FOR_PLOS
from trnn.data import rawtable
from trnn.errors import DataError

Reader = Callable[[bytes, str], pd.DataFrame]


def _expected_dezfouli() -> pd.DataFrame:
    columns = ["subject", "group", "block", "trial", "action", "reward", "best_action"]
    rows = [
        ("bipolar-01", "bipolar", 0, 0, 0, 0.0, 1),
        ("bipolar-02", "bipolar", 0, 0, 1, 1.0, 1),
        ("bipolar-02", "bipolar", 1, 0, 1, 0.0, 0),
        ("depression-01", "depression", 0, 0, 0, 0.0, 1),
        ("depression-01", "depression", 0, 1, 0, 0.0, 1),
        ("healthy-01", "healthy", 0, 0, 1, 0.0, 0),
        ("healthy-01", "healthy", 0, 1, 0, 1.0, 1),
        ("healthy-01", "healthy", 1, 0, 0, 0.0, 0),
    ]
    frame = pd.DataFrame(rows, columns=columns)
    return frame.astype({"subject": "str", "group": "str"})


@pytest.mark.parametrize("text", [CHOICES_DIAGNO, FOR_PLOS])
@pytest.mark.parametrize("dress", ["", "bom", "crlf", "blank end"])
def test_both_dezfouli_formats_give_the_same_frame(text: str, dress: str) -> None:
    changes = {
        "bom": "\ufeff" + text,
        "crlf": text.replace("\n", "\r\n"),
        "blank end": text + "\n\n",
    }
    frame = read_dezfouli(changes.get(dress, text).encode(), "x.csv")
    pd.testing.assert_frame_equal(frame, _expected_dezfouli())


def test_gershman() -> None:
    frame = read_gershman(DATA2.encode(), "x.csv")
    assert frame["subject"].tolist() == ["subject-01"] * 3 + ["subject-02"] * 3
    assert frame["group"].isna().all()
    assert frame["block"].tolist() == [0, 0, 1, 0, 0, 0]
    assert frame["trial"].tolist() == [0, 1, 0, 0, 1, 2]
    assert frame["action"].tolist() == [0, 1, 0, 1, 1, 1]
    assert frame["reward"].tolist() == [0, -4, 9, 4, 6, 5]
    assert frame["mu_0"].tolist() == [-1, -1, 8, 0, 0, 0]
    assert frame["mu_1"].tolist() == [-2, -2, 3, 5, 5, 5]
    assert frame["reaction_time_ms"].tolist() == [1655, 652, 300, 512, 407, 388]


def test_a_subject_of_one_trial_one_arm_and_odd_blocks_are_legitimate() -> None:
    frame = read_gershman(b"subject,block,trial,mu1,mu2,choice,reward,RT\n7,3,1,0,1,2,5,300\n", "x")
    assert frame[["block", "trial", "action"]].to_numpy().tolist() == [[0, 0, 1]]
    header, *rows = CHOICES_DIAGNO.splitlines()
    one = read_dezfouli(f"{header}\n{rows[3]}\n".encode(), "x")
    assert one["subject"].tolist() == ["bipolar-01"]
    # s_7 above always takes the same arm; blocks there have 1, 2 and 3 trials.
    lengths = read_dezfouli(CHOICES_DIAGNO.encode(), "x").groupby(["subject", "block"]).size()
    assert set(lengths) == {1, 2}


def test_names_are_wide_enough_to_sort() -> None:
    header = FOR_PLOS.splitlines()[0]
    rows = "\n".join(f"i{i},R1,1,0,Healthy,TRUE" for i in range(101))
    names = read_dezfouli(f"{header}\n{rows}\n".encode(), "x")["subject"].tolist()
    assert names[0] == "healthy-001" and names[100] == "healthy-101"
    assert names == sorted(names)


def _replace_cell(text: str, line: int, column: str, value: str) -> str:
    lines = text.splitlines()
    cells = lines[line - 1].split(",")
    cells[[name.strip('"') for name in lines[0].split(",")].index(column)] = value
    lines[line - 1] = ",".join(cells)
    return "\n".join(lines) + "\n"


FORMATS = {
    "choices_diagno": (read_dezfouli, CHOICES_DIAGNO),
    "for_plos": (read_dezfouli, FOR_PLOS),
    "gershman": (read_gershman, DATA2),
}


@pytest.mark.parametrize(
    ("layout", "column", "value", "rule"),
    [
        ("choices_diagno", "reward", "lots", "finite number"),
        ("choices_diagno", "reward", "", "no value may be missing"),
        ("choices_diagno", "reward", "NA", "finite number"),
        ("choices_diagno", "reward", "2", "reward must be 0 or 1"),
        ("choices_diagno", "key", "R3", "unknown action; expected one of ['R1', 'R2']"),
        ("choices_diagno", "key", "", "no value may be missing"),
        ("choices_diagno", "diag", "Other", "unknown diagnosis"),
        ("choices_diagno", "diag", "Bipolar", "must not change within a subject"),
        ("choices_diagno", "ID", "", "no value may be missing"),
        ("choices_diagno", "trial", "1.5", "whole number"),
        ("choices_diagno", "trial", "0", "blocks must stand in order"),
        ("choices_diagno", "choice", "R9", "unknown value"),
        ("choices_diagno", "time", "later", "finite number"),
        ("choices_diagno", "time", "10", "duplicated trial"),
        ("choices_diagno", "time", "5", "values must rise within a block"),
        ("for_plos", "reward", "inf", "finite number"),
        ("for_plos", "key", "1", "unknown action"),
        ("for_plos", "best_action", "maybe", "unknown value"),
        ("for_plos", "block", "0", "blocks must stand in order"),
        ("gershman", "reward", "1e400", "finite number"),
        ("gershman", "reward", "", "no value may be missing"),
        ("gershman", "choice", "0", "unknown action; expected one of ['1', '2']"),
        ("gershman", "trial", "1", "duplicated trial"),
        ("gershman", "trial", "3", "1, 2, 3, … within a block"),
        ("gershman", "trial", "two", "finite number"),
        ("gershman", "block", "0", "blocks must stand in order"),
        ("gershman", "mu2", "7", "must not change within a block"),
        ("gershman", "mu1", "", "no value may be missing"),
        ("gershman", "RT", "fast", "finite number"),
    ],
)
def test_a_bad_cell_is_named(layout: str, column: str, value: str, rule: str) -> None:
    reader, text = FORMATS[layout]
    with pytest.raises(DataError) as error:
        reader(_replace_cell(text, 3, column, value).encode(), "raw/file.csv")
    message = str(error.value)
    assert message.startswith("raw/file.csv: column ")
    assert f"'{column}'" in message
    assert rule in message
    assert "the first: line 3: " in message
    assert f"{column} = {value!r}" in message


def test_the_first_offending_rows_are_shown_with_their_lines() -> None:
    header = FOR_PLOS.splitlines()[0]
    rows = [f"a,R1,1,{'x' if i % 2 else 0},Healthy,TRUE" for i in range(40)]
    with pytest.raises(DataError) as error:
        read_dezfouli("\n".join([header, *rows]).encode(), "x")
    shown = [f"line {line}: reward = 'x'" for line in (3, 5, 7, 9, 11)]
    assert "20 of 40 rows" in str(error.value)
    assert "; ".join(shown) + "." in str(error.value)
    assert rawtable.ROWS_SHOWN == 5 and "line 13" not in str(error.value)


@pytest.mark.parametrize(
    ("layout", "column"),
    [
        (layout, column)
        for layout, (_, text) in FORMATS.items()
        for column in {
            "choices_diagno": ["ID", "key", "trial", "reward", "diag", "choice"],
            "for_plos": ["ID", "key", "block", "reward", "diag", "best_action"],
            "gershman": text.splitlines()[0].split(","),
        }[layout]
    ],
)
def test_a_missing_column(layout: str, column: str) -> None:
    reader, text = FORMATS[layout]
    lines = [line.split(",") for line in text.splitlines()]
    at = [name.strip('"') for name in lines[0]].index(column)
    without = "\n".join(",".join(cells[:at] + cells[at + 1 :]) for cells in lines)
    # In particular `block` of choices_diagno must never stand in for its missing `trial`.
    file_name = "data2" if layout == "gershman" else layout
    expected = rf"x\.csv: column '{column}' is missing\. {file_name}\.csv has"
    with pytest.raises(DataError, match=expected):
        reader(without.encode(), "x.csv")


def test_choices_diagno_without_time_is_read() -> None:
    lines = [line.split(",") for line in CHOICES_DIAGNO.splitlines()]
    text = "\n".join(",".join(cells[:4] + cells[5:]) for cells in lines)
    pd.testing.assert_frame_equal(read_dezfouli(text.encode(), "x"), _expected_dezfouli())


@pytest.mark.parametrize(("layout", "subject"), [("choices_diagno", "ID"), ("gershman", "subject")])
def test_rows_of_a_subject_apart(layout: str, subject: str) -> None:
    reader, text = FORMATS[layout]
    header, first, *rest = text.splitlines()
    with pytest.raises(
        DataError, match=f"column '{subject}': unordered trials: the rows of a"
    ) as e:
        reader("\n".join([header, *rest, first]).encode(), "x")
    assert f"line {len(rest) + 2}:" in str(e.value)


def test_a_row_twice_far_apart_is_a_duplicate() -> None:
    line = DATA2.splitlines()[1]
    with pytest.raises(DataError, match=r"duplicated trial.*line 8: subject = '1', block = '1'"):
        read_gershman((DATA2 + line).encode(), "x")


@pytest.mark.parametrize("reader", [read_dezfouli, read_gershman])
def test_files_that_are_not_tables(reader: Reader) -> None:
    header = DATA2.splitlines()[0] if reader is read_gershman else FOR_PLOS.splitlines()[0]
    rows = (DATA2 if reader is read_gershman else FOR_PLOS).splitlines()
    cases = [
        (b"", "x: the file is empty"),
        (b"\n \n", "x: the file is empty"),
        (header.encode(), "x: the file holds a header but no trials"),
        ("\n".join(rows).encode("utf-16"), "wrong encoding"),
        ("\n".join([*rows, "é"]).encode("latin-1"), f"byte 0xe9 on line {len(rows) + 1}"),
        (b"a\x00b,c\n1,2\n", "line 1 holds a NUL"),
        ("\n".join([*rows, rows[-1] + ",9"]).encode(), f"line {len(rows) + 1}, saw"),
        (
            "\n".join([rows[0], *(f"{r},9" for r in rows[1:])]).encode(),
            "more fields than the header",
        ),
        ((f"{header},{header}\n" + ",".join([rows[1]] * 2)).encode(), "more than once"),
        ("\n".join([*rows[:3], "", *rows[3:]]).encode(), "line 4: "),
        ("\n".join([*rows, rows[-1].replace('"', "")[:4]]).encode(), f"line {len(rows) + 1}: "),
        ("\n".join([*rows, '"cut']).encode(), "not a CSV of equal rows"),
    ]
    for content, expected in cases:
        with pytest.raises(DataError) as error:
            reader(content, "x")
        assert expected in str(error.value)


def test_a_file_of_the_real_size_is_read_quickly() -> None:
    n = 132_000
    header = FOR_PLOS.splitlines()[0]
    key = np.random.default_rng(1).choice(["R1", "R2"], n)
    rows = "\n".join(f"s{i // 1320},{key[i]},{i % 1320 // 110},0,Healthy,TRUE" for i in range(n))
    start = time.process_time()
    frame = read_dezfouli(f"{header}\n{rows}".encode(), "x")
    assert time.process_time() - start < 2
    assert (frame["action"].to_numpy() == (key == "R2")).all()
