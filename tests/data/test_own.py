"""Anybody's table as a data set: its file says what columns and cells mean."""

import json
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from trnn.data.digest import canonical_digest
from trnn.data.first_use import check_first_use
from trnn.data.people_table import people_table
from trnn.data.prepare import prepare, prepare_dataset, prepare_people
from trnn.data.registry import Dataset
from trnn.data.write_people import write_people
from trnn.errors import DataError
from trnn.tables.parquet import Provenance, check_frame, read_metadata, read_table
from trnn.trials.read import read_trials

# The format of somebody who has one of everything.
TEXT = """person,diag,run,nr,key,paid,p left,p right,best,ms,age
z,old,1,1,left,win,0.2,0.8,0,300,70
z,old,1,2,right,loss,0.2,0.8,1,,70
z,old,3,7,right,win,0.5,0.1,0,250,70
a,Young,1,1,left,loss,0.5,0.5,1,400,20
"""
MAP = {
    **{"subject": "person", "group": "diag", "block": "run", "trial": "nr", "action": "key"},
    **{"reward": "paid", "mu_0": "p left", "mu_1": "p right", "best_action": "best"},
    "more": {"reaction_time_ms": "ms"},
}


def own(**change: object) -> Dataset:
    known = {
        "name": "mine",
        "columns": MAP,
        "actions": ["left", "right"],
        "reward_map": {"win": 1, "loss": 0},
        "groups": {"Young": "young", "old": "old"},
        "units": {"reaction_time_ms": "ms"},
    }
    return Dataset.model_validate(known | change)


def write(folder: Path, text: str | bytes) -> Path:
    path = folder / "mine.csv"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


def test_columns_labels_and_groups_are_what_the_file_says(tmp_path: Path) -> None:
    frame = prepare(write(tmp_path, TEXT), own())
    check_frame(frame, people_table(own()), "mine")
    assert frame["subject"].tolist() == ["a", "z", "z", "z"]
    assert frame["group"].tolist() == ["young", "old", "old", "old"]
    assert frame["block"].tolist() == [0, 0, 0, 1] and frame["trial"].tolist() == [0, 0, 1, 0]
    assert frame["action"].tolist() == [0, 0, 1, 1]
    assert frame["reward"].tolist() == [0.0, 1.0, 0.0, 1.0]
    assert frame["mu_1"].tolist() == [0.5, 0.8, 0.8, 0.1]
    assert frame["best_action"].tolist() == [1, 0, 1, 0]
    assert frame["reaction_time_ms"].isna().tolist() == [False, False, True, False]
    assert "age" not in frame


def test_one_and_two_with_tabs_in_any_encoding(tmp_path: Path) -> None:
    text = "ID\tSitzung\tWahl\tBelohnung\r\n" + "".join(
        f"Ä{person}\t{session}\t{1 + trial % 2}\t{trial // 2 % 2}\r\n"
        for person in (1, 2)
        for session in (1, 2)
        for trial in range(4)
    )
    columns = {"subject": "ID", "session": "Sitzung", "action": "Wahl", "reward": "Belohnung"}
    dataset = Dataset.model_validate({"name": "mine", "columns": columns})
    for encoding in ("utf-8-sig", "utf-16", "cp1252"):
        frame = prepare(write(tmp_path, text.encode(encoding)), dataset)
        # Each session is a subject of its own.
        assert frame["subject"].unique()[0] == "Ä1, Sitzung 1" and frame["subject"].nunique() == 4
        assert frame["action"].tolist() == [0, 1] * 8 and frame["block"].eq(0).all()


def test_missed_trials_are_left_out_or_refused(tmp_path: Path) -> None:
    text = "id,block,resp,won\n" + "".join(
        f"{person},{block},{resp},{won}\n"
        for person in "ab"
        for block in (1, 2)
        for resp, won in (("left", 1), ("too late", ""), ("", ""), ("right", 0))
    )
    columns = {"subject": "id", "block": "block", "action": "resp", "reward": "won"}
    dataset = Dataset.model_validate({"name": "m", "columns": columns, "missed": ["too late"]})
    dataset = dataset.model_copy(update={"missing": "leave_out"})
    read = prepare_people(write(tmp_path, text), dataset)
    assert len(read.frame) == 8 and read.frame["trial"].tolist() == [0, 1] * 4
    assert "8 rows without a response are left out" in read.said
    strict = dataset.model_copy(update={"missing": "refuse"})
    with pytest.raises(DataError, match=r"column 'resp': .*on 8: line 3: 'too late'; line 4: ''"):
        prepare(write(tmp_path, text), strict)


