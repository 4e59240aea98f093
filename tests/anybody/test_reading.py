"""What is understood of a table, and what is refused: file, line, column, found, expected."""

import numpy as np
import pandas as pd
import pytest

from tests.anybody.made import plain
from trnn.anybody.write import typed
from trnn.data.coding import MISSED, choices_of, numbers, rewards_of, round_scale
from trnn.data.columns import find_columns
from trnn.data.own_table import from_frame, read_own
from trnn.data.separated import read_cells
from trnn.data.sessions import people_of
from trnn.data.unused import like_blocks
from trnn.errors import DataError


def cells(text: str, **more):
    return read_cells(text.encode(), "my.csv", **more)


def people(frame: pd.DataFrame, **given):
    table = from_frame(frame)
    columns = find_columns(table, given)
    choices = choices_of(table, columns.needed("action"), None, ())
    rewards = rewards_of(table, columns.needed("reward"), None, None, choices.code >= 0, None)
    return people_of(table, columns, choices, rewards)


@pytest.mark.parametrize(
    "text",
    [
        "id,a b,r\n1,2,3\n4,,6\n",
        "id;a b;r\n1;2;3\n\n4;;6\n;;\n",
        "id\ta b\tr\r\n1\t2\t3\r\n4\t\t6\r\n",
        "id|a b|r\n1|2|3\n4||6\n",
        'sep=;\nid;"a b";r\n1;2;3\n4;;6\n',
        '"id" "a b" "r"\n1 2 3\n4 "" 6\n',
    ],
)
def test_any_separator_is_found(text):
    found = cells(text)
    assert found.header == ["id", "a b", "r"]
    assert found.rows == [["1", "2", "3"], ["4", "", "6"]]


def test_decimal_commas_are_no_separators():
    found = cells("id;r\n" + "\n".join(f"{i};{i},5" for i in range(9)))
    assert found.header == ["id", "r"] and found.rows[3] == ["3", "3,5"]


def test_rows_know_their_lines_beyond_blank_lines_and_cells_of_several():
    found = cells('id,note,r\n\n1,"two\nlines",0\n2,x,1\n')
    assert found.lines == [3, 5] and found.rows[0][1] == "two\nlines"


def test_names_of_rows_and_repeated_names():
    assert cells('"a" "r"\n"1" 0 1\n"2" 1 1\n').header == ["row", "a", "r"]
    assert cells("a,r,r\n1,2,3\n").header == ["a", "r", "r.1"]


@pytest.mark.parametrize("coding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_any_encoding_is_read(coding):
    found = read_cells("größe,r\nü,1\n".encode(coding), "my.csv")
    assert found.header == ["größe", "r"] and found.rows == [["ü", "1"]]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "the file is empty"),
        (b"a,b\n", "a header but no trials"),
        (b"a,b\n1,2\n3,4,5\n6,7\n", r"line 3 has 3 cells, expected 2.*give --separator"),
        (b'a,b\n1,"2\n3,4\n', r"line 4: a quote is not closed|line 3: a quote"),
        (b"PK\x03\x04rest", "Excel workbook.*as CSV"),
        (b"a,b\n1,\x002\n", "line 2 holds a NUL"),
    ],
)
def test_what_is_no_table_is_refused_with_its_line(content, words):
    with pytest.raises(DataError, match=f"my.csv: .*{words}"):
        read_cells(content, "my.csv")


def test_absent_and_damaged_files_are_named(tmp_path):
    with pytest.raises(DataError, match=r"absent\.csv: no such file"):
        read_own(tmp_path / "absent.csv")
    (tmp_path / "a.parquet").write_bytes(b"PAR1 and no more")
    with pytest.raises(DataError, match="not a readable Parquet"):
        read_own(tmp_path / "a.parquet")


def test_a_parquet_index_is_a_column_of_the_owners(tmp_path):
    plain().set_index("age").to_parquet(tmp_path / "a.parquet")
    assert "age" in read_own(tmp_path / "a.parquet").names


