"""Tasks that people run: reversals, walks, losses, noise of each arm, files, carrying over."""

import numpy as np
import pytest
from pydantic import ValidationError

from trnn.config.dynamics import Range, Stationary
from trnn.config.payoffs import arms_move, pays
from trnn.config.task import BernoulliTask, GaussianTask, GivenTask, WalkTask
from trnn.seeds import generators
from trnn.theory.dynamics import get_dynamics
from trnn.theory.models import get_model
from trnn.theory.simulate import simulate, to_frame
from trnn.theory.tasks import draw_lengths, draw_sessions
from trnn.trials.gate import check_trials
from trnn.trials.sequences import from_frame

REVERSAL = {
    **{"kind": "bernoulli", "n_blocks": 2, "trials_per_block": 100, "schedule": "independent"},
    "arm_probabilities": [(0.8, 0.2)],
}
WALK = {"kind": "walk", "n_blocks": 2, "trials_per_block": 500, "step_sd": 2.8}
DAW = {**WALK, "low": -49, "high": 50, "centre": 0, "decay": 0.9836, "reward_sd": 4}


def sessions_of(task, n: int, seed: int = 0):
    rngs = generators(seed, ["tasks"], range(n))
    return draw_sessions(task, rngs, draw_lengths(task, rngs))


def stretches(sessions) -> np.ndarray:
    """The trials from each block's start or reversal to the next reversal of the same block."""
    out = []
    for block, mean in zip(sessions.block, sessions.arm_mean[:, :, 0], strict=True):
        for b in range(block.max() + 1):
            at = np.flatnonzero(np.diff(mean[block == b])) + 1
            out += np.diff(np.r_[0, at]).tolist()
    return np.array(out)


