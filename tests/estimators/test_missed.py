"""Missed responses in filters and networks: time goes on, and nothing else."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import torch

from tests.conftest import untaught
from tests.estimators.exact import switching_posterior, switching_smoothing
from tests.estimators.plain import session
from tests.estimators.test_drnn_training import SETTINGS, plan_of
from tests.estimators.test_drnn_training import sequences as people
from tests.estimators.test_particle_filter import known_alpha
from tests.theory.test_missed import knocked_out, without
from trnn.config.dynamics import Range, Switching
from trnn.config.experiment import Experiment
from trnn.config.particles import Particles, Smoother
from trnn.config.task import BernoulliTask
from trnn.errors import DataError
from trnn.estimators.drnn.cohort import train_all
from trnn.estimators.drnn.network import Networks
from trnn.estimators.drnn.train import people_of, person_losses, predict
from trnn.estimators.estimates import estimates_frame
from trnn.estimators.filter.grid import NODES, is_on_grid, log_evidence_on_grid
from trnn.estimators.filter.particle_filter import particle_filter
from trnn.estimators.filter.smoother import smooth
from trnn.estimators.recurrent.inputs import inputs
from trnn.estimators.trnn.batch import NOTHING
from trnn.estimators.trnn.binding import unpaid
from trnn.estimators.trnn.checkpoint import new_network, read_checkpoint
from trnn.estimators.trnn.infer import Noise, infer
from trnn.estimators.trnn.loss import loss_terms
from trnn.estimators.trnn.relative_inputs import relative_inputs
from trnn.estimators.trnn.teacher import teach
from trnn.estimators.trnn.train import pool_of, train
from trnn.scores.metrics import subject_metrics
from trnn.theory.agents import experiment_agents
from trnn.theory.dynamics import get_dynamics
from trnn.theory.models import get_model
from trnn.theory.motions import motions_of
from trnn.theory.simulate import simulate, to_frame
from trnn.trials.sequences import carried_over, from_frame

Q_LEARNING = get_model("q_learning")
HAZARD = 0.1
HIGH = 10
TWO_POINTS = 0.02


@pytest.fixture(scope="module")
def known():
    """Motions with one known alpha, a session with misses, its value differences, its actions."""
    ranges, complete, _, actions = known_alpha(HIGH)
    missed = np.zeros(len(actions), dtype=bool)
    missed[[0, 5, 14, 15, 16, 27, 39]] = True
    actions = np.where(missed, -1, actions)
    rewards = np.where(missed, 0.0, complete.reward[0])
    q, x = [0.0, 0.0], []
    for action, reward in zip(actions, rewards, strict=True):
        x.append(q[0] - q[1])
        if action >= 0:
            q[action] += 0.5 * (reward - q[action])
    motions = motions_of(Switching(kind="switching", hazard=HAZARD), ranges)
    return motions, from_frame(session("s", actions, rewards, np.arange(len(actions)))), x, actions


def test_filter_and_grid_have_the_exact_posterior_and_evidence(known):
    motions, sequences, x, actions = known
    p, mean, sd, evidence = switching_posterior(x, actions, 0, HIGH, HAZARD, 0, [None])
    settings = Particles(n_particles=32_000, max_particles=32_000, replicates=8)
    found = particle_filter(Q_LEARNING, motions, sequences, settings, 1, "missed")
    error = found.error[0, :, 1]
    assert (np.abs(found.posterior.mean[0, :, 1] - mean) < 5 * error + 0.01).all()
    assert (np.abs(found.posterior.sd[0, :, 1] - sd) < 0.1).all()
    assert abs(found.evidence.log[0] - evidence) < 5 * found.evidence.error[0] + 1e-3
    chosen = actions >= 0
    assert (np.abs(found.p_action_0[0] - p)[chosen] < 0.02).all()
    assert np.isnan(found.p_action_0[0][~chosen]).all()
    # Time goes on: where nothing was seen the posterior goes back to the prior.
    assert sd[17] > sd[14] and found.posterior.sd[0, 17, 1] > found.posterior.sd[0, 14, 1]
    fixed = motions._replace(kind=motions.kind.copy(), high=motions.high.copy())
    fixed.kind[0], fixed.high[0] = 0, fixed.low[0]
    assert is_on_grid(Q_LEARNING, fixed)
    *_, on_grid = switching_posterior(x, actions, 0, HIGH, HAZARD, 0, [None], n_grid=NODES[1])
    assert abs(log_evidence_on_grid(Q_LEARNING, fixed, sequences).log[0] - on_grid) < 1e-6


def test_the_smoother_has_the_exact_posterior(known):
    motions, sequences, x, actions = known
    settings = Smoother(n_particles=1000, chains=16, sweeps=2000)
    found = smooth(Q_LEARNING, motions, sequences, settings, 1, "missed")
    mean, sd = switching_smoothing(x, actions, 0, HIGH, HAZARD, 0, [None])
    error = found.error[0, :, 1]
    assert (np.abs(found.posterior.mean[0, :, 1] - mean) < 5 * error + 0.01).all()
    assert (np.abs(found.posterior.sd[0, :, 1] - sd) < 0.2).all()


def covered(miss_rate: float, n_agents: int) -> float:
    """The share of true values in the filter's 90 % intervals, of agents under its own dynamics."""
    ranges = {"alpha": Range(low=0, high=1), "beta": Range(low=0, high=10)}
    switching = Switching(kind="switching", hazard=0.02)
    task = BernoulliTask(
        kind="bernoulli",
        trials_per_block=40,
        n_blocks=3,
        arm_probabilities=[(0.8, 0.2), (0.2, 0.8), (0.7, 0.3)],
        schedule="permuted",
        miss_rate=miss_rate,
    )
    dynamics = get_dynamics(switching, ranges)
    agents = simulate(Q_LEARNING, dynamics, task, n_agents, 5, ("coverage",))
    settings = Particles(n_particles=800, max_particles=800)
    motions = motions_of(switching, ranges)
    found = particle_filter(Q_LEARNING, motions, agents.sequences, settings, 2, "coverage")
    low, high = found.posterior.quantiles[..., 0], found.posterior.quantiles[..., 4]
    return float(((low <= agents.parameters) & (agents.parameters <= high)).mean())