def test_points_with_decimal_commas(tmp_path: Path) -> None:
    text = "vp;spiel;wahl;punkte;m1;m2\n" + "".join(
        f"{person};{block};{'AB'[trial % 2]};{trial - 1},5;-2,5;4\n"
        for person in (1, 2)
        for block in (1, 2)
        for trial in range(4)
    )
    columns = {"subject": "vp", "block": "spiel", "action": "wahl", "reward": "punkte"}
    dataset = Dataset.model_validate(
        {
            "name": "m",
            "columns": columns | {"mu_0": "m1", "mu_1": "m2"},
            "reward_scale": 10,
        }
    )
    read = prepare_people(write(tmp_path, text), dataset)
    assert read.frame["reward"].tolist()[:4] == [-0.15, 0.05, 0.15, 0.25]
    assert read.frame["mu_0"].eq(-0.25).all() and read.frame["mu_1"].eq(0.4).all()
    assert "cells are separated by semicolons" in read.said


def test_parquet_is_read_too(tmp_path: Path) -> None:
    path = tmp_path / "mine.parquet"
    pd.read_csv(write(tmp_path, TEXT)).to_parquet(path)
    frames = [prepare(file, own()) for file in (path, tmp_path / "mine.csv")]
    assert len({canonical_digest(frame) for frame in frames}) == 1


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("a,Young,1,1,left", "a,Young,1,1,up", "column 'key', line 5: 'up': expected 'left' or"),
        ("left,loss", "left,lots", "column 'paid', line 5: 'lots': expected the choice's reward"),
        ("a,Young", "a,", "column 'diag', line 5: '': expected one of ['Young', 'old']"),
        ("a,Young", "a,middle", "column 'diag', line 5: 'middle': expected one of"),
        ("0.5,0.5,1,400", "0.5,half,1,400", "column 'p right', line 5: 'half': expected a number"),
        ("0.5,0.5,1,400", "0.5,0.5,maybe,400", "column 'best', line 5: 'maybe': expected one of"),
        ("1,400", "1,slow", "column 'ms', line 5: 'slow': expected a number"),
        ("a,Young,1,1", "a,Young,1,one", "column 'nr', line 5: 'one': expected the trial's"),
    ],
)
def test_who_cannot_be_used_is_left_out_by_name_with_line_and_column(
    tmp_path: Path, old: str, new: str, expected: str
) -> None:
    assert TEXT.count(old) == 1
    path = write(tmp_path, TEXT.replace(old, new))
    read = prepare_people(path, own())
    assert read.frame["subject"].unique().tolist() == ["z"] and expected in read.left_out["a"]
    # Stand-ins, and trials whose digest is known, are whole or nothing.
    for dataset, source in ((own(), "simulated"), (own(sha256="0" * 64), "real")):
        with pytest.raises(DataError, match="not everybody can be used") as error:
            prepare(path, dataset, source)
        assert expected in str(error.value)


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("z,old,1,2", "z,Young,1,2", "'diag', line 3: 'Young': the group of a person must not"),
        ("0.2,0.8,1,,", "0.2,0.9,1,,", "'p right', line 3: '0.9': an arm's mean .* within a block"),
        ("z,old,1,2", "z,old,1,1", "'nr', line 3: '1': an earlier row of its block has the same"),
    ],
)
def test_what_must_not_change_within_a_person_or_block(
    tmp_path: Path, old: str, new: str, expected: str
) -> None:
    assert TEXT.count(old) == 1
    read = prepare_people(write(tmp_path, TEXT.replace(old, new)), own())
    assert list(read.left_out) == ["z"] and re.search(expected, read.left_out["z"])


def test_a_file_of_other_columns_is_refused_with_those_that_it_has(tmp_path: Path) -> None:
    path = write(tmp_path, TEXT.replace("person", "who"))
    with pytest.raises(DataError, match=r"mine\.csv: column 'person' is missing.*'who'") as error:
        prepare(path, own())
    assert "config/datasets/mine.yaml" in str(error.value)


def test_a_hint_names_the_file_that_describes_the_data(tmp_path: Path) -> None:
    path = write(tmp_path, TEXT.replace("a,Young,1,1,left", "a,Young,1,1,up"))
    words = "`actions: [LABEL, LABEL]` in config/datasets/mine.yaml"
    with pytest.raises(DataError, match="3 labels") as error:
        prepare(path, own(actions=None))
    assert words in str(error.value) and "--actions" not in str(error.value)


def test_nobody_left_is_no_table(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"nobody can be used \(2 of 2 cannot\)"):
        prepare(write(tmp_path, TEXT.replace(",old,", ",gone,").replace("Young", "gone")), own())


