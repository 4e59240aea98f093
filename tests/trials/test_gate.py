"""The gate of tables of trials: a table put in place by hand is refused where it breaks a rule."""

import time

import numpy as np
import pandas as pd
import pytest

from trnn.errors import TableError
from trnn.trials.gate import check_files, check_trials
from trnn.trials.read import read_trial_table, read_trials

GOOD = {
    "subject": ["a"] * 6 + ["b"] * 2,
    "group": ["x"] * 6 + ["y"] * 2,
    "block": [0, 0, 0, 1, 1, 1, 0, 0],
    "trial": [0, 1, 2, 0, 1, 2, 0, 1],
    "action": [0, 1, 0, 1, 1, 0, 1, 0],
    "reward": [1.0, 0.0, 1.0, 0.0, 1.0, 0.0, 1.0, 0.0],
}


def changed(column: str, *values: object, row: int = 0) -> dict:
    new = list(GOOD[column])
    new[row : row + len(values)] = values
    return {column: new}


def rows(*order: int) -> dict:
    return {name: [values[i] for i in order] for name, values in GOOD.items()}


# Columns that not every table has.
NEXT = {
    "other_reward": [np.nan, 1.0, 0.0, 1.0, 0.0, 1.0, 0.0, 1.0],
    "starts_anew": [1, 0, 0, 0, 0, 0, 1, 0],
}


# What is changed, and what the message must name: column, subject, block, trial and the rule.
CASES = {
    "missed trial -1 with a reward": (
        changed("action", -1, row=1),
        ["'reward' is 0.0", "subject 'a', block 0, trial 1", "empty where the action is -1"],
    ),
    "choices 1 and 2": (
        {"action": [1, 2, 1, 2, 2, 1, 2, 1]},
        ["'action' is 2", "trial 1", "4 such rows, of 2 subjects"],
    ),
    "missed trial NaN": (
        changed("action", np.nan, row=4),
        ["'action' is nan", "block 1, trial 1", "missing"],
    ),
    "action 257, which wraps to 1": (
        changed("action", 257, row=6),
        ["'action' is 257", "subject 'b', block 0, trial 0"],
    ),
    "actions as floats": (
        {"action": [0.0, 1, 0, 1, 1, 0, 1, 0]},
        ["'action'", "float64", "whole numbers"],
    ),
    "actions as text": ({"action": list("01011010")}, ["'action'", "whole numbers"]),
    "trials from 1": (
        {"trial": [1, 2, 3, 1, 2, 3, 1, 2]},
        ["'trial' is 1", "subject 'a', block 0, trial 1", "first trial of a block is 0"],
    ),
    "trials over the session": (
        changed("trial", 3, 4, 5, row=3),
        ["'trial' is 3", "block 1, trial 3", "first trial of a block is 0"],
    ),
    "trials that fall": (rows(2, 1, 0, 3, 4, 5, 6, 7), ["'trial' is 2", "block 0, trial 2"]),
    "a trial left out": (
        rows(0, 2, 3, 4, 5, 6, 7),
        ["'trial' is 2", "subject 'a', block 0, trial 2", "0, 1, 2"],
    ),
    "a trial twice": (
        rows(0, 1, 1, 2, 3, 4, 5, 6, 7),
        ["'trial' is 1", "block 0, trial 1 (row 2", "twice"],
    ),
    "blocks that fall": (
        rows(3, 4, 5, 0, 1, 2, 6, 7),
        ["'block' is 0", "subject 'a', block 0, trial 0 (row 3", "rise"],
    ),
    "a block in two parts": (
        {"block": [0, 1, 1, 0, 1, 1, 0, 0], "trial": [0, 0, 1, 0, 0, 1, 0, 1]},
        ["'block' is 0", "row 3", "rise"],
    ),
    "a block below 0": (changed("block", -1, -1, -1), ["'block' is -1", "from 0"]),
    "a block of NaN": (changed("block", np.nan), ["'block' is nan", "missing"]),
    "a subject in two parts": (
        rows(0, 1, 2, 6, 7, 3, 4, 5),
        ["'subject' is 'a'", "block 1, trial 0 (row 5", "stand together"],
    ),
    "a subject's rows again at the end": (
        rows(0, 1, 2, 3, 4, 5, 6, 7, 0, 1),
        ["'subject' is 'a'", "row 8", "stand together"],
    ),
    "nobody": (changed("subject", None, row=7), ["'subject'", "row 7", "missing"]),
    "a reward of NaN": (
        changed("reward", np.nan, row=5),
        ["'reward' is nan", "subject 'a', block 1, trial 2", "missing"],
    ),
    "a reward without end": (changed("reward", -np.inf, row=5), ["'reward' is -inf", "finite"]),
    "rewards as text": ({"reward": list("01011010")}, ["'reward'", "numbers"]),
}