def test_the_filters_90_percent_intervals_cover_as_without_misses():
    without_misses, with_misses = covered(0.0, 150), covered(0.1, 150)
    assert abs(with_misses - without_misses) < TWO_POINTS
    assert abs(with_misses - 0.9) < TWO_POINTS


def test_a_missed_trial_looks_to_a_network_like_nothing_else():
    frame = session("s", [0, -1, 1, -1, 1], [1, 0, 0, 0, 1], [0, 1, 2, 0, 1])
    sequences = from_frame(frame)

    class Plain:
        block_start_input = False
        reward_scale = 1.0

    seen = inputs(sequences, Plain(), missed=True)[0]
    assert seen.tolist() == [[0, 0, 0, 0], [1, 1, 0, 0], [0, 0, 0, 1], [0, 0, 0, 0], [0, 0, 0, 1]]
    smooth_inputs = inputs(sequences, Plain(), smooth=True, missed=True)[0]
    assert smooth_inputs[:, 4:].tolist() == [
        [1, 1, 0, 0], [0, 0, 0, 1], [0, 0, 1, 0], [0, 0, 0, 1], [1, 0, 1, 0],
    ]  # fmt: skip


@pytest.mark.parametrize("smooths", [False, True])
def test_relative_inputs_speak_of_the_choice_made_last(smooths):
    sequences = knocked_out(people())
    model, references = get_model("q_learning"), {"alpha": [0.1, 0.6]}
    seen = relative_inputs(sequences, model, references, 1.0, smooths, missed=True)
    alone = without(sequences)
    other = relative_inputs(alone, model, references, 1.0, smooths)
    # Of each choice: the terms before it, and the sign of the choice made last.
    for rows in ([3, 4], [-1]):
        np.testing.assert_array_equal(
            seen[rows][:, sequences.chosen], other[rows][:, alone.valid], err_msg=str(rows)
        )
    marked = seen[-2].astype(bool)
    np.testing.assert_array_equal(marked[:, 1:], sequences.missed[:, :-1] & sequences.valid[:, 1:])
    assert not seen[[0, 1, 5, 6]][:, marked].any()
    if smooths:
        np.testing.assert_array_equal(seen[-3].astype(bool), sequences.missed)
        assert not seen[7:11][:, sequences.missed].any()