def test_the_table_says_whose_it_is_and_who_was_left_out(tmp_path: Path) -> None:
    output = tmp_path / "trials.parquet"
    path = write(tmp_path, TEXT.replace("a,Young,1,1,left", "a,Young,1,1,up"))
    prepare_dataset(path, output, own(), "real", Provenance({}, 1))
    assert len(read_table(output, people_table(own()))) == 3
    metadata = read_metadata(output)
    assert metadata["dataset"] == "mine" and len(metadata["content_sha256"]) == 64
    assert list(json.loads(metadata["left_out"])) == ["a"]
    assert "citation" not in metadata and "licence" not in metadata


def test_the_digest_is_kept_on_first_use_and_checked_afterwards(tmp_path: Path) -> None:
    kept, output = tmp_path / "mine.first_use.json", tmp_path / "trials.parquet"

    def use(text: str, dataset: Dataset) -> None:
        path = write(tmp_path, text)
        prepare_dataset(path, output, dataset, "real", Provenance({}, 1), kept)

    use(TEXT, own())
    first = kept.read_text()
    use(TEXT.replace("age", "years"), own())  # a column that is not read
    assert kept.read_text() == first
    with pytest.raises(DataError, match=r"not those of its first use.*delete that file"):
        use(TEXT.replace(",win,0.2", ",loss,0.2"), own())
    assert kept.read_text() == first
    # Other labels mean other trials: these are then the first.
    use(TEXT, own(actions=["right", "left"]))
    assert kept.read_text() != first
    (tmp_path / "file").touch()
    check_first_use(tmp_path / "file/none.json", own(), "0" * 64, "x")  # cannot be kept: no error


def test_stand_ins_are_read_back_as_they_were(tmp_path: Path) -> None:
    agents = prepare(write(tmp_path, TEXT), own()).assign(best_action=[1, 0, 1, 0])
    write_people(agents.drop(columns="best_action"), own(), tmp_path / "again.csv")
    again = prepare(tmp_path / "again.csv", own(), "simulated")
    same = [name for name in agents.columns if name != "reaction_time_ms"]
    pd.testing.assert_frame_equal(agents[same], again[same])
    assert again["reaction_time_ms"].isna().all()
    with pytest.raises(DataError, match=r"no label of .*mine\.yaml means the reward \[0\.5\]"):
        write_people(agents.assign(reward=0.5), own(), tmp_path / "x")
    assert not (tmp_path / "x").exists()


def test_arms_means_may_change_within_a_block_where_the_tasks_do(tmp_path: Path) -> None:
    path = write(tmp_path, TEXT.replace("right,loss,0.2,0.8", "right,loss,0.2,0.9"))
    output = tmp_path / "trials.parquet"
    with pytest.raises(DataError, match=r"z: column 'p right', line 3: '0.9': .*kind: walk"):
        prepare_dataset(path, output, own(sha256="0" * 64), "real", Provenance({}, 1))
    prepare_dataset(path, output, own(), "real", Provenance({}, 1), arms_move=True)
    assert read_table(output)["mu_1"].tolist() == [0.5, 0.8, 0.9, 0.1]


MISSED = """person,key,paid,best,other
z,left,win,1,loss
z,,,,
z,right,loss,0,
"""


def of_missed(missing: str) -> Dataset:
    columns = {"subject": "person", "action": "key", "reward": "paid", "best_action": "best"}
    columns["other_reward"] = "other"
    return own(columns=columns, groups=[], units={}, missing=missing)


def test_a_missed_response_stays_a_trial_is_left_out_or_is_refused(tmp_path: Path) -> None:
    path, output = write(tmp_path, MISSED), tmp_path / "trials.parquet"
    prepare_dataset(path, output, of_missed("keep"), "real", Provenance({}, 1), carry_over=True)
    kept = read_trials(output)
    assert kept.action.tolist() == [[0, -1, 1]] and kept.reward.tolist() == [[1, 0, 0]]
    np.testing.assert_array_equal(kept.other_reward, [[0, np.nan, np.nan]])
    assert kept.fresh.tolist() == [[True, False, False]]
    assert read_table(output, people_table(of_missed("keep")))["best_action"].isna().sum() == 1
    out = prepare(path, of_missed("leave_out"))
    assert out["action"].tolist() == [0, 1] and out["best_action"].tolist() == [1, 0]
    with pytest.raises(DataError, match="expected a choice on every row, got none on 1: line 3"):
        prepare(path, of_missed("refuse"))


def test_stand_ins_with_missed_responses_are_read_back_as_they_were(tmp_path: Path) -> None:
    agents = prepare(write(tmp_path, MISSED), of_missed("keep")).assign(mu_0=0.2, mu_1=0.1)
    write_people(agents, of_missed("keep"), tmp_path / "again.csv")
    again = prepare(tmp_path / "again.csv", of_missed("keep"), "simulated")
    pd.testing.assert_frame_equal(again, agents[list(again.columns)])