@pytest.mark.parametrize(("change", "words"), CASES.values(), ids=CASES)
def test_a_table_that_breaks_a_rule_is_refused_with_column_subject_and_trial(
    tmp_path, change, words
):
    path = tmp_path / "trials.parquet"
    columns = GOOD | change
    length = len(next(iter(change.values())))
    pd.DataFrame({name: values[:length] for name, values in columns.items()}).to_parquet(path)
    for read in (read_trials, read_trial_table, lambda path: check_files([path])):
        with pytest.raises(TableError) as caught:
            read(path)
        assert all(word in str(caught.value) for word in [str(path), *words]), caught.value


def test_a_group_that_changes_within_a_subject_is_refused(tmp_path):
    path = tmp_path / "trials.parquet"
    pd.DataFrame(GOOD | changed("group", "y", row=2)).to_parquet(path)
    for read in (read_trial_table, lambda path: check_files([path])):
        with pytest.raises(TableError, match="'group' is 'y' at subject 'a', block 0, trial 2"):
            read(path)


@pytest.mark.parametrize("column", ["subject", "block", "trial", "action", "reward"])
def test_a_table_that_lacks_a_column_is_refused_by_name(tmp_path, column):
    path = tmp_path / "trials.parquet"
    pd.DataFrame(GOOD).drop(columns=column).to_parquet(path)
    for read in (read_trials, lambda path: check_files([path])):
        with pytest.raises(TableError, match=f"lacks the columns \\['{column}'\\]"):
            read(path)


def test_what_keeps_the_rules_passes(tmp_path):
    path = tmp_path / "trials.parquet"
    # Other types of whole numbers, nobody's group, blocks that are left out, no rows at all.
    frame = pd.DataFrame(GOOD).astype({"action": "int8", "block": "uint32", "reward": "int64"})
    frame.to_parquet(path)
    check_files([path])
    assert read_trials(path).subjects == ("a", "b")
    for good in (
        frame.assign(group=None),
        frame.drop(columns="group"),
        frame.assign(block=frame["block"] * 3),
        frame.iloc[:0],
    ):
        check_trials(good, "here")


def test_other_files_are_left_alone(tmp_path):
    (tmp_path / "trials.csv").write_text("action\n7\n")
    (tmp_path / "damaged.parquet").write_text("not Parquet")
    pd.DataFrame(GOOD | {"p_action_0": 0.5}).drop(columns=["action", "reward"]).iloc[
        ::-1
    ].to_parquet(tmp_path / "estimates.parquet")
    check_files(tmp_path.iterdir())


def test_a_long_table_takes_no_time():
    """300,000 rows: what is tried row by row takes seconds."""
    n = 300
    frame = pd.DataFrame(
        {
            "subject": np.repeat([f"s{i}" for i in range(n)], 1000),
            "block": np.tile(np.repeat(np.arange(10), 100), n),
            "trial": np.tile(np.arange(100), 10 * n),
            "action": np.tile([0, 1], 500 * n),
            "reward": 1.0,
        }
    )
    started = time.process_time()
    check_trials(frame, "here")
    assert time.process_time() - started < 1.0


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"other_reward": [np.inf] * 8}, "'other_reward' is inf.*finite number, or missing"),
        ({"other_reward": list("01010101")}, "'other_reward' holds values of type"),
        ({"starts_anew": [1, 0, 2, 0, 0, 0, 1, 0]}, "'starts_anew' is 2 .*trial 2"),
        ({"starts_anew": [1, 0, 0, 0, 0, 0, 0, 0]}, "'starts_anew' is 0 at subject 'b'"),
    ],
)
def test_columns_that_not_every_table_has_are_checked_where_they_are(change, words):
    check_trials(pd.DataFrame({**GOOD, **NEXT}), "the table")
    with pytest.raises(TableError, match=words):
        check_trials(pd.DataFrame({**GOOD, **NEXT, **change}), "the table")
