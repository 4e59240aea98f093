"""A number that is not finite stops its stage, and the subject and the trial are named."""

import math
from dataclasses import replace

import numpy as np
import pytest
import torch

from tests.conftest import untaught
from tests.estimators.plain import RANGES, random_sessions
from tests.estimators.test_drnn_training import SETTINGS as DRNN
from tests.estimators.test_drnn_training import plan_of
from tests.estimators.test_drnn_training import sequences as people_sequences
from trnn.config.dynamics import RandomWalk, Stationary, Switching, Walk
from trnn.config.estimators import MaximumLikelihood
from trnn.config.particles import Particles
from trnn.config.task import BernoulliTask, GaussianTask
from trnn.errors import NumericalError
from trnn.estimators.drnn.cohort import train_all
from trnn.estimators.drnn.network import Networks
from trnn.estimators.drnn.train import people_of, train_networks
from trnn.estimators.estimates import estimates_frame
from trnn.estimators.filter.particle_filter import particle_filter
from trnn.estimators.mle.fit import fit
from trnn.estimators.posterior import Posterior
from trnn.estimators.posterior_columns import posterior_columns
from trnn.estimators.trnn.batch import Pool
from trnn.estimators.trnn.checkpoint import new_network, write_checkpoint
from trnn.estimators.trnn.infer import Noise, infer
from trnn.estimators.trnn.train import Trainer, pool_of
from trnn.scores.metrics import subject_metrics
from trnn.theory.agents import experiment_agents
from trnn.theory.dynamics import get_dynamics
from trnn.theory.likelihood import negative_log_likelihood, run_forward
from trnn.theory.models import get_model
from trnn.theory.models.q_learning import QLearning
from trnn.theory.motions import motions_of
from trnn.theory.simulate import simulate, to_frame
from trnn.trials.sequences import Sequences

pytestmark = pytest.mark.filterwarnings("ignore::RuntimeWarning")

FEW = Particles(n_particles=800, max_particles=800)
NOT_FINITE = (math.nan, math.inf, -math.inf)
# Subject s2, trial 13 of the session: the fourth trial of the second block.
LENGTHS = [[10, 8], [5], [10, 8], [3, 3]]
ROW, AT = 2, 13
PLACE = r"subject 's2' at trial 13 of the session \(block 1, trial 3 of the block\)"


def spoilt(model: str, reward: float, row: int = ROW, at: int = AT) -> Sequences:
    sequences = random_sessions(model, LENGTHS)
    sequences.reward[row, at] = reward
    return sequences


def filtered(model: str, settings, sequences: Sequences):
    motions = motions_of(settings, RANGES[model])
    return particle_filter(get_model(model), motions, sequences, FEW, 1, "numbers")


# --- likelihood, maximum likelihood, particle filter ---------------------------------------------


@pytest.mark.parametrize("reward", NOT_FINITE)
@pytest.mark.parametrize("model", sorted(RANGES))
def test_a_reward_that_is_not_finite_is_named_by_every_theory(model, reward):
    sequences, theory = spoilt(model, reward), get_model(model)
    parameters = np.full((len(RANGES[model]), 4, 1), 0.5)
    estimators = {
        "nll": lambda: negative_log_likelihood(theory, sequences, parameters),
        "forward": lambda: run_forward(theory, sequences, parameters[:, :, 0].T),
        "mle": lambda: fit(
            theory, sequences, RANGES[model], MaximumLikelihood(n_candidates=8, n_starts=1), 1
        ),
        "filter": lambda: filtered(model, Switching(kind="switching", hazard=0.05), sequences),
    }
    for estimate in estimators.values():
        with pytest.raises(NumericalError, match=PLACE):
            estimate()


@pytest.mark.parametrize("reward", NOT_FINITE)
def test_a_last_reward_that_nothing_is_predicted_from_is_refused_too(reward):
    sequences = spoilt("q_learning", reward, at=17)
    place = r"'s2' at trial 17 of the session \(block 1, trial 7 of the block\)"
    with pytest.raises(NumericalError, match=place):
        run_forward(get_model("q_learning"), sequences, np.full((4, 2), 0.5))
    with pytest.raises(NumericalError, match=place):
        filtered("q_learning", Stationary(kind="stationary"), sequences)
    with pytest.raises(NumericalError, match=place):
        people_of(sequences, DRNN)


