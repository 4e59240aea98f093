"""Joining, staying, moving averages, correlations, difficulty: against plain loops."""

import math
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from ger2024.findings.difficulty import chose_better, difficulty
from tests.trials.frames import empty_frame, one_block, random_frame, records, same_block
from trnn.errors import TableError
from trnn.scores.moving_averages import moving_average, stayed, subject_correlations
from trnn.trials.groups import subject_means
from trnn.trials.join import join_estimates

SEEDS = (0, 1, 2)


def plain_stayed(rows: list[dict]) -> list[float]:
    return [
        float(rows[i]["action"] == rows[i - 1]["action"]) if same_block(rows, i, i - 1) else np.nan
        for i in range(len(rows))
    ]


@pytest.mark.parametrize("seed", SEEDS)
def test_staying_and_moving_average_equal_plain_loops(seed: int) -> None:
    frame = random_frame(seed)
    rows, stays = records(frame), stayed(frame)
    np.testing.assert_array_equal(stays, plain_stayed(rows))
    for window in (1, 4, 10):
        for values in (stays, frame["kappa"]):
            numbers = values.to_numpy()
            expected = np.full(len(rows), np.nan)
            for i in range(len(rows)):
                if same_block(rows, i, i - window):
                    expected[i] = sum(numbers[i - window : i]) / window
            got = moving_average(frame, values, window)
            np.testing.assert_allclose(got, expected, atol=1e-12)
            assert got.notna().any()


def test_moving_average_leaves_the_trial_itself_and_other_blocks_out() -> None:
    frame = random_frame(0)
    before = moving_average(frame, "kappa", 3)
    changed = frame.copy()
    changed["kappa"] += 1e6 * (changed.index == 20)
    differs = moving_average(changed, "kappa", 3) != before
    assert np.flatnonzero(differs & before.notna()).tolist() == [
        21,
        22,
        23,
    ]  # rows of the same block, after the change


def test_a_missing_trial_ends_the_window() -> None:
    frame = one_block([0, 0, 0, 0, 0], kappa=[1.0, 2.0, 3.0, 4.0, 5.0]).drop(index=2)
    np.testing.assert_array_equal(stayed(frame), [np.nan, 1, np.nan, 1])
    np.testing.assert_array_equal(moving_average(frame, "kappa", 1), [np.nan, 1, np.nan, 4])


def test_moving_average_refuses_what_cannot_be() -> None:
    frame = random_frame(0)
    with pytest.raises(ValueError, match="at least 1"):
        moving_average(frame, "kappa", 0)
    with pytest.raises(ValueError, match="another index"):
        moving_average(frame, frame["kappa"].iloc[1:])


@pytest.mark.parametrize("seed", SEEDS)
def test_correlations_equal_scipys(seed: int) -> None:
    frame = random_frame(seed)
    average = moving_average(frame, stayed(frame), 10)
    out = subject_correlations(frame, "kappa", average)
    assert out["subject"].tolist() == ["a", "b", "c", "d"]
    row: Any
    for row in out.itertuples():
        mine = (frame["subject"] == row.subject) & average.notna()
        assert row.n == mine.sum()
        x, y = frame["kappa"][mine], average[mine]
        if row.n < 3 or y.nunique() == 1:
            assert math.isnan(row.r)
        else:
            assert row.r == pytest.approx(stats.pearsonr(x, y)[0], abs=1e-12)
    assert out["r"].notna().sum() >= 3


def test_correlation_of_a_constant_is_missing_and_of_a_line_is_one() -> None:
    # 0.1 has no exact mean: a constant must not correlate by its rounding errors.
    frame = pd.concat([one_block([0] * 7), one_block([0] * 7).assign(subject="b")])
    frame = frame.reset_index(drop=True)
    frame["kappa"] = [0.1] * 7 + list(range(7))
    frame["y"] = np.arange(14) * -2.0 + 3
    out = subject_correlations(frame, "kappa", "y")
    np.testing.assert_allclose(out["r"], [np.nan, -1])


@pytest.mark.parametrize("seed", SEEDS)
def test_difficulty_and_better_choice_equal_plain_loops(seed: int) -> None:
    frame = random_frame(seed)
    kinds, better = difficulty(frame), chose_better(frame)
    for i, row in enumerate(records(frame)):
        gap = row["mu_0"] - row["mu_1"]
        if abs(gap) >= 19:
            assert kinds[i] == "easy"
        elif abs(gap) <= 1:
            assert kinds[i] == "hard"
        else:
            assert pd.isna(kinds[i])
        if gap == 0:
            assert math.isnan(better[i])
        else:
            assert better[i] == float(row["action"] == (0 if gap > 0 else 1))


def test_subject_means_leave_nan_out_and_keep_every_subject() -> None:
    frame = random_frame(3)
    value = frame["kappa"].where((frame["trial"] % 2 == 0) & (frame["subject"] != "c"))
    out = subject_means(frame, value)
    assert out["subject"].tolist() == ["a", "b", "c", "d"]
    assert out["group"].tolist() == ["bipolar", "healthy", "bipolar", "depression"]
    for subject in "abd":
        mine = [
            r["kappa"] for r in records(frame) if r["subject"] == subject and r["trial"] % 2 == 0
        ]
        assert out.set_index("subject")["value"][subject] == pytest.approx(sum(mine) / len(mine))
    assert math.isnan(out["value"][2])


def test_agents_are_grouped_by_their_dynamics() -> None:
    frame = random_frame(0).rename(columns={"group": "dynamics"})
    assert subject_means(frame, "kappa")["group"].tolist()[0] == "bipolar"
    none = frame.drop(columns="dynamics")
    assert subject_means(none, "kappa")["group"].isna().all()


def test_joining_keeps_truth_and_estimate_apart() -> None:
    trials = random_frame(0)[["subject", "block", "trial", "action", "beta", "p_action_0"]]
    estimates = trials[["subject", "block", "trial"]].assign(p_action_0=0.5, beta=2.0)
    out = join_estimates(trials, estimates)
    assert (out["beta"] == 2).all() and (out["p_action_0"] == 0.5).all()
    pd.testing.assert_series_equal(out["true_beta"], trials["beta"], check_names=False)
    assert len(out) == len(trials)


@pytest.mark.parametrize("spoil", ["shorter", "order", "subject"])
def test_joining_refuses_other_rows(spoil: str) -> None:
    trials = random_frame(0)[["subject", "block", "trial", "action"]]
    estimates = trials[["subject", "block", "trial"]].assign(p_action_0=0.5)
    if spoil == "shorter":
        estimates, expected = estimates.iloc[:-1], "rows"
    elif spoil == "order":
        estimates = estimates.iloc[[1, 0, *range(2, len(trials))]]
        expected = "row 0.*'a', 0, 1.*'a', 0, 0"
    else:
        estimates.loc[5, "subject"], expected = "z", "row 5.*'z', 0, 5.*'a', 0, 5"
    with pytest.raises(TableError, match=expected):
        join_estimates(trials, estimates)


def test_empty_frames_give_empty_answers() -> None:
    frame = empty_frame()
    assert len(stayed(frame)) == len(moving_average(frame, "kappa")) == 0
    assert subject_correlations(frame, "kappa", "beta").empty
    assert subject_means(frame, "kappa").empty
    assert len(difficulty(frame)) == len(chose_better(frame)) == 0
