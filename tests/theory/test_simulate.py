"""Seeds, tasks, dynamics and simulated agents."""

import math

import numpy as np
import pytest

from tests.estimators.plain import MODEL_NAMES, of_subject, predictions
from tests.estimators.plain import RANGES as MODEL_RANGES
from trnn.config.dynamics import RandomWalk, Range, Stationary, Switching, Walk
from trnn.config.task import BernoulliTask, BlockLength, GaussianTask
from trnn.seeds import generator, generators
from trnn.theory.agents import experiment_agents
from trnn.theory.dynamics import get_dynamics
from trnn.theory.models import get_model
from trnn.theory.simulate import simulate, to_frame
from trnn.theory.tasks import draw_lengths, draw_sessions
from trnn.trials.sequences import from_frame

RANGES = {"alpha": Range(low=0, high=1), "beta": Range(low=0, high=10)}
TASK = BernoulliTask(
    kind="bernoulli",
    n_blocks=4,
    trials_per_block=BlockLength(mean=20, sd=8, low=3, high=40),
    arm_probabilities=[(0.9, 0.1), (0.1, 0.9)],
    schedule="permuted",
)


def test_keys_of_generators_are_unambiguous():
    draws = [
        generator(seed, *keys).random()
        for seed, keys in [
            (1, ("a", 1)),
            (1, ("a", "1")),
            (1, ("a/1",)),
            (1, ("a1",)),
            (1, (1, "a")),
            (2, ("a", 1)),
        ]
    ]
    assert len(set(draws)) == len(draws)
    assert generator(1, "a", 1).random() == draws[0]


@pytest.mark.parametrize("seed", [0, 20241, 2**64 + 3, 2**127 + 5, 2**130 + 7, 2**200])
def test_generators_made_together_are_those_made_one_by_one(seed):
    for keys in [(), ("a", 1), ("artificial", "simulate", "train", "switching", 1_000_003)]:
        last = [*range(40), "x", "0"]
        together = generators(seed, keys, last)
        for key, rng in zip(last, together, strict=True):
            alone = generator(seed, *keys, key)
            assert rng.bit_generator.state == alone.bit_generator.state
            assert rng.random() == alone.random()


def sessions_of(task, n: int):
    """Return n sessions, and which of their trials are not padding."""
    rngs = generators(0, ["sessions"], range(n))
    sessions = draw_sessions(task, rngs, draw_lengths(task, rngs))
    return sessions, sessions.block >= 0


def test_block_lengths_vary_between_persons_and_within_one():
    law = BlockLength(mean=100, sd=5, person_sd=20, low=1, high=300)
    task = TASK.model_copy(update={"trials_per_block": law, "n_blocks": 20})
    lengths = draw_lengths(task, generators(0, ["lengths"], range(2000)))
    own = lengths.mean(axis=1)
    # 4 standard errors of a normal sample's SD; chance within a person adds 5 / sqrt(20).
    expected = math.sqrt(20**2 + 5**2 / 20)
    assert abs(own.std() - expected) < 4 * expected / math.sqrt(2 * 2000)
    assert abs(own.mean() - 100) < 4 * expected / math.sqrt(2000)
    assert abs(lengths.std(axis=1, ddof=1).mean() - 5) < 0.2


def test_blocks_and_outcomes_follow_the_task():
    sessions, valid = sessions_of(TASK, 300)
    outcome, mean = sessions.outcome[valid], sessions.arm_mean[valid]
    for p in (0.1, 0.9):
        at = mean == p
        assert abs(outcome[at].mean() - p) < 4 * math.sqrt(p * (1 - p) / at.sum())
    starts = valid & (sessions.trial == 0)
    first = sessions.arm_mean[starts][:, 0].reshape(300, 4)
    # Permuted: each pair equally often.
    assert (np.sort(first, axis=1) == [0.1, 0.1, 0.9, 0.9]).all()
    lengths = np.array([np.bincount(b[v]) for b, v in zip(sessions.block, valid, strict=True)])
    assert lengths.min() >= 3 and lengths.max() <= 40 and abs(lengths.mean() - 20) < 1
    # Trials count up from 0 within a block, and a block's arms do not change.
    within = valid[:, 1:] & (np.diff(sessions.block, axis=1) == 0)
    assert (np.diff(sessions.trial, axis=1)[within] == 1).all()
    assert (np.diff(sessions.arm_mean, axis=1)[within] == 0).all()
    for padding in (sessions.trial, sessions.outcome, sessions.arm_mean):
        assert (padding[~valid] == 0).all()


