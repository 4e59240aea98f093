"""Both studies' files as the data sets describe them, and bad input with its message."""

import pandas as pd
import pytest

from tests.data.conftest import CHOICES_DIAGNO, DATA2, FOR_PLOS, ROOT, read
from trnn.data.read_people import MAX_CELLS, read_people
from trnn.data.registry import load_registry
from trnn.errors import DataError

STUDIES = load_registry(ROOT / "config/datasets")


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
    frame = read("dezfouli", changes.get(dress, text))
    pd.testing.assert_frame_equal(frame, _expected_dezfouli())


def test_gershman() -> None:
    frame = read("gershman", DATA2)
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
    frame = read("gershman", "subject,block,trial,mu1,mu2,choice,reward,RT\n7,3,1,0,1,2,5,300\n")
    assert frame[["block", "trial", "action"]].to_numpy().tolist() == [[0, 0, 1]]
    header, *rows = CHOICES_DIAGNO.splitlines()
    one = read("dezfouli", f"{header}\n{rows[3]}\n")
    assert one["subject"].tolist() == ["bipolar-01"]
    # s_7 above always takes the same arm; blocks there have 1, 2 and 3 trials.
    lengths = read("dezfouli", CHOICES_DIAGNO).groupby(["subject", "block"]).size()
    assert set(lengths) == {1, 2}


def test_names_are_wide_enough_to_sort() -> None:
    header = FOR_PLOS.splitlines()[0]
    rows = "\n".join(f"i{i},R1,1,0,Healthy,TRUE" for i in range(101))
    names = read("dezfouli", f"{header}\n{rows}\n")["subject"].tolist()
    assert names[0] == "healthy-001" and names[100] == "healthy-101"
    assert names == sorted(names)


def _replace_cell(text: str, line: int, column: str, value: str) -> str:
    lines = text.splitlines()
    cells = lines[line - 1].split(",")
    cells[[name.strip('"') for name in lines[0].split(",")].index(column)] = value
    lines[line - 1] = ",".join(cells)
    return "\n".join(lines) + "\n"


FORMATS = {
    "choices_diagno": ("dezfouli", CHOICES_DIAGNO),
    "for_plos": ("dezfouli", FOR_PLOS),
    "gershman": ("gershman", DATA2),
}


@pytest.mark.parametrize(
    ("layout", "column", "value", "rule"),
    [
        ("choices_diagno", "reward", "lots", "expected the choice's reward"),
        ("choices_diagno", "reward", "2", "expected the choice's reward"),
        ("choices_diagno", "key", "R3", "expected 'R1' or 'R2'"),
        ("choices_diagno", "key", "", "expected a choice on every row"),
        ("choices_diagno", "diag", "Other", "expected one of ['Bipolar', 'Depression', 'Healthy']"),
        ("choices_diagno", "diag", "Bipolar", "must not change"),
        ("choices_diagno", "ID", "", "who chose is empty"),
        ("choices_diagno", "choice", "R9", "expected one of ['R1', 'R2']"),
        ("for_plos", "reward", "inf", "expected the choice's reward"),
        ("for_plos", "best_action", "maybe", "expected one of ['TRUE', 'FALSE']"),
        ("gershman", "reward", "1e400", "expected the choice's reward"),
        ("gershman", "choice", "0", "expected '1' or '2'"),
        ("gershman", "trial", "1", "an earlier row of its block has the same"),
        ("gershman", "trial", "two", "expected the trial's number"),
        ("gershman", "mu2", "7", "must not change within a block"),
        ("gershman", "mu1", "", "expected a number"),
        ("gershman", "RT", "fast", "expected a number"),
    ],
)
def test_a_bad_cell_is_named(layout: str, column: str, value: str, rule: str) -> None:
    name, text = FORMATS[layout]
    content = _replace_cell(text, 3, column, value).encode()
    try:
        told = "; ".join(read_people(content, "raw/file.csv", STUDIES[name]).left_out.values())
    except DataError as error:
        told = str(error)
    assert rule in told and "line 3" in told
    assert f"'{column}'" in told or column == "ID"


@pytest.mark.parametrize(
    ("layout", "column"),
    [
        ("choices_diagno", "trial"),
        ("choices_diagno", "choice"),
        ("for_plos", "best_action"),
        ("gershman", "RT"),
    ],
)
def test_a_missing_column(layout: str, column: str) -> None:
    name, text = FORMATS[layout]
    lines = [line.split(",") for line in text.splitlines()]
    at = [name.strip('"') for name in lines[0]].index(column)
    without = "\n".join(",".join(cells[:at] + cells[at + 1 :]) for cells in lines)
    # In particular `block` of choices_diagno must never stand in for its missing `trial`.
    with pytest.raises(DataError, match=rf"x: column .*'{column}'.* is missing; this file has"):
        read(name, without)


@pytest.mark.parametrize("name", ["dezfouli", "gershman"])
def test_files_that_are_not_tables(name: str) -> None:
    text = DATA2 if name == "gershman" else FOR_PLOS
    rows = text.splitlines()
    cases = [
        ("", "x: the file is empty"),
        ("\n \n", "x: the file is empty"),
        (rows[0], "x: the file holds a header but no trials"),
        ("a\x00b,c\n1,2\n", "line 1 holds a NUL"),
        ("\n".join([*rows, rows[-1] + ",9"]), f"line {len(rows) + 1} has"),
        ("\n".join([*rows, '"cut']), "a quote is not closed"),
        ("," * MAX_CELLS, f"the file has {MAX_CELLS + 1} cells"),
    ]
    for content, expected in cases:
        with pytest.raises(DataError, match=expected):
            read(name, content)