@pytest.mark.parametrize(
    ("texts", "expected", "by_comma"),
    [
        (["1", "0,5", "-2,25", ""], [1, 0.5, -2.25, np.nan], True),
        (["1", "0.5", "−2", "1e3"], [1, 0.5, -2, 1000], False),
        (["0.5", "0,5", "inf"], [0.5, np.nan, np.nan], False),
    ],
)
def test_numbers(texts, expected, by_comma):
    values, comma = numbers(pd.Series(texts, dtype=object))
    np.testing.assert_array_equal(values, expected)
    assert comma == by_comma


@pytest.mark.parametrize(
    ("cells", "labels", "code"),
    [
        ([0, 1, None, 1], ("0", "1"), [0, 1, MISSED, 1]),
        ([2.0, 1.0, np.nan], ("1", "2"), [1, 0, MISSED]),
        (["Right", "left ", "LEFT", "NA"], ("left", "Right"), [1, 0, 0, MISSED]),
        ([True, False], ("False", "True"), [1, 0]),
        (["10", "9"], ("9", "10"), [1, 0]),
    ],
)
def test_any_two_labels_are_choices(cells, labels, code):
    table = from_frame(pd.DataFrame({"choice": cells, "reward": 1}))
    found = choices_of(table, "choice", None, ())
    assert found.labels == labels and found.code.tolist() == code


def test_three_labels_are_asked_about():
    table = from_frame(pd.DataFrame({"choice": [1, 2, 9] * 10, "reward": 1}))
    with pytest.raises(DataError, match=r"3 labels: '1' \(10 rows\).*--missed"):
        choices_of(table, "choice", None, ())
    assert (choices_of(table, "choice", None, ("9",)).code == [0, 1, MISSED] * 10).all()
    assert choices_of(table, "choice", ("9", "1"), ("2",)).code.tolist() == [1, MISSED, 0] * 10
    one = from_frame(pd.DataFrame({"choice": [1, 1], "reward": 1}))
    with pytest.raises(DataError, match="expected choices of two labels, got '1'"):
        choices_of(one, "choice", None, ())


def test_rewards_that_are_words_or_truth_values():
    table = from_frame(pd.DataFrame({"won": [True, False], "word": ["a", "b"]}))
    chosen = np.array([True, True])
    assert rewards_of(table, "won", None, None, chosen, None).value.tolist() == [1, 0]
    assert rewards_of(table, "word", {"a": 1, "b": -1}, None, chosen, None).value.tolist() == [
        1,
        -1,
    ]
    with pytest.raises(DataError, match=r"'word': expected rewards, got 'a', 'b'.*--reward-map"):
        rewards_of(table, "word", None, None, chosen, None)


@pytest.mark.parametrize(
    ("largest", "scale"),
    [(0, 1), (1, 1), (0.7, 1), (0.5, 0.5), (0.05, 0.05), (2, 2), (3, 5), (97, 100), (100, 100)],
)
def test_rewards_are_divided_by_a_round_number(largest, scale):
    assert round_scale(largest) == scale


def test_points_of_a_model_that_needs_points_stay():
    table = from_frame(pd.DataFrame({"points": [-30.0, 12.0]}))
    found = rewards_of(table, "points", None, None, np.array([True, True]), "points")
    assert found.value.tolist() == [-30, 12] and "as points" in found.said[-1]


def test_columns_are_found_by_usual_names_or_named():
    frame = pd.DataFrame(columns=["Participant ID", "Trial_Number", "chosen", "Key", "pay"])
    frame.loc[0] = 1
    table = from_frame(frame)
    with pytest.raises(DataError, match=r"no column of its outcome.*--reward NAME"):
        find_columns(table, {})
    found = find_columns(table, {"reward": "pay", "trial": "none"})
    assert dict(found.of) == {
        **{"subject": "Participant ID", "session": None, "block": None, "trial": None},
        **{"action": "chosen", "reward": "pay"},
    }
    assert "action = 'chosen' (guessed; not 'Key')" in found.words()
    with pytest.raises(DataError, match=r"no column 'payy' for the reward.*Did you mean 'pay'"):
        find_columns(table, {"reward": "payy"})