def huge() -> Sequences:
    """Finite rewards whose difference, at trial 13, is not a float64: trial 14 breaks."""
    sequences = random_sessions("q_learning", LENGTHS)
    sequences.action[ROW, 12:15] = 0
    sequences.reward[ROW, 12:14] = 1.7e308, -1.7e308
    return sequences


def test_rewards_too_large_for_the_arithmetic_name_the_trial_that_breaks():
    sequences, theory = huge(), get_model("q_learning")
    place = r"subject 's2' at trial 14 of the session \(block 1, trial 4 of the block\)"
    parameters = np.tile(np.array([1.0, 3.0])[:, None, None], (1, 4, 2))
    with np.errstate(all="ignore"):
        with pytest.raises(NumericalError, match=rf"(?s)'s2' is (nan|inf) at .*'beta': 3.*{place}"):
            negative_log_likelihood(theory, sequences, parameters)
        with pytest.raises(NumericalError, match=place):
            run_forward(theory, sequences, parameters[:, :, 0].T)
        # Particles of a small learning rate are still there.
        p = filtered("q_learning", Stationary(kind="stationary"), sequences).p_action_0
        assert np.isfinite(p[sequences.valid]).all()
        with pytest.raises(NumericalError, match=r"'s2' at trial 1[3-7] of the session"):
            fit(theory, sequences, RANGES["q_learning"], MaximumLikelihood(), 1)


def test_a_parameter_that_is_nan_names_the_trial_whose_prediction_it_spoils():
    sequences, theory = random_sessions("q_learning", LENGTHS), get_model("q_learning")
    parameters = np.full((2, 4, 3), 0.5)
    parameters[1, ROW, 1] = math.nan
    with pytest.raises(NumericalError, match=r"'s2' is nan at .*'beta': nan.* trial 0 of the"):
        negative_log_likelihood(theory, sequences, parameters)
    # A row of a subject may stand anywhere.
    with pytest.raises(NumericalError, match=r"'s2' is nan at .* 's2' at trial 0"):
        negative_log_likelihood(theory, sequences, parameters[:, [0, 2]], np.array([3, 2]))


def test_a_sum_that_overflows_is_told_from_a_trial():
    """Every choice costs -1e308 nats, and two of them are more than a float64 holds."""
    sequences = random_sessions("q_learning", [[4]])
    sequences.action[0] = [0, 0, 0, 0]
    sequences.reward[0] = [-1e308, -1e308, -1e308, 0]
    with (
        np.errstate(over="ignore"),
        pytest.raises(NumericalError, match=r"'s0' is inf .*finite, but not their sum"),
    ):
        parameters = np.ones((2, 1, 1))
        negative_log_likelihood(get_model("q_learning"), sequences, parameters)


class Amnesia(QLearning):
    """Q-learning that loses its values where the reward is 7."""

    name = "amnesia"

    @staticmethod
    def learn(q_0, q_1, alpha, action, reward):
        """Update the chosen value, or lose both."""
        if reward == 7:
            return math.nan, math.nan
        if action == 0:
            return q_0 + alpha * (reward - q_0), q_1
        return q_0, q_1 + alpha * (reward - q_1)


@pytest.mark.parametrize("n_trials", [1, 4, 12])
def test_the_filter_names_subject_and_trial_under_every_dynamics(n_trials):
    sequences = random_sessions("q_learning", [[n_trials + 5, 3]] * 3)
    sequences.reward[1, n_trials - 1] = 7
    walk = Walk(scale="logit", low=0, high=1, start_mean=0, start_sd=1, step_sd=0.1)
    for settings in (
        Stationary(kind="stationary"),
        Switching(kind="switching", hazard=0.1, min_gap=2, max_changes=[1]),
        RandomWalk(kind="random_walk", parameters={"alpha": walk, "beta": walk}),
    ):
        motions = motions_of(settings, RANGES["q_learning"])
        with pytest.raises(NumericalError, match=rf"'s1' at trial {n_trials} of the session"):
            particle_filter(Amnesia(), motions, sequences, FEW, 1)


# --- estimates ------------------------------------------------------------------------------------