def test_reward_sd_is_a_standard_deviation():
    task = GaussianTask(
        kind="gaussian",
        n_blocks=400,
        trials_per_block=10,
        arm_mean_sd=10,
        reward_sd=3,
        rounded=False,
    )
    session, _ = sessions_of(task, 1)
    assert (session.outcome - session.arm_mean).std() == pytest.approx(3, rel=0.05)
    assert session.arm_mean[session.trial == 0].std() == pytest.approx(10, rel=0.1)


def walk(n_agents: int, settings, n_trials: int, names=("alpha", "beta")) -> np.ndarray:
    """Return the parameters of agents, (n_trials, n_parameters, n_agents)."""
    dynamics = get_dynamics(settings, {name: RANGES[name] for name in names})
    rng = np.random.default_rng(0)
    state = dynamics.start(rng.random((dynamics.n_start, n_agents)))
    out = [dynamics.values(state).copy()]
    for t in range(1, n_trials):
        shape = (dynamics.n_parameters, n_agents)
        noise = rng.standard_normal(shape) if dynamics.noise == "normal" else rng.random(shape)
        state = dynamics.step(state, noise, t)
        out.append(dynamics.values(state).copy())
    return np.stack(out)


def test_stationary_parameters_stay_and_fill_their_ranges():
    values = walk(4000, Stationary(kind="stationary"), 5)
    assert (values == values[0]).all()
    assert values[0, 1].min() >= 0 and values[0, 1].max() <= 10
    assert values[0].mean(axis=1) == pytest.approx([0.5, 5], rel=0.05)


def test_switches_respect_hazard_gap_and_limit():
    settings = Switching(kind="switching", hazard=0.1, min_gap=30, max_changes=[2, 3])
    values = walk(2000, settings, 400)
    changed = np.diff(values, axis=0) != 0  # changed[t] is a change at trial t + 1
    trials = np.arange(1, 400)
    for p in range(2):
        counts = changed[:, p].sum(axis=0)
        # With so high a hazard every agent uses up its limit: 2 or 3, equally likely.
        assert set(counts) == {2, 3}
        assert abs((counts == 3).mean() - 0.5) < 0.05
        for agent in range(100):
            at = trials[changed[:, p, agent]]
            assert (np.diff([0, *at]) > 30).all()
    assert (changed[:, 0].sum(axis=0) == changed[:, 1].sum(axis=0)).all()  # one limit an agent
    first = np.argmax(changed[:, 0], axis=0) + 1
    # After trial 30 a change comes with probability 0.1 a trial: 10 trials on average.
    assert (first - 30).mean() == pytest.approx(10, rel=0.1)
    redrawn = values[-1, 1]
    assert redrawn.mean() == pytest.approx(5, rel=0.05) and redrawn.std() == pytest.approx(
        10 / math.sqrt(12), rel=0.05
    )


def test_random_walk_moves_on_its_own_scale():
    settings = RandomWalk(
        kind="random_walk",
        parameters={
            "alpha": Walk(scale="logit", low=0, high=1, start_mean=0, start_sd=1, step_sd=0.1),
            "beta": Walk(scale="log", low=0, high=10, start_mean=1, start_sd=0.5, step_sd=0.05),
        },
    )
    values = walk(5000, settings, 50)
    logit = np.log(values[:, 0] / (1 - values[:, 0]))
    assert logit[0].std() == pytest.approx(1, rel=0.05)
    assert np.diff(logit, axis=0).std() == pytest.approx(0.1, rel=0.02)
    assert values[:, 1].max() <= 10
    free = values[:, 1].max(axis=0) < 10
    assert np.diff(np.log(values[:, 1, free]), axis=0).std() == pytest.approx(0.05, rel=0.05)


def assert_same_agents(agents, expected) -> None:
    """Fail if any array differs, of those that `agents` have."""
    for name in ("action", "reward", "block", "trial", "valid"):
        np.testing.assert_array_equal(
            getattr(agents.sequences, name), getattr(expected.sequences, name)
        )
    for name in ("parameters", "p_action_0", "latent", "arm_mean"):
        if getattr(agents, name) is not None:
            np.testing.assert_array_equal(getattr(agents, name), getattr(expected, name))


def test_an_agent_does_not_depend_on_how_many_there_are(experiments):
    for experiment in experiments.values():
        for dynamics in experiment.test.dynamics:
            few = experiment_agents(experiment, "test", dynamics, 3, seed=5)
            many = experiment_agents(experiment, "test", dynamics, 6, seed=5)
            t = few.parameters.shape[1]
            np.testing.assert_array_equal(few.parameters, many.parameters[:3, :t])
            np.testing.assert_array_equal(few.sequences.action, many.sequences.action[:3, :t])