def test_a_block_begins_where_trials_start_again():
    frame = plain().drop(columns="block")
    found = people(frame)
    assert found.said == ("a block begins where 'trial' starts again",)
    assert [s.n_blocks for s in found.sessions] == [3, 3]
    one = people(frame, trial="none")
    assert [s.n_blocks for s in one.sessions] == [1, 1]
    none = people(frame.drop(columns="subject"), trial="none")
    assert [(s.name, s.n_trials) for s in none.sessions] == [("person", 120)]


def test_sessions_of_a_person_are_taken_by_themselves():
    frame = pd.concat([plain(1).assign(visit=1), plain(1).assign(visit=2)])
    found = people(frame)
    assert [s.name for s in found.sessions] == ["p0, visit 1", "p0, visit 2"]
    assert found.sessions[1].rows.tolist() == list(range(60, 120))


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (lambda f: f.assign(trial=1), "an earlier row of its block has the same number"),
        (lambda f: f.assign(block=[1, 2] * 30), "begins again after another"),
        (lambda f: f.assign(trial=f["trial"].where(f.index != 3)), "row 3: '': expected the trial"),
        (lambda f: f.assign(action=None), "none of the 60 rows holds a choice"),
        (lambda f: f.assign(subject=""), "the cell that says who chose is empty"),
        (lambda f: f.assign(action=f["action"].where(f.index != 5, 7)), "row 5: '7': expected '0'"),
        (lambda f: f.assign(reward=f["reward"].where(f.index != 5)), "row 5: '': expected the cho"),
    ],
)
def test_who_cannot_be_used_is_left_out_with_the_place(spoil, words):
    good, bad = plain(2, first=1), spoil(plain(1).astype(object))
    found = people(pd.concat([bad, good], ignore_index=True))
    assert [s.name for s in found.sessions] == ["p1", "p2"]
    (reason,) = found.left_out.values()
    assert words in reason
    assert set(found.row_of[:60]) == {"person left out"}


def test_text_columns_become_numbers_where_nothing_is_lost():
    assert str(typed(pd.Series(["1", "", "20"], dtype=object)).dtype) == "Int64"
    assert typed(pd.Series(["0.5", "1"], dtype=object)).tolist() == [0.5, 1.0]
    assert typed(pd.Series(["0,5", "1"], dtype=object)).tolist() == [0.5, 1.0]
    assert typed(pd.Series(["007", "1"], dtype=object)).tolist() == ["007", "1"]
    long = ["12345678901234567890", "1"]
    assert typed(pd.Series(long, dtype=object)).tolist() == long


def test_columns_that_look_like_blocks_are_named_and_others_are_not():
    n = 40
    rng = np.random.default_rng(1)
    frame = pd.DataFrame(
        {
            "subject": ["a"] * 20 + ["b"] * 20,
            "choice": rng.integers(0, 2, n),
            "reward": rng.integers(0, 2, n),
            "phase": (["easy"] * 10 + ["hard"] * 10) * 2,  # a run of each
            "age": [20] * 20 + [30] * 20,  # the same all session
            "side": ["l", "r"] * 20,  # changes all the time
            "again": (["x"] * 5 + ["y"] * 5 + ["x"] * 10) * 2,  # comes back
            "half": ["1"] * 20 + ["1"] * 10 + ["2"] * 10,  # of one person alone
        }
    )
    table = from_frame(frame)
    columns = find_columns(table, {})
    assert like_blocks(table, columns, people(frame).sessions) == [("phase", 1)]
    assert find_columns(from_frame(frame.rename(columns={"phase": "blk"})), {}).of["block"] == "blk"