@pytest.mark.parametrize("smooths", [False, True])
def test_the_other_outcome_and_misses_have_inputs_of_their_own(smooths):
    """Where values carry over: nothing at a block's start says that it is one."""
    played = knocked_out(people())
    shown = np.where(played.missed, np.nan, 3.0 * played.valid)
    both = carried_over(replace(played, other_reward=shown))
    assert both.last_action[both.block_start].max() >= 0

    class Plain:
        block_start_input = True
        reward_scale = 1.0

    plain = np.moveaxis(inputs(both, Plain(), smooths, missed=True), 2, 0)
    references = {"alpha": [0.1, 0.6]}
    own = relative_inputs(both, get_model("q_learning"), references, 1.0, smooths, missed=True)
    less = relative_inputs(
        replace(both, other_reward=None), get_model("q_learning"), references, 1.0, smooths
    )
    # From the last: the sign, the marks of misses, the other outcomes, and what is always there.
    marks = 1 + smooths
    np.testing.assert_array_equal(own[: -1 - 2 * marks], less[:-1])
    np.testing.assert_array_equal(own[-1], less[-1])
    after = both.valid & ~both.fresh
    before = np.pad(both.missed, ((0, 0), (1, 0)))[:, :-1] & after
    for seen, other in ((plain, len(plain) - marks), (own, len(own) - 1 - 2 * marks)):
        np.testing.assert_array_equal(seen[other], 3.0 * (after & ~before))
        if smooths:
            np.testing.assert_array_equal(seen[other + 1], 3.0 * both.chosen)
    np.testing.assert_array_equal(plain[3], both.fresh)
    np.testing.assert_array_equal(plain[4], before)
    np.testing.assert_array_equal(own[-2], before)


def test_a_missed_trial_is_not_taken_for_a_reward_that_the_task_cannot_pay(experiment):
    raw = experiment.model_dump(mode="json")
    losses = Experiment.model_validate({**raw, "task": {**raw["task"], "rewards": [-1, 1]}})
    sequences = agents_of(losses, 3).sequences
    assert sequences.missed.any() and not unpaid(losses, sequences).any()
    wrong = replace(sequences, reward=np.where(sequences.missed, 0.0, sequences.reward + 5.0))
    np.testing.assert_array_equal(unpaid(losses, wrong), wrong.chosen)


@pytest.fixture(scope="module")
def experiment(tiny_experiments) -> Experiment:
    """A small experiment whose agents miss a tenth of the responses."""
    raw = tiny_experiments["artificial"].model_dump(mode="json")
    raw["task"]["miss_rate"] = 0.1
    raw["estimators"]["trnn"]["network"]["missed_input"] = None
    return Experiment.model_validate(raw)


def agents_of(experiment, n=12):
    return experiment_agents(experiment, "train", experiment.train.dynamics, n, seed=1)


