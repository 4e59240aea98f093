"""Missed responses where arms swap, values carry over, and both outcomes are shown."""

from dataclasses import replace

import numpy as np
import pytest

from tests.theory.plain_tasks import counterfactual, perseverating
from tests.theory.test_task_models import CONSTANT
from trnn.config.dynamics import Range
from trnn.config.particles import Particles
from trnn.config.task import BernoulliTask, WalkTask
from trnn.estimators.filter.chain import session_of
from trnn.estimators.filter.particle_filter import particle_filter
from trnn.report.text.task import task_words
from trnn.theory.dynamics import get_dynamics
from trnn.theory.likelihood import negative_log_likelihood, run_forward
from trnn.theory.models import get_model
from trnn.theory.motions import motions_of
from trnn.theory.simulate import simulate, to_frame
from trnn.trials.gate import check_trials
from trnn.trials.sequences import from_frame

TASK = BernoulliTask(
    **{"kind": "bernoulli", "n_blocks": 3, "trials_per_block": 12, "schedule": "independent"},
    **{"arm_probabilities": [(0.8, 0.2)], "rewards": (-1, 1), "reversals": {"low": 2, "high": 5}},
    **{"carry_over": True, "full_feedback": True, "miss_rate": 0.2},
)
BOTH, ONE = "q_learning_counterfactual", "q_learning_perseveration"


def agents_of(name: str, task=TASK, n: int = 4):
    model = get_model(name)
    ranges = {p.name: Range(low=p.low, high=p.high) for p in model.parameters}
    return simulate(model, get_dynamics(CONSTANT, ranges), task, n, 1, [name])


@pytest.fixture(scope="module")
def both():
    return agents_of(BOTH)


def test_agents_and_likelihood_are_the_plain_loop(both):
    own, values = both.sequences, both.parameters[:, 0]
    assert own.missed.any(axis=1).all() and own.fresh.sum() == len(values)
    np.testing.assert_array_equal(np.isnan(own.other_reward), own.missed)
    p, log_p = run_forward(get_model(BOTH), own, values)
    for i, value in enumerate(values):
        arrays = (own.action[i], own.reward[i], own.other_reward[i], own.fresh[i])
        expected = counterfactual(value, *arrays)
        np.testing.assert_allclose(both.p_action_0[i], expected, rtol=1e-12)
        np.testing.assert_allclose(p[i], expected, rtol=1e-12)
    np.testing.assert_array_equal(np.isnan(log_p), own.missed)
    nll = negative_log_likelihood(get_model(BOTH), own, values.T[:, :, None])[:, 0]
    np.testing.assert_allclose(nll, -np.nansum(log_p, axis=1), rtol=1e-12)


def test_a_filter_that_knows_the_parameters_predicts_the_plain_loop(both):
    one, at = both.sequences.rows(0, 1), both.parameters[0, 0]
    names = get_model(BOTH).names
    near = {k: Range(low=v, high=v + 1e-9) for k, v in zip(names, at, strict=True)}
    few = Particles(n_particles=8, max_particles=8, replicates=2)
    out = particle_filter(get_model(BOTH), motions_of(CONSTANT, near), one, few, 1)
    expected = np.where(one.missed, np.nan, both.p_action_0[:1])
    np.testing.assert_allclose(out.p_action_0, expected, rtol=1e-6)
    taken = np.where(one.action == 0, expected, 1 - expected)
    assert out.evidence.log[0] == pytest.approx(np.nansum(np.log(taken)), rel=1e-6)


@pytest.mark.parametrize("carry_over", [True, False])
def test_perseveration_reaches_back_as_far_as_values_do(carry_over):
    agents = agents_of(ONE, TASK.model_copy(update={"carry_over": carry_over, "miss_rate": 0.6}))
    own = replace(agents.sequences, other_reward=None)
    for i, value in enumerate(agents.parameters[:, 0]):
        expected = perseverating(value, own.action[i], own.reward[i], own.fresh[i])
        np.testing.assert_allclose(agents.p_action_0[i], expected, rtol=1e-12)
        last = -1
        for t, action in enumerate(own.action[i]):
            last = -1 if own.fresh[i, t] else last
            assert own.last_action[i, t] == last
            last = action if action >= 0 else last
        chain = session_of(own.rows(i, i + 1))
        np.testing.assert_array_equal(chain.last, own.last_action[i])
        assert set(chain.ends.tolist()) == ({36} if carry_over else {12, 24, 36})
    begins = own.last_action[:, [12, 24]]  # blocks, but for the first
    assert (begins >= 0).all() if carry_over else (begins < 0).all()
    p, _ = run_forward(get_model(ONE), own, agents.parameters[:, 0])
    np.testing.assert_allclose(p, agents.p_action_0, rtol=1e-12)


@pytest.mark.parametrize(
    "task",
    [
        TASK,
        WalkTask(
            **{"kind": "walk", "n_blocks": 2, "trials_per_block": 10, "low": -5, "high": 5},
            **{"step_sd": 1, "reward_sd": 2, "full_feedback": True, "miss_rate": 0.2},
        ),
    ],
)
def test_arms_parameters_and_choices_before_the_first_miss_are_as_without_misses(task):
    some, never = agents_of(BOTH, task), agents_of(BOTH, task.model_copy(update={"miss_rate": 0}))
    assert some.sequences.missed.any() and not never.sequences.missed.any()
    for name in ("arm_mean", "parameters"):
        np.testing.assert_array_equal(getattr(some, name), getattr(never, name))
    before = np.cumsum(some.sequences.missed, axis=1) == 0
    for name in ("action", "reward", "other_reward"):
        own, other = (getattr(a.sequences, name)[before] for a in (some, never))
        np.testing.assert_array_equal(own, other)


def test_the_agents_table_passes_the_gate_and_is_read_as_they_are(both):
    frame = to_frame(both, get_model(BOTH), "stationary")
    check_trials(frame, "agents")
    for name in ("reward", "other_reward"):
        np.testing.assert_array_equal(frame[name].isna(), frame["action"] == -1)
    again = from_frame(frame)
    for name in ("action", "reward", "other_reward", "fresh", "last_action"):
        np.testing.assert_array_equal(getattr(again, name), getattr(both.sequences, name))
    assert "20 % of trials get no response" in task_words(TASK.model_dump())