@pytest.mark.parametrize(("agents", "trials"), [(1, 1000), (4, 7), (10, 1)])
def test_numbers_do_not_depend_on_how_agents_are_grouped(experiments, monkeypatch, agents, trials):
    for experiment in experiments.values():
        for dynamics in experiment.dynamics:

            def draw(experiment=experiment, dynamics=dynamics):
                return experiment_agents(experiment, "test", dynamics, 9, seed=5)

            monkeypatch.undo()
            whole = draw()
            monkeypatch.setattr("trnn.theory.simulate.AGENTS", agents)
            monkeypatch.setattr("trnn.theory.simulate.TRIALS", trials)
            assert_same_agents(draw(), whole)


def test_agents_can_be_simulated_a_few_at_a_time_and_without_detail(experiments):
    for experiment in experiments.values():
        law = experiment.train.dynamics
        whole = experiment_agents(experiment, "train", law, 7, seed=5)
        light = experiment_agents(experiment, "train", law, 7, seed=5, detail=False)
        assert light.p_action_0 is None and light.latent is None and light.arm_mean is None
        assert_same_agents(light, whole)
        some = experiment_agents(experiment, "train", law, 3, seed=5, first=4)
        n_trials = some.parameters.shape[1]
        assert some.sequences.subjects == whole.sequences.subjects[4:]
        for part, all_ in [
            (some.parameters, whole.parameters),
            (some.latent, whole.latent),
            (some.sequences.reward, whole.sequences.reward),
            (some.sequences.valid, whole.sequences.valid),
        ]:
            np.testing.assert_array_equal(part, all_[4:, :n_trials])


def test_padding_is_zero():
    model = get_model("q_learning")
    dynamics = get_dynamics(Switching(kind="switching", hazard=0.05, min_gap=0), RANGES)
    agents = simulate(model, dynamics, TASK, 20, 1, ("test",))
    padding = ~agents.sequences.valid
    assert padding.any()
    for name in ("parameters", "p_action_0", "latent", "arm_mean"):
        assert (getattr(agents, name)[padding] == 0).all()
    for name in ("action", "reward", "trial"):
        assert (getattr(agents.sequences, name)[padding] == 0).all()
    assert (agents.sequences.block[padding] == -1).all()


def test_a_table_needs_the_detail():
    model = get_model("q_learning")
    dynamics = get_dynamics(Stationary(kind="stationary"), RANGES)
    agents = simulate(model, dynamics, TASK, 2, 1, ("test",), detail=False)
    with pytest.raises(ValueError, match="detail"):
        to_frame(agents, model, "stationary")


@pytest.mark.parametrize("name", MODEL_NAMES)
def test_simulated_agents_obey_their_model(name):
    """A plain loop over one agent's trials gives the same choice probabilities and states."""
    model = get_model(name)
    dynamics = get_dynamics(Switching(kind="switching", hazard=0.05), MODEL_RANGES[name])
    agents = simulate(model, dynamics, TASK, 3, 1, ("test",))
    for i in range(3):
        n = int(agents.sequences.lengths[i])
        data = of_subject(agents.sequences, i)
        p = predictions(name, agents.parameters[i, :n], *data)
        np.testing.assert_allclose(agents.p_action_0[i, :n], [own[0] for own in p], rtol=1e-12)
        states = plain_states(name, agents.parameters[i, :n], *data)
        np.testing.assert_allclose(agents.latent[i, :n], states, rtol=1e-12, atol=1e-14)


def plain_states(name, parameters, actions, rewards, trials):
    """Return the model's state before each trial."""
    out = []
    for values, action, reward, trial in zip(parameters, actions, rewards, trials, strict=True):
        if trial == 0:
            mean, variance = [0.0, 0.0], [100.0, 100.0]
        out.append(mean + variance if name == "hybrid_exploration" else [*mean])
        rate = values[0]
        if name == "hybrid_exploration":
            rate = variance[action] / (variance[action] + 10.0)
            variance[action] *= 1 - rate
        mean[action] += rate * (reward - mean[action])
    return out


def test_tables_and_sequences_are_two_forms_of_one_thing():
    model = get_model("q_learning")
    agents = simulate(
        model, get_dynamics(Stationary(kind="stationary"), RANGES), TASK, 5, 1, ("test",)
    )
    back = from_frame(to_frame(agents, model, "stationary"))
    for name in ("action", "reward", "valid"):
        np.testing.assert_array_equal(getattr(back, name), getattr(agents.sequences, name))
    np.testing.assert_array_equal(back.previous_action, agents.sequences.previous_action)
    starts = back.trial[back.valid] == 0
    assert (back.previous_action[back.valid][starts] == -1).all()
    assert (back.previous_reward[back.valid][starts] == 0).all()
