"""Missed responses in tables of trials: what is refused, and what sequences make of them."""

import numpy as np
import pandas as pd
import pytest

from tests.trials.frames import one_block
from trnn.errors import TableError
from trnn.scores.moving_averages import stayed
from trnn.trials.gate import check_trials
from trnn.trials.sequences import from_frame

PLAYED = pd.DataFrame(
    {
        "subject": ["a"] * 7 + ["b"] * 3,
        "block": [0, 0, 0, 0, 1, 1, 1, 0, 0, 0],
        "trial": [0, 1, 2, 3, 0, 1, 2, 0, 1, 2],
        "action": [0, -1, -1, 1, -1, 1, 0, 1, 0, -1],
        "reward": [1.0, np.nan, np.nan, 0.5, np.nan, 1.0, 0.0, 1.0, 0.0, np.nan],
    }
)


def test_a_row_without_a_response_and_without_a_reward_passes():
    check_trials(PLAYED, "here")


@pytest.mark.parametrize(
    ("column", "row", "value", "words"),
    [
        ("reward", 1, 0.0, r"'reward' is 0\.0 at subject 'a', block 0, trial 1 .*empty where"),
        ("reward", 0, np.nan, r"'reward' is nan at subject 'a', block 0, trial 0 .*of a choice"),
        ("action", 3, -2, r"'action' is -2 .*0 or 1, or -1 where there was no response"),
    ],
)
def test_what_is_not_declared_is_refused(column, row, value, words):
    frame = PLAYED.copy()
    frame.loc[row, column] = value
    with pytest.raises(TableError, match=words):
        check_trials(frame, "here")


def test_who_never_responds_is_refused():
    never = PLAYED.assign(
        action=PLAYED["action"].where(PLAYED["subject"] == "a", -1),
        reward=PLAYED["reward"].where(PLAYED["subject"] == "a"),
    )
    with pytest.raises(TableError, match=r"subject 'b', block 0, trial 0 .*makes a choice"):
        check_trials(never, "here")


def test_sequences_reach_back_to_the_choice_made_last_in_the_block():
    sequences = from_frame(PLAYED)
    assert sequences.last_action.tolist() == [
        [-1, 0, 0, 0, -1, -1, 1],
        [-1, 1, 0, -1, -1, -1, -1],
    ]
    assert sequences.previous_action[0].tolist() == [-1, 0, -1, -1, -1, -1, 1]
    assert sequences.reward[0].tolist() == [1, 0, 0, 0.5, 0, 1, 0]
    assert sequences.chosen.sum(axis=1).tolist() == [4, 2] and sequences.lengths.tolist() == [7, 3]
    np.testing.assert_array_equal(sequences.reward_column(), PLAYED["reward"])


def test_where_values_carry_over_the_last_choice_is_that_of_a_block_before():
    anew = [1, 0, 0, 0, 0, 0, 0, 1, 0, 0]
    sequences = from_frame(PLAYED.assign(starts_anew=anew))
    assert sequences.last_action[0].tolist() == [-1, 0, 0, 0, 1, 1, 1]
    assert sequences.previous_action[0].tolist() == [-1, 0, -1, -1, 1, -1, 1]


def test_no_other_outcome_is_shown_where_there_was_no_response():
    frame = PLAYED.assign(other_reward=PLAYED["reward"])
    check_trials(frame, "here")
    assert np.isnan(from_frame(frame).other_reward[0, 1])
    np.testing.assert_array_equal(from_frame(frame).previous_other_reward[0, :3], [0.0, 1.0, 0.0])
    frame.loc[1, "other_reward"] = 1.0
    with pytest.raises(TableError, match=r"'other_reward' is 1\.0 at subject 'a'.*empty where"):
        check_trials(frame, "here")


def test_staying_is_not_known_beside_a_missed_trial():
    frame = one_block([0, 0, -1, -1, 0, 1])
    np.testing.assert_array_equal(stayed(frame), [np.nan, 1, np.nan, np.nan, np.nan, 0])
