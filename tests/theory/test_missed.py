"""Missed responses in simulator, likelihood and the model's predictions."""

import numpy as np
import pytest

from tests.estimators.plain import RANGES, random_parameters, random_sessions
from trnn.config.dynamics import Switching
from trnn.config.task import BernoulliTask
from trnn.theory.dynamics import get_dynamics
from trnn.theory.likelihood import negative_log_likelihood, run_forward
from trnn.theory.models import get_model
from trnn.theory.prediction import predict_by_draws
from trnn.theory.simulate import simulate, to_frame
from trnn.trials.gate import check_trials
from trnn.trials.sequences import Sequences, from_frame

NAME = "q_learning_perseveration"


def task(miss_rate: float) -> BernoulliTask:
    return BernoulliTask(
        kind="bernoulli",
        trials_per_block=40,
        n_blocks=3,
        arm_probabilities=[(0.8, 0.2), (0.2, 0.8), (0.7, 0.3)],
        schedule="permuted",
        miss_rate=miss_rate,
    )


def played(miss_rate: float):
    dynamics = get_dynamics(Switching(kind="switching", hazard=0.02), RANGES[NAME])
    return simulate(get_model(NAME), dynamics, task(miss_rate), 40, 3, ("missed",))


def knocked_out(sequences: Sequences, share: float = 0.3, seed: int = 0) -> Sequences:
    """The same trials, of which a share got no response; a block's first and last ones too."""
    rng = np.random.default_rng(seed)
    gone = sequences.valid & (rng.random(sequences.valid.shape) < share)
    gone[0, :2] = True
    action = np.where(gone, -1, sequences.action).astype(np.int8)
    arrays = (sequences.block, sequences.trial, sequences.valid)
    return Sequences(sequences.subjects, action, np.where(gone, 0.0, sequences.reward), *arrays)


def without(sequences: Sequences) -> Sequences:
    """The choices alone, as if the missed trials had not been there."""
    frame = sequences.index_frame()
    frame["action"] = sequences.to_column(sequences.action)
    frame["reward"] = sequences.to_column(sequences.reward)
    frame = frame[frame["action"] >= 0].reset_index(drop=True)
    frame["trial"] = frame.groupby(["subject", "block"]).cumcount()
    return from_frame(frame)


def test_constant_parameters_have_the_likelihood_of_the_choices_alone():
    """Nothing is learned on a missed trial, and perseveration reaches back over it."""
    model = get_model(NAME)
    missed = knocked_out(random_sessions(NAME, [(12, 9), (20,), (1, 6, 5)]))
    values = random_parameters(NAME, (3, 4))
    own = np.moveaxis(values, 2, 0)
    nll = negative_log_likelihood(model, missed, own)
    np.testing.assert_array_equal(nll, negative_log_likelihood(model, without(missed), own))
    p, log_p = run_forward(model, missed, values[:, 0])
    p_alone, log_p_alone = run_forward(model, without(missed), values[:, 0])
    alone = without(missed).valid
    np.testing.assert_array_equal(p[missed.chosen], p_alone[alone])
    np.testing.assert_array_equal(log_p[missed.chosen], log_p_alone[alone])
    assert np.isnan(log_p[missed.missed]).all() and np.isfinite(p[missed.valid]).all()
    draws = np.broadcast_to(values.transpose(2, 0, 1)[:, None], (3, p.shape[1], 3, 4))
    mean = predict_by_draws(model, missed, draws)
    each = [run_forward(model, without(missed), values[:, k])[0][alone] for k in range(4)]
    np.testing.assert_allclose(mean[missed.chosen], np.mean(each, axis=0), rtol=1e-12)


@pytest.fixture(scope="module")
def agents():
    return played(0.0), played(0.1)


def test_agents_miss_responses_at_the_rate_and_everything_else_is_as_without(agents):
    always, some = agents
    missed = some.sequences.missed
    assert not always.sequences.missed.any()
    assert abs(missed.mean() - 0.1) < 3 * np.sqrt(0.09 / missed.size)
    np.testing.assert_array_equal(some.parameters, always.parameters)
    np.testing.assert_array_equal(some.arm_mean, always.arm_mean)
    # Up to an agent's first missed trial nothing differs at all.
    before = np.cumsum(missed, axis=1) == 0
    for name in ("action", "reward"):
        own, other = (getattr(a.sequences, name)[before] for a in agents)
        np.testing.assert_array_equal(own, other)


def test_the_models_probability_along_an_agents_choices_is_the_agents_own(agents):
    _, some = agents
    p, _ = run_forward(get_model(NAME), some.sequences, some.parameters)
    np.testing.assert_array_equal(p, some.p_action_0)


def test_the_agents_table_passes_the_gate_and_is_read_as_they_are(agents):
    _, some = agents
    frame = to_frame(some, get_model(NAME), "switching")
    check_trials(frame, "agents")
    assert (frame["reward"].isna() == (frame["action"] == -1)).all()
    again = from_frame(frame)
    for name in ("action", "reward", "block", "trial", "valid"):
        np.testing.assert_array_equal(getattr(again, name), getattr(some.sequences, name))