@pytest.mark.parametrize("bad", NOT_FINITE)
@pytest.mark.parametrize("column", ["p_action_0", "alpha", "beta", "beta_sd"])
def test_no_estimate_that_is_not_finite_enters_a_table(column, bad):
    sequences = random_sessions("q_learning", LENGTHS)
    shape = sequences.valid.shape
    arrays = {"p_action_0": np.full(shape, 0.5)}
    arrays |= {n: np.full(shape, 0.5) for n in ("alpha", "beta", "alpha_sd", "beta_sd")}
    for array in arrays.values():
        array[~sequences.valid] = bad  # padding may hold anything

    def frame():
        p, *values = arrays.values()
        mean, sd = np.stack(values[:2], axis=-1), np.stack(values[2:], axis=-1)
        posterior = Posterior(mean, sd, np.repeat(mean[..., None], 5, axis=-1))
        names = ("alpha", "beta")
        more = posterior_columns(names, posterior)
        return estimates_frame(sequences, names, p, mean, more, source="'filter'")

    assert np.isfinite(frame()["p_action_0"]).all()
    arrays[column][ROW, AT] = bad
    with pytest.raises(NumericalError, match=rf"'filter': {column} of {PLACE} is -?(nan|inf)"):
        frame()


# --- simulation -----------------------------------------------------------------------------------

TASK = BernoulliTask(
    kind="bernoulli",
    n_blocks=2,
    trials_per_block=40,
    arm_probabilities=[(0.9, 0.1)],
    schedule="permuted",
)


def agents_of(model, task=TASK, detail=True):
    dynamics = get_dynamics(Stationary(kind="stationary"), RANGES["q_learning"])
    return simulate(model, dynamics, task, 5, 1, ["numbers"], detail=detail, first=10)


@pytest.mark.parametrize("bad", NOT_FINITE)
@pytest.mark.parametrize("detail", [True, False])
def test_a_simulated_reward_that_is_not_finite_names_agent_and_trial(monkeypatch, bad, detail):
    from trnn.theory import simulate as module

    original = module.draw_sessions

    def broken(*arguments):
        sessions = original(*arguments)
        sessions.outcome[3, 47] = bad
        return sessions

    monkeypatch.setattr(module, "draw_sessions", broken)
    with pytest.raises(
        NumericalError, match=r"'agent-0014' has reward .* trial 47 of .*block 1, t"
    ):
        agents_of(QLearning(), detail=detail)


@pytest.mark.parametrize("detail", [True, False])
def test_a_law_of_learning_that_breaks_names_agent_and_trial(monkeypatch, detail):
    from trnn.theory import simulate as module

    original = module.draw_sessions

    def lost(*arguments):
        sessions = original(*arguments)
        sessions.outcome[2, 33] = 7
        return sessions

    monkeypatch.setattr(module, "draw_sessions", lost)
    with pytest.raises(NumericalError, match=r"'agent-0013' has latent \[nan, .* at trial 34 of"):
        agents_of(Amnesia(), detail=detail)


def test_a_task_whose_rewards_overflow_names_agent_and_trial():
    task = GaussianTask(
        kind="gaussian", n_blocks=2, trials_per_block=40, arm_mean_sd=1, reward_sd=1e308
    )
    with (
        np.errstate(over="ignore", invalid="ignore"),
        pytest.raises(NumericalError, match=r"the simulated agent 'agent-00\d\d' has .* at trial"),
    ):
        agents_of(QLearning(), task)


# --- t-RNN ----------------------------------------------------------------------------------------


@pytest.fixture(autouse=True)
def _one_thread():
    torch.set_num_threads(1)


@pytest.fixture(scope="module")
def experiment(tiny_experiments):
    return untaught(tiny_experiments["dezfouli"])


@pytest.fixture(scope="module")
def agents(experiment):
    return experiment_agents(experiment, "train", experiment.train.dynamics, 20, seed=1)


@pytest.fixture(scope="module")
def pool(experiment, agents):
    return pool_of(experiment, agents.sequences, agents.parameters)


def planted(pool: Pool, channel: int, agent: int, trial: int, value: float) -> Pool:
    channels = pool.channels.clone()
    channels[channel, pool.starts[agent] + trial] = value
    return replace(pool, channels=channels)


def trainer(experiment, pool, validation=None) -> Trainer:
    return Trainer(experiment, pool, pool if validation is None else validation, 1, 0)