def test_a_network_is_trained_with_the_rate_and_gives_estimates_on_missed_trials(
    experiment, tiny_experiments, tmp_path
):
    assert experiment.estimators.trnn.network.missed_input
    complete = tiny_experiments["artificial"]
    assert not complete.estimators.trnn.network.missed_input
    one, other = (new_network(e, 1, 0).recurrent.input_size for e in (experiment, complete))
    assert one == other + 1
    short = untaught(experiment)
    agents = agents_of(short)
    pool = pool_of(short, agents.sequences, agents.parameters)
    path = tmp_path / "seed0.pt"
    history = train(short, pool, pool, 1, 0, path, tmp_path / "state", "digest")
    assert np.isfinite(history["validation_bce"]).all()
    assert read_checkpoint(path)[1].task.miss_rate == 0.1
    found = infer([path], agents.sequences, short, "mean", Noise(20, 1, ("x",)))
    more = {"p_theory_0": found.p_theory_0}
    frame = estimates_frame(
        agents.sequences, tuple(short.parameters), found.p_action_0, found.values, more
    )
    missed = agents.sequences.to_column(agents.sequences.missed)
    assert missed.any()
    for name in ("p_action_0", "p_theory_0"):
        np.testing.assert_array_equal(frame[name].isna(), missed)
    assert frame[list(short.parameters)].notna().all(axis=None)
    trials = to_frame(agents, get_model(short.model), "switching")
    scores = subject_metrics(trials, frame, get_model(short.model), "trnn", short.parameters)
    taken = np.where(trials["action"] == 0, frame["p_action_0"], 1 - frame["p_action_0"])
    first = (trials["subject"] == scores["subject"].iloc[0]) & ~missed
    np.testing.assert_allclose(scores["bce"].iloc[0], -np.log(taken[first]).mean(), rtol=1e-12)
    assert np.isfinite(scores[["bce_theory", "accuracy", "mse_alpha"]]).all(axis=None)


def test_a_network_that_saw_no_misses_refuses_them(experiment, tiny_experiments, tmp_path):
    from trnn.estimators.trnn.checkpoint import write_checkpoint

    complete = tiny_experiments["artificial"]
    path = tmp_path / "seed0.pt"
    write_checkpoint(path, complete, new_network(complete, 1, 0).state_dict(), 1, 0, "digest")
    agents = agents_of(experiment, 2)
    with pytest.raises(DataError, match=r"no response of subject .* task\.miss_rate"):
        infer([path], agents.sequences, complete, "mean", Noise(20, 1, ("x",)))


def test_the_loss_of_choices_is_over_choices(experiment):
    """What a network says of a missed choice changes no loss, whoever teaches."""
    agents = agents_of(experiment, 4)
    own = (experiment, agents.sequences, agents.parameters)
    for targets in (None, teach(*own, 1, "train", 0)):
        batch = next(pool_of(*own, targets=targets).batches(4))
        missed = torch.as_tensor(agents.sequences.missed.T)
        assert (batch.p_action_0[missed] == NOTHING).all()
        assert torch.equal(batch.chosen > 0, torch.as_tensor(agents.sequences.chosen.T))
        network = new_network(experiment, 1, 0)
        output, _ = network(batch.inputs, network.start(4), batch.valid)
        names = tuple(experiment.parameters)
        logit = torch.where(missed, 50.0, output.action_logit)
        changed = output._replace(action_logit=logit)
        one, other = (loss_terms(o, batch, names) for o in (output, changed))
        assert one["bce"] == other["bce"] and torch.isfinite(one["bce"])
        # The parameters are learned on missed trials, too.
        moved = output._replace(raw=output.raw + missed.float())
        assert loss_terms(moved, batch, names)["score"] != one["score"]


def test_a_d_rnn_is_trained_and_scored_on_choices():
    sequences = knocked_out(people())
    played = people_of(sequences, SETTINGS)
    assert len(played.inputs) == 5  # one marks missed trials
    networks = Networks(5, 3, True, [1])
    logit = predict(networks, played, 7)[0]
    sign = torch.as_tensor((1.0 - 2.0 * sequences.action.T).astype(np.float32))
    loss = torch.nn.functional.softplus(-sign * logit)
    first = torch.as_tensor(sequences.chosen[0])
    expected = loss[:, 0][first].mean()
    torch.testing.assert_close(person_losses(networks, played, 7)[0, 0], expected)
    trained = train_all(sequences, plan_of(), list(range(10)), SETTINGS)
    frame = estimates_frame(sequences, (), trained.p_action_0, np.empty((5, 0)))
    np.testing.assert_array_equal(frame["p_action_0"].isna(), sequences.to_column(sequences.missed))


def test_without_misses_nothing_is_marked():
    sequences = people()
    assert len(people_of(sequences, SETTINGS).inputs) == 4
    changed = replace(sequences, action=sequences.action.copy())
    np.testing.assert_array_equal(changed.last_action, changed.previous_action)
    assert isinstance(changed.index_frame(), pd.DataFrame)
