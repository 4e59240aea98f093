"""The plain format: anybody's CSV as a data set of the registry."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from trnn.data.own import read_plain, write_plain
from trnn.data.people_table import people_table
from trnn.data.prepare import prepare, prepare_dataset
from trnn.data.registry import Dataset
from trnn.errors import DataError
from trnn.tables.parquet import Provenance, read_metadata, read_table
from trnn.trials.read import read_trials

TEXT = """subject,group,block,trial,action,reward,mu_0,mu_1,age
z,old,1,1,0,1.5,2,3,70
z,old,1,2,1,2,2,3,70
z,old,3,7,1,-1,0,1,70
a,young,1,1,0,0,1,1,20
"""


def row(**change: object) -> Dataset:
    known = {
        "name": "mine",
        "columns": ["group", "mu_0", "mu_1"],
        "groups": ["young", "old"],
        "file_names": ["mine.csv"],
        "manual_folder": "data/manual/mine",
    }
    return Dataset.model_validate(known | change)


def write(folder: Path, text: str) -> Path:
    path = folder / "mine.csv"
    path.write_text(text)
    return path


def test_people_stand_group_by_group_in_the_rows_order_and_count_from_0(tmp_path: Path) -> None:
    frame = prepare(write(tmp_path, TEXT), row())
    assert frame["subject"].tolist() == ["a", "z", "z", "z"]
    assert frame["group"].tolist() == ["young", "old", "old", "old"]
    assert frame["block"].tolist() == [0, 0, 0, 1] and frame["trial"].tolist() == [0, 0, 1, 0]
    assert frame["mu_1"].tolist() == [1.0, 3.0, 3.0, 1.0]
    assert list(frame.columns) == people_table(row()).names()


def test_what_the_row_does_not_list_is_left_out(tmp_path: Path) -> None:
    frame = prepare(write(tmp_path, TEXT), row(columns=[], groups=[]))
    assert "mu_0" not in frame and frame["group"].isna().all()
    assert frame["subject"].tolist() == ["z", "z", "z", "a"]  # the file's order


def test_the_table_says_whose_it_is(tmp_path: Path) -> None:
    output = tmp_path / "trials.parquet"
    prepare_dataset(write(tmp_path, TEXT), output, row(), "real", Provenance({}, 1))
    assert len(read_table(output, people_table(row()))) == 4
    metadata = read_metadata(output)
    assert metadata["dataset"] == "mine" and len(metadata["content_sha256"]) == 64
    assert "citation" not in metadata and "licence" not in metadata


def test_stand_ins_are_read_back_as_they_were(tmp_path: Path) -> None:
    agents = read_plain(TEXT.encode(), "text")
    write_plain(agents, tmp_path / "again.csv")
    again = read_plain((tmp_path / "again.csv").read_bytes(), "again")
    pd.testing.assert_frame_equal(agents, again)


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("a,young,1,1,0", "a,young,1,1,2", ["'action'", "line 5", "'2'", "['0', '1', '-1']"]),
        ("a,young,1,1,0,0", "a,young,1,1,0,", ["'reward'", "line 5", "may be missing"]),
        ("a,young", "a,", ["'group'", "line 5", "may be missing"]),
        ("z,old,1,2", "z,young,1,2", ["'group'", "line 3", "within a subject"]),
        ("z,old,1,2", "z,old,1,1", ["duplicated trial"]),
        ("z,old,3,7", "z,old,0,7", ["must stand in order"]),
        ("subject,group", "person,group", ["'subject' is missing", "person"]),
        ("a,young", "a,middle", ["groups ['middle']", "'mine'"]),
    ],
)
def test_a_bad_file_is_refused_in_words(
    tmp_path: Path, old: str, new: str, expected: list[str]
) -> None:
    assert old in TEXT
    with pytest.raises(DataError) as error:
        prepare(write(tmp_path, TEXT.replace(old, new, 1)), row())
    for text in ["mine.csv", *expected]:
        assert text in str(error.value)


def test_arms_means_may_change_within_a_block_where_the_tasks_do(tmp_path: Path) -> None:
    path, output = write(tmp_path, TEXT.replace("z,old,1,2,1,2,2,3", "z,old,1,2,1,2,2,4")), tmp_path
    with pytest.raises(DataError, match=r"'mu_1' changes to 4 at subject 'z', block 0, trial 1"):
        prepare_dataset(path, output / "no", row(), "real", Provenance({}, 1), arms_move=False)
    assert not (output / "no").exists()
    prepare_dataset(path, output / "yes.parquet", row(), "real", Provenance({}, 1))
    assert read_table(output / "yes.parquet")["mu_1"].tolist() == [1.0, 3.0, 4.0, 1.0]


def test_the_other_outcome_is_read_and_values_carry_over_where_the_task_says(
    tmp_path: Path,
) -> None:
    text = "\n".join(
        line + end
        for line, end in zip(TEXT.split(), (",other_reward", ",5", ",", ",-2", ",0"), strict=True)
    )
    own = row(columns=["group", "other_reward"])
    output = tmp_path / "trials.parquet"
    prepare_dataset(write(tmp_path, text), output, own, "real", Provenance({}, 1), carry_over=True)
    sequences = read_trials(output)
    assert sequences.other_reward is not None
    np.testing.assert_array_equal(sequences.other_reward[1], [5.0, np.nan, -2.0])
    assert sequences.fresh.tolist() == [[True, False, False], [True, False, False]]


def test_a_column_that_the_row_promises_must_be_there(tmp_path: Path) -> None:
    text = TEXT.replace(",mu_1", ",other")
    with pytest.raises(DataError, match=r"'mu_1' is missing.*the row of 'mine'"):
        prepare(write(tmp_path, text), row())


def test_sizes_and_digest_are_checked_where_the_row_has_them(tmp_path: Path) -> None:
    path = write(tmp_path, TEXT)
    prepare(path, row(n_subjects=2, n_trials=4))
    with pytest.raises(DataError, match="4 trials; the published mine data are 2 subjects and 5"):
        prepare(path, row(n_trials=5))
    with pytest.raises(DataError, match="SHA-256"):
        prepare(path, row(sha256="0" * 64))


MISSED = """subject,block,trial,action,reward
a,1,1,0,1
a,1,2,-1,
a,1,3,1,0
"""


def test_a_missed_response_is_action_minus_1_without_a_reward(tmp_path: Path) -> None:
    plain = row(columns=[], groups=[])
    frame = prepare(write(tmp_path, MISSED), plain)
    assert frame["action"].tolist() == [0, -1, 1]
    assert frame["reward"].isna().tolist() == [False, True, False]
    write_plain(frame, tmp_path / "again.csv")
    again = read_plain((tmp_path / "again.csv").read_bytes(), "again.csv")
    pd.testing.assert_frame_equal(again[list(frame.columns)], frame)
    prepare_dataset(tmp_path / "mine.csv", tmp_path / "t.parquet", plain, "real", Provenance({}, 1))


def test_the_other_outcome_too_is_empty_where_there_is_no_response() -> None:
    text = "\n".join(
        line + end
        for line, end in zip(MISSED.split(), (",other_reward", ",0", ",", ",1"), strict=True)
    )
    frame = read_plain(text.encode(), "mine.csv")
    np.testing.assert_array_equal(frame["other_reward"], [0.0, np.nan, 1.0])
    with pytest.raises(DataError, match=r"'other_reward'.*empty where there is no response"):
        read_plain(text.replace("-1,,", "-1,,1").encode(), "mine.csv")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (("-1,", "-1,0"), "empty where there is no response"),
        (("0,1\n", "0,\n"), "no value may be missing"),
    ],
)
def test_a_reward_stands_where_there_is_a_choice_and_nowhere_else(change, words) -> None:
    with pytest.raises(DataError, match=words):
        read_plain(MISSED.replace(*change).encode(), "mine.csv")