@pytest.mark.parametrize("value", [*NOT_FINITE, 1e308, -1e39])
def test_agents_whose_numbers_no_network_can_hold_are_refused(experiment, agents, value):
    sequences = replace(agents.sequences, reward=agents.sequences.reward.copy())
    sequences.reward[5, 77] = value
    place = r"of subject 'training-0006' at trial 77 of the session \(block 1, trial 37"
    with pytest.raises(NumericalError, match=rf"the reward over reward_scale \(1\).* {place}"):
        pool_of(experiment, sequences, agents.parameters)
    parameters = agents.parameters.copy()
    parameters[5, 77, 2] = value
    with pytest.raises(NumericalError, match=rf"the true kappa .*{place}"):
        pool_of(experiment, agents.sequences, parameters)


# Lane 3 plays the fourth agent, from its fourth window of 50 trials on.
INPUT, SCORE = 0, -4  # channels: inputs first; last the 3 scores of the true values, and valid


@pytest.mark.parametrize(
    ("channel", "value", "what"),
    [
        (INPUT, math.nan, r"the input is \[nan, "),
        (INPUT, -math.inf, r"the input is \[-inf, "),
        (SCORE + 1, math.inf, r"the normal score of what is taught is \[[\d.e-]+, inf, "),
        # Finite in float32; its square is not.
        (SCORE + 1, 2e19, r"the loss score is \[-?(inf|nan)\]"),
    ],
)
def test_training_stops_at_the_step_and_names_agent_and_trial(
    experiment, pool, channel, value, what
):
    broken = trainer(experiment, planted(pool, channel, 3, 163, value), pool)
    before = [p.clone() for p in broken.network.parameters()]
    place = "training seed 0, step 1: agent 'training-0004' of the training table, trial 163 of"
    with pytest.raises(NumericalError, match=rf"dezfouli, {place} the session: {what}"):
        broken.epoch()
    for a, b in zip(before, broken.network.parameters(), strict=True):
        assert torch.equal(a, b)


def test_a_later_step_and_a_fresh_agent_are_named(experiment, pool, monkeypatch):
    original = Trainer._draw_agents

    def draw(self, number):
        drawn = original(self, number)
        return planted(drawn, INPUT, 7, 120, math.nan) if number == 1 else drawn

    monkeypatch.setattr(Trainer, "_draw_agents", draw)
    longer = trainer(experiment, pool)
    # 16 lanes, sessions of 5 windows: the 28th agent begins when lane 7 has played its two.
    with pytest.raises(
        NumericalError,
        match=r"step \d+: agent 'training-0008' of round 1 of fresh agents, trial 120 of",
    ):
        while not longer.finished:
            longer.epoch()
    assert 1 < longer.step_number < 20


def test_the_largest_rewards_of_a_float32_saturate_the_network(experiment, pool):
    """What is finite goes on: saturated units have no gradient, and no number overflows."""
    extreme = pool
    for agent in range(16):
        for trial in range(5, 240, 10):
            extreme = planted(extreme, INPUT, agent, trial, (-1) ** trial * 3e38)
    longer = trainer(experiment, extreme)
    longer.epoch()
    assert math.isfinite(longer.history[-1]["validation_loss"])


def test_a_gradient_alone_is_told_from_losses(experiment, pool):
    broken = trainer(experiment, pool)
    broken.network.action.weight.register_hook(lambda gradient: gradient * math.nan)
    with pytest.raises(
        NumericalError, match=r"step 1: all trials' losses are finite, .* norm of its gradient, nan"
    ):
        broken.epoch()


@pytest.mark.parametrize("value", [math.nan, math.inf])
def test_weights_that_are_not_finite_are_named(experiment, pool, value):
    broken = trainer(experiment, pool)
    with torch.no_grad():
        broken.network.mixture.weight[0, 0] = value
    with pytest.raises(NumericalError, match=r"step 1: the weights \['mixture\.weight'\]"):
        broken.epoch()


@pytest.mark.parametrize(
    ("channel", "value", "what"),
    [(INPUT, math.nan, r"the input is \[nan"), (SCORE, 3e19, r"the loss score is \[-?(inf|nan)\]")],
)
def test_a_validation_agent_is_named(experiment, pool, channel, value, what):
    broken = trainer(experiment, pool, planted(pool, channel, 11, 95, value))
    with pytest.raises(
        NumericalError,
        match=rf"validation after step 20: agent 'training-0012', trial 95 of the .*: {what}",
    ):
        broken.epoch()


