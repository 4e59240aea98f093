"""Schedules of arms that move, of reversals, losses and files: told, and drawn again."""

import numpy as np
import pytest

from tests.checks.predictive_made import BERNOULLI, person, with_misses
from trnn.checks.predictive.choice_statistics import (
    SCALARS,
    bins_of,
    session_statistics,
)
from trnn.checks.predictive.resimulate import resimulate
from trnn.checks.predictive.schedules import draw_again, schedule
from trnn.config.task import GivenTask, WalkTask
from trnn.errors import ConfigError
from trnn.seeds import generators
from trnn.theory.models import get_model

REVERSING = BERNOULLI.model_copy(update={"reversals": 3})
WALKING = WalkTask(
    **{"kind": "walk", "n_blocks": 2, "trials_per_block": 10, "low": 0, "high": 1, "step_sd": 0.1}
)


def test_arms_that_move_are_faced_as_the_table_has_them():
    frame = person((4, 6), kind="gaussian")
    walk = np.random.default_rng(0).random((10, 2))
    frame[["mu_0", "mu_1"]] = walk
    own = schedule(frame, WALKING)
    sessions, _ = draw_again(own, WALKING, generators(1, ("w",), range(4000)))
    np.testing.assert_array_equal(sessions.arm_mean[3], walk)
    np.testing.assert_array_equal(own.best, walk.argmax(axis=1))
    assert np.abs(sessions.outcome.mean(axis=0) - walk).max() < 0.04
    assert own.place.tolist() == [0] * 4 + [1] * 6  # blocks stay blocks
    with pytest.raises(ConfigError, match="no mu_0 and mu_1"):
        schedule(frame.drop(columns=["mu_0", "mu_1"]), WALKING)


def test_a_reversal_is_where_the_better_arm_changes():
    frame = person((6,), seed=2)
    best = np.array([0, 0, 0, 1, 1, 1])
    frame["best_action"] = (frame["action"] == best).astype(int)
    own = schedule(frame, REVERSING)
    assert own.stretch.tolist() == [0, 0, 0, 1, 1, 1] and own.best.tolist() == best.tolist()
    sessions, _ = draw_again(own, REVERSING, generators(1, ("r",), range(20)))
    np.testing.assert_array_equal(sessions.arm_mean.argmax(axis=2), np.tile(best, (20, 1)))
    with pytest.raises(ConfigError, match="does not tell when"):
        schedule(frame.drop(columns="best_action"), REVERSING)


def test_losses_are_drawn_again_as_losses():
    task = BERNOULLI.model_copy(update={"rewards": (-1.0, 1.0), "carry_over": True})
    frame = person((40, 25), seed=3)
    own = schedule(frame.assign(reward=2 * frame["reward"] - 1), task)
    np.testing.assert_array_equal(own.weights, schedule(frame, BERNOULLI).weights)
    means = frame.assign(mu_0=0.5, mu_1=-0.5).drop(columns="best_action")
    sessions, _ = draw_again(schedule(means, task), task, generators(1, ("l",), range(500)))
    assert set(np.unique(sessions.outcome)) == {-1.0, 1.0}
    assert abs(sessions.outcome[..., 0].mean() - 0.5) < 0.03
    assert sessions.fresh[0].nonzero()[0].tolist() == [0]


def test_a_schedule_of_a_file_is_told_by_what_it_paid():
    outcomes = [[(1, 0), (0, 1), (1, 0)], [(0, 1), (1, 0), (1, 0)]]
    task = GivenTask(kind="given", file="x.csv", lengths=[2, 1], outcomes=outcomes)
    frame = person((2, 1)).assign(action=[0, 1, 1], reward=[0.0, 0.0, 0.0])
    own = schedule(frame, task)
    sessions, _ = draw_again(own, task, generators(1, ("f",), range(3)))
    np.testing.assert_array_equal(sessions.outcome[1], outcomes[1])
    with pytest.raises(ConfigError, match=r"no schedule of x\.csv pays"):
        schedule(frame.assign(reward=5.0), task)
    with pytest.raises(ConfigError, match=r"blocks of \[3\] trials"):
        schedule(person((3,)), task)


def test_a_reversal_is_at_the_first_choice_after_it_where_responses_are_missed():
    frame = person((8, 3), seed=2)
    best = np.array([0, 0, 0, 0, 1, 1, 1, 1, 0, 0, 0])
    frame["best_action"] = (frame["action"] == best).astype(int)
    frame = with_misses(frame, [0, 3, 4, 7, 8, 9, 10])
    task = REVERSING.model_copy(update={"full_feedback": True, "carry_over": True})
    own = schedule(frame, task)
    assert own.stretch.tolist() == [0] * 5 + [1] * 3 + [2] * 3
    assert own.best.tolist() == [0] * 5 + [1] * 3 + [-1] * 3  # nothing tells of the last block
    assert (own.weights[2] == own.weights[2, 0]).all()
    model, values = get_model("q_learning"), np.broadcast_to([0.3, 5.0], (8, 11, 2))
    (again,) = resimulate(model, [values], [own], task, ["p1"], 1, ("missed",))
    np.testing.assert_array_equal(np.isnan(again.other_reward), np.tile(own.missed, (8, 1)))
    assert ((again.action == -1) == own.missed).all() and not again.reward[:, own.missed].any()


def test_a_schedule_of_a_file_is_told_by_what_choices_paid():
    outcomes = [[(1, 0), (0, 1), (1, 0)], [(0, 1), (1, 0), (1, 0)]]
    task = GivenTask(kind="given", file="x.csv", lengths=[2, 1], outcomes=outcomes)
    frame = with_misses(person((2, 1)).assign(action=[0, 1, 1], reward=[0.0, 0.0, 0.0]), [1])
    own = schedule(frame, task)
    np.testing.assert_array_equal(own.outcome, outcomes[1])
    statistics = session_statistics(np.array([[0, -1, 1]]), np.zeros((1, 3)), own, bins_of(3, 2))
    assert statistics[0, list(SCALARS).index("accuracy")] == 0.0
