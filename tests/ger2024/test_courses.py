"""Courses over a block, event windows, stretches and slopes: against plain loops."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from ger2024.findings.difficulty import difficulty
from ger2024.findings.events import event_locked, event_subjects, greedy, ungreedy
from ger2024.findings.slopes import late_minus_early, within_block_slopes
from ger2024.findings.stretches import alternating_stretch, repeating_stretch
from tests.trials.frames import empty_frame, one_block, random_frame, records, same_block
from trnn.scores.course import course_by_trial
from trnn.scores.moving_averages import stayed

SEEDS = (0, 1, 2)


def t_interval(values: list[float]) -> tuple[float, float, float, int]:
    """Return mean, 95 % t interval and n of one value a subject."""
    n, mean = len(values), float(np.mean(values))
    if n < 2:
        return mean, np.nan, np.nan, n
    low, high = stats.t.interval(0.95, n - 1, loc=mean, scale=stats.sem(values))
    return mean, low, high, n


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("by", [None, "group", "difficulty"])
def test_course_equals_a_plain_loop(seed: int, by: str | None) -> None:
    frame = random_frame(seed)
    frame["difficulty"] = difficulty(frame)
    frame.loc[7, "kappa"] = np.nan
    out = course_by_trial(frame, "kappa", by, last_trial=12)
    expected: dict = {}
    for row in records(frame):
        condition = "all" if by is None else row[by]
        if row["trial"] <= 12 and not pd.isna(condition) and not np.isnan(row["kappa"]):
            cell = expected.setdefault((condition, row["trial"]), {})
            cell.setdefault(row["subject"], []).append(row["kappa"])
    assert set(zip(out["condition"], out["trial"], strict=True)) == set(expected)
    line: Any
    for line in out.itertuples():
        values = [np.mean(v) for v in expected[line.condition, line.trial].values()]
        np.testing.assert_allclose([line.mean, line.ci_low, line.ci_high], t_interval(values)[:3])
        assert line.n == len(values)


def test_ungreedy_by_hand() -> None:
    frame = one_block([0, 1, 1, 1, 1, 0, 1], mu_0=[5.0] * 7, mu_1=[2.0] * 7)
    assert ungreedy(frame).tolist() == [False] * 4 + [True, False, True]
    assert greedy(frame).tolist() == [False] * 5 + [True, False]
    tied = frame.assign(mu_1=5.0)
    assert not ungreedy(tied).any() and not greedy(tied).any()


def test_event_window_by_hand() -> None:
    # Two blocks; events at trial 1 of the first (row 1) and trial 0 of the second (row 3).
    frame = pd.concat([one_block([0] * 3), one_block([0] * 3).assign(block=1)], ignore_index=True)
    frame["beta"] = [1.0, 2.0, 3.0, 10.0, 20.0, 30.0]
    events = pd.Series([False, True, False, True, False, False])
    out = event_locked(frame, events, "beta", before=1, after=2).set_index("offset")["mean"]
    # -1: only the first event has it; +2: only the second.
    assert out.to_dict() == {-1: 1.0, 0: (2 + 10) / 2, 1: (3 + 20) / 2, 2: 30.0}


@pytest.mark.parametrize("seed", SEEDS)
def test_event_windows_equal_a_plain_loop(seed: int) -> None:
    frame = random_frame(seed)
    rows, events = records(frame), ungreedy(frame)
    assert events.any()
    out = event_locked(frame, events, "beta", before=2, after=6)
    assert out["offset"].is_monotonic_increasing
    single = event_subjects(frame, events, "beta", 2, 6)
    seen = 0
    for offset in range(-2, 7):
        values: dict = {}
        for i in np.flatnonzero(events).tolist():
            if same_block(rows, i, i + offset):
                values.setdefault(rows[i]["subject"], []).append(rows[i + offset]["beta"])
        line = out[out["offset"] == offset]
        assert len(line) == bool(values)
        if not values:
            continue
        seen += 1
        means = {s: np.mean(v) for s, v in values.items()}
        got = line.iloc[0]
        np.testing.assert_allclose(
            got[["mean", "ci_low", "ci_high", "n"]].astype(float), t_interval(list(means.values()))
        )
        mine = single[single["offset"] == offset].set_index("subject")["value"].to_dict()
        assert mine == pytest.approx(means)
    assert seen >= 8


def test_no_events_and_no_rows_give_empty_tables() -> None:
    frame = random_frame(0)
    none = pd.Series(False, index=frame.index)
    assert event_locked(frame, none, "beta", 1, 2).empty
    empty = empty_frame()
    assert event_locked(empty, ungreedy(empty), "beta", 1, 2).empty
    assert course_by_trial(empty, "kappa", "group", 10).empty
    assert within_block_slopes(empty, "kappa").empty and late_minus_early(empty, "kappa").empty
    assert alternating_stretch(empty, 5) is None


def test_a_single_subject_has_no_interval() -> None:
    frame = random_frame(0)
    frame = frame[frame["subject"] == "d"]
    out = course_by_trial(frame, "kappa", None, 5)
    assert (out["n"] == 1).all() and out["mean"].notna().all() and out["ci_low"].isna().all()


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(("find", "sign"), [(alternating_stretch, 1), (repeating_stretch, -1)])
def test_stretches_equal_a_plain_loop(
    seed: int, find: Callable[[pd.DataFrame, int], pd.DataFrame | None], sign: int
) -> None:
    frame = random_frame(seed)
    rows, stays, length = records(frame), stayed(frame).to_numpy(), 6
    candidates = []
    for i in range(len(rows) - length + 1):
        if same_block(rows, i, i + length - 1):
            kappa = np.mean([rows[j]["kappa"] for j in range(i, i + length)])
            candidates.append((sign * sum(stays[i + 1 : i + length]), sign * kappa, i))
    first = min(candidates)[2]
    out = find(frame, length)
    assert out is not None and out.index.tolist() == list(range(first, first + length))
    assert find(frame, 61) is None  # no block is that long


def test_stretch_without_kappa_takes_the_first_of_equals() -> None:
    frame = one_block([0, 0, 1, 0, 1, 0, 1, 1])
    found = alternating_stretch(frame, 3)
    assert found is not None and found["trial"].tolist() == [1, 2, 3]
    with pytest.raises(ValueError, match="at least 2"):
        repeating_stretch(frame, 1)


@pytest.mark.parametrize("seed", SEEDS)
def test_slope_equals_least_squares_with_an_intercept_a_block(seed: int) -> None:
    frame = random_frame(seed)
    frame.loc[3, "kappa"] = np.nan
    out = within_block_slopes(frame, "kappa").set_index("subject")["value"]
    for subject, part in frame.dropna(subset=["kappa"]).groupby("subject"):
        blocks = pd.get_dummies(part["block"], dtype=float)
        design = np.column_stack([part["trial"], blocks])
        expected = np.linalg.lstsq(design, part["kappa"], rcond=None)[0][0]
        assert out[subject] == pytest.approx(expected, abs=1e-10)


def test_slope_ignores_the_level_of_long_blocks() -> None:
    # Both blocks are flat; the long one is higher, so that a pooled slope would be positive.
    short, long = one_block([0] * 5, kappa=[0.0] * 5), one_block([0] * 50, kappa=[1.0] * 50)
    frame = pd.concat([short, long.assign(block=1)], ignore_index=True)
    assert within_block_slopes(frame, "kappa")["value"][0] == pytest.approx(0, abs=1e-12)


@pytest.mark.parametrize("seed", SEEDS)
def test_late_minus_early_equals_a_plain_loop(seed: int) -> None:
    frame = random_frame(seed)
    out = late_minus_early(frame, "kappa", (0, 4), (10, 20)).set_index("subject")["value"]
    for subject, part in frame.groupby("subject"):
        changes = []
        for _, block in part.groupby("block"):
            early = block["kappa"][block["trial"] < 4]
            late = block["kappa"][(block["trial"] >= 10) & (block["trial"] < 20)]
            if len(early) and len(late):
                changes.append(late.mean() - early.mean())
        assert out[subject] == pytest.approx(np.mean(changes))
    assert late_minus_early(frame, "kappa", (0, 4), (90, 95))["value"].isna().all()