def test_a_checkpoint_that_says_nan_is_named_with_subject_and_trial(experiment, agents, tmp_path):
    noise = Noise(4, 1, ("dezfouli", "trnn", "test"))
    paths = [tmp_path / "seed0.pt", tmp_path / "seed1.pt"]
    for seed, path in enumerate(paths):
        weights = new_network(experiment, 1, seed).state_dict()
        if seed == 1:
            weights["mixture.bias"] = torch.full_like(weights["mixture.bias"], math.inf)
        write_checkpoint(path, experiment, weights, 1, seed, "digest")
    infer(paths, agents.sequences, experiment, "first", noise)
    with pytest.raises(
        NumericalError, match=r"seed1\.pt: alpha of subject 'training-0001' at trial 0 of the"
    ):
        infer(paths, agents.sequences, experiment, "mean", noise)


# --- d-RNN ----------------------------------------------------------------------------------------


def test_the_d_rnn_names_fold_member_person_and_trial():
    people = people_of(people_sequences(), DRNN)
    broken = people._replace(inputs=people.inputs.clone())
    broken.inputs[0, 9, 3] = math.nan
    with pytest.raises(
        NumericalError,
        match=r"fold 0, member 0, epoch 1: the loss of subject 's3' at trial 9 .* inputs \[nan",
    ):
        train_networks(Networks(4, 3, True, range(10)), broken, plan_of(), DRNN)


@pytest.mark.parametrize("value", NOT_FINITE)
def test_the_d_rnn_names_the_network_whose_weights_are_not_finite(value):
    people, networks = people_of(people_sequences(), DRNN), Networks(4, 3, True, range(10))
    with torch.no_grad():
        networks.readout[5, 1] = value
    with pytest.raises(
        NumericalError,
        match=r"fold 2, member 1, epoch 1: the weights \['readout'\] .*\(1 of 10 networks\)",
    ):
        train_networks(networks, people, plan_of(), DRNN)


def test_a_d_rnn_that_diverges_stops_at_once():
    settings = DRNN.model_copy(update={"learning_rate": 1e38, "gradient_clip": 1e30})
    with pytest.raises(NumericalError, match=r"d-RNN of fold \d, member \d, epoch [12]: "):
        train_all(people_sequences(), plan_of(), list(range(10)), settings)


@pytest.mark.parametrize("reward", [*NOT_FINITE, 1e308])
def test_the_d_rnn_refuses_rewards_that_it_cannot_hold(reward):
    sequences = people_sequences()
    sequences.reward[3, 9] = reward
    with pytest.raises(NumericalError, match=r"subject 's3' at trial 9 of the session"):
        train_all(sequences, plan_of(), list(range(10)), DRNN)


# --- metrics --------------------------------------------------------------------------------------


@pytest.fixture()
def scored():
    """Simulated agents, and their true values as estimates."""
    trials = to_frame(agents_of(QLearning()), QLearning(), "stationary")
    columns = ["subject", "block", "trial", "p_action_0", "alpha", "beta"]
    return trials, trials[columns].copy()


@pytest.mark.parametrize("bad", [*NOT_FINITE, 1e308])
@pytest.mark.parametrize("estimator", ["filter", "trnn"])
def test_a_metric_that_is_not_finite_names_estimator_and_subject(scored, estimator, bad):
    trials, estimates = scored
    estimates.loc[2 * 80 + 47, "alpha"] = bad
    named = rf"estimator '{estimator}'.* subject 'agent-0013' at .*(block 1, )?trial 4?7"
    with np.errstate(all="ignore"), pytest.raises(NumericalError, match=named):
        subject_metrics(trials, estimates, QLearning(), estimator, RANGES["q_learning"])


@pytest.mark.parametrize("bad", NOT_FINITE)
def test_a_prediction_that_is_not_finite_names_estimator_subject_and_trial(scored, bad):
    trials, estimates = scored
    estimates.loc[2 * 80 + 47, "p_action_0"] = bad
    with pytest.raises(NumericalError, match=r"'bayes' gave subject 'agent-0013' at block 1, tr"):
        subject_metrics(trials, estimates, QLearning(), "bayes", RANGES["q_learning"])


def test_a_truth_that_is_nan_names_estimator_subject_and_trial(scored):
    trials, estimates = scored
    trials.loc[2 * 80 + 47, "beta"] = math.nan
    with pytest.raises(
        NumericalError, match=r"'bayes', subject 'agent-0013' at block 1, trial 7: .* of beta"
    ):
        subject_metrics(trials, estimates, QLearning(), "bayes", RANGES["q_learning"])