def test_arms_swap_after_so_many_trials_and_begin_anew_in_each_block():
    sessions = sessions_of(BernoulliTask(**REVERSAL, reversals=30), 3)
    odd = (np.arange(100) // 30) % 2 == 1
    expected = np.where(odd[:, None], [0.2, 0.8], [0.8, 0.2])
    for block in (0, 1):
        for i in range(3):
            np.testing.assert_array_equal(
                sessions.arm_mean[i, sessions.block[i] == block], expected
            )
    means = [sessions.outcome[sessions.arm_mean == p].mean() for p in (0.2, 0.8)]
    assert np.abs(np.subtract(means, [0.2, 0.8])).max() < 0.07


def test_reversals_vary_within_their_bounds_or_by_a_hazard():
    long = {**REVERSAL, "trials_per_block": 2000}
    uniform = stretches(sessions_of(BernoulliTask(**long, reversals={"low": 15, "high": 25}), 20))
    assert set(uniform) == set(range(15, 26)) and abs(uniform.mean() - 20) < 0.2
    by_hazard = {"low": 10, "hazard": 0.1}
    drawn = stretches(sessions_of(BernoulliTask(**long, reversals=by_hazard), 20))
    # 9 trials and a geometric number of mean 10 and SD 9.5
    assert drawn.min() == 10 and abs(drawn.mean() - 19) < 4 * 9.5 / len(drawn) ** 0.5
    cut = stretches(sessions_of(BernoulliTask(**long, reversals={**by_hazard, "high": 12}), 20))
    assert set(cut) == {10, 11, 12}


def test_what_comes_without_a_new_setting_is_drawn_as_it_was():
    """Arms, then noise; what a new setting draws comes after both."""
    plain, moved = (BernoulliTask(**REVERSAL, reversals=r) for r in (None, 1000))
    one, other = sessions_of(plain, 5), sessions_of(moved, 5)
    np.testing.assert_array_equal(one.outcome, other.outcome)
    gauss = GaussianTask(
        kind="gaussian", n_blocks=2, trials_per_block=3, arm_mean_sd=8.1, reward_sd=1.0
    )
    got = sessions_of(gauss, 1)
    rng = generators(0, ["tasks"], range(1))[0]
    arms = np.rint(8.1 * rng.standard_normal((2, 2)))
    expected = np.rint(np.repeat(arms, 3, axis=0) + 1.0 * rng.standard_normal((6, 2)))
    np.testing.assert_array_equal(got.outcome[0], expected)


def test_losses_are_paid_as_they_are_stated():
    task = BernoulliTask(**REVERSAL, rewards=(-1, 1))
    sessions = sessions_of(task, 50)
    assert set(np.unique(sessions.outcome)) == {-1.0, 1.0} and pays(task) == (-1.0, 1.0)
    np.testing.assert_allclose(sessions.arm_mean[:, :, 0], 0.6)
    assert abs(sessions.outcome[:, :, 0].mean() - 0.6) < 4 * 0.8 / 10_000**0.5


def test_each_arm_may_have_its_noise_and_one_none():
    task = GaussianTask(
        **{"kind": "gaussian", "n_blocks": 50, "trials_per_block": 10, "rounded": False},
        **{"arm_mean_sd": (10, 0), "reward_sd": (4, 0)},
    )
    sessions = sessions_of(task, 40)
    error = sessions.outcome - sessions.arm_mean
    assert error[..., 0].std() == pytest.approx(4, rel=0.03) and (error[..., 1] == 0).all()
    first = sessions.arm_mean[sessions.trial == 0]
    assert first[:, 0].std() == pytest.approx(10, rel=0.05) and (first[:, 1] == 0).all()


def test_a_walk_moves_as_daw_et_al_have_it():
    sessions = sessions_of(WalkTask(**DAW), 40)
    mean = sessions.arm_mean
    assert mean.min() >= -49 and mean.max() <= 50 and arms_move(WalkTask(**DAW))
    within = np.diff(sessions.block, axis=1) == 0
    step = (mean[:, 1:] - 0.9836 * mean[:, :-1])[within]
    inside = np.abs(mean[:, :-1][within]) < 35  # where no bound is near
    assert step[inside].std() == pytest.approx(2.8, rel=0.02)
    assert abs(step[inside].mean()) < 4 * 2.8 / inside.sum() ** 0.5
    assert (sessions.outcome - mean).std() == pytest.approx(4, rel=0.02)


def test_a_walk_goes_on_over_blocks_where_values_carry_over_and_else_begins_anew():
    walk = {**WALK, "low": 0.2, "high": 0.8, "step_sd": 0.01, "start": (0.5, 0.3)}
    for carry_over in (True, False):
        sessions = sessions_of(WalkTask(**walk, carry_over=carry_over), 20)
        assert set(np.unique(sessions.outcome)) == {0.0, 1.0}
        jump = np.abs(sessions.arm_mean[:, 500] - sessions.arm_mean[:, 499]).max()
        assert (jump < 0.05) == carry_over
        np.testing.assert_array_equal(sessions.arm_mean[:, 0], np.tile([0.5, 0.3], (20, 1)))
        starts = sessions.fresh[0].nonzero()[0].tolist()
        assert starts == ([0] if carry_over else [0, 500])


def test_arms_of_a_file_are_those_of_one_of_its_schedules():
    arms = [[(0.1, 0.9), (0.2, 0.8), (0.3, 0.7)], [(1, 0), (1, 0), (0, 1)]]
    task = GivenTask(kind="given", file="x.csv", lengths=[2, 1], arms=arms)
    sessions = sessions_of(task, 400)
    second = (sessions.arm_mean[:, 0, 0] == 1).mean()
    assert 0.4 < second < 0.6
    for own in sessions.arm_mean:
        assert own.tolist() in np.array(arms, dtype=float).tolist()
    assert sessions.trial[0].tolist() == [0, 1, 0] and sessions.block[0].tolist() == [0, 0, 1]
    paid = sessions.outcome[sessions.arm_mean == 0.3]
    assert abs(paid.mean() - 0.3) < 4 * (0.21 / len(paid)) ** 0.5


def test_outcomes_of_a_file_are_what_is_paid():
    outcomes = [[(3, -2), (0, 7)]]
    task = GivenTask(kind="given", file="x.csv", lengths=[2], outcomes=outcomes)
    sessions = sessions_of(task, 3)
    np.testing.assert_array_equal(sessions.outcome, np.tile(outcomes[0], (3, 1, 1)))
    assert pays(task) is None
    binary = task.model_copy(update={"outcomes": [[(0, 1), (1, 1)]], "arms": [[(0.2, 0.5)] * 2]})
    assert pays(binary) == (0.0, 1.0)
    np.testing.assert_array_equal(sessions_of(binary, 1).arm_mean[0], [[0.2, 0.5]] * 2)


@pytest.mark.parametrize(
    ("kind", "settings", "words"),
    [
        (BernoulliTask, {**REVERSAL, "rewards": (1, 0)}, "the second greater"),
        (BernoulliTask, {**REVERSAL, "reversals": {"low": 5}}, "give `high`"),
        (BernoulliTask, {**REVERSAL, "reversals": {"low": 5, "high": 4}}, "must not exceed high"),
        (WalkTask, {**DAW, "reward_sd": None}, "give reward_sd if arms pay points"),
        (WalkTask, {**DAW, "centre": 60}, "centre must lie in"),
        (WalkTask, {**DAW, "rewards": (-1, 1)}, "take one of both out"),
        (GivenTask, {"kind": "given", "file": "f", "lengths": [1]}, "neither arm_0"),
    ],
)
def test_what_no_task_can_be_is_refused(kind, settings, words):
    with pytest.raises(ValidationError, match=words):
        kind.model_validate(settings)


def test_a_table_of_agents_says_where_values_begin_and_what_else_was_shown():
    task = BernoulliTask(**REVERSAL, carry_over=True, full_feedback=True)
    ranges = {"alpha": Range(low=0, high=1), "beta": Range(low=0, high=10)}
    dynamics = get_dynamics(Stationary(kind="stationary"), ranges)
    agents = simulate(get_model("q_learning"), dynamics, task, 2, 1, ["table"])
    frame = to_frame(agents, get_model("q_learning"), "stationary")
    check_trials(frame, "the table")
    assert frame.groupby("subject")["starts_anew"].sum().tolist() == [1, 1]
    back = from_frame(frame)
    np.testing.assert_array_equal(back.fresh, agents.sequences.fresh)
    np.testing.assert_array_equal(back.other_reward, agents.sequences.other_reward)
    assert back.fresh.sum() == 2 and (back.previous_action[:, 100] >= 0).all()
    # Values go on: nothing is 0 again at the second block's start.
    second = frame[(frame["block"] == 1) & (frame["trial"] == 0)]
    assert (second[["q_0", "q_1"]].to_numpy() != 0).any(axis=1).all()
