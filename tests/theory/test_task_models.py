"""Models of tasks that show both outcomes, or whose arms differ, are equal to plain loops."""

from dataclasses import replace

import numpy as np
import pytest

from tests.theory.plain_tasks import counterfactual, risky_safe
from trnn.config.dynamics import Range, Stationary
from trnn.config.particles import Particles
from trnn.config.task import BernoulliTask, GaussianTask
from trnn.estimators.filter.particle_filter import particle_filter
from trnn.theory.dynamics import get_dynamics
from trnn.theory.likelihood import run_forward
from trnn.theory.models import get_model
from trnn.theory.motions import motions_of
from trnn.theory.simulate import simulate

BOTH = BernoulliTask(
    **{"kind": "bernoulli", "n_blocks": 3, "trials_per_block": 12, "schedule": "independent"},
    **{"arm_probabilities": [(0.8, 0.2)], "rewards": (-1, 1), "full_feedback": True},
)
RISKY = GaussianTask(
    **{"kind": "gaussian", "n_blocks": 3, "trials_per_block": 10},
    **{"arm_mean_sd": (10, 0), "reward_sd": (4, 0)},
)
CONSTANT = Stationary(kind="stationary")


def agents_of(name: str, task, n: int = 3):
    model = get_model(name)
    ranges = {p.name: Range(low=p.low, high=p.high) for p in model.parameters}
    return model, ranges, simulate(model, get_dynamics(CONSTANT, ranges), task, n, 1, [name])


@pytest.mark.parametrize("carry_over", [False, True])
def test_agents_learn_from_both_outcomes_as_the_equations_say(carry_over):
    task = BOTH.model_copy(update={"carry_over": carry_over})
    model, ranges, agents = agents_of("q_learning_counterfactual", task)
    own = agents.sequences
    assert own.other_reward is not None
    part = own.other_reward.copy()
    part[:, ::2] = np.nan  # not shown on every other trial
    values = agents.parameters[:, 0]
    for shown in (own.other_reward, part, None):
        seen = replace(own, other_reward=shown)
        p, log_p = run_forward(model, seen, values)
        for i in range(len(values)):
            others = np.full(own.action.shape[1], np.nan) if shown is None else shown[i]
            arrays = (own.action[i], own.reward[i], others, own.fresh[i])
            np.testing.assert_allclose(p[i], counterfactual(values[i], *arrays), rtol=1e-12)
        if shown is own.other_reward:
            np.testing.assert_allclose(p, agents.p_action_0, rtol=1e-12)
            # A filter that knows the parameters predicts the same.
            one, at = own.rows(0, 1), values[0]
            near = {k: Range(low=v, high=v + 1e-9) for k, v in zip(ranges, at, strict=True)}
            few = Particles(n_particles=8, max_particles=8, replicates=2)
            out = particle_filter(model, motions_of(CONSTANT, near), one, few, 1)
            assert out.evidence.log[0] == pytest.approx(log_p[0].sum(), rel=1e-6)


def test_an_arm_without_noise_is_known_once_and_for_all():
    _, _, agents = agents_of("hybrid_risky_safe", RISKY)
    own, values = agents.sequences, agents.parameters[:, 0]
    assert agents.latent is not None and np.isfinite(agents.latent).all()
    assert (agents.latent[:, :, [1, 3]] == 0).all()  # mean and variance of the safe arm
    for i in range(len(values)):
        expected = risky_safe(values[i], own.action[i], own.reward[i], own.fresh[i])
        np.testing.assert_allclose(agents.p_action_0[i], expected, rtol=1e-9, atol=1e-12)


def test_the_kalman_gain_of_an_arm_without_noise_is_1_and_then_0():
    learn = get_model("hybrid_risky_safe").learn
    seen = learn(0.0, 0.0, 100.0, 25.0, 1, 7.0)
    assert seen == (0.0, 7.0, 100.0, 0.0)
    assert learn(*seen, 1, 7.0) == seen
    mean, _, variance, _ = learn(0.0, 0.0, 100.0, 0.0, 0, 7.0)
    assert mean == pytest.approx(7 * 100 / 116) and variance == pytest.approx(1600 / 116)
