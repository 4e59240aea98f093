"""Extreme parameters and rewards give finite, correct numbers; the answers are mpmath's."""

import itertools
import math

import mpmath
import numpy as np
import pandas as pd
import pytest
import torch

from tests.conftest import untaught
from tests.estimators.plain import MODEL_NAMES, of_subject, session
from tests.theory.plain_family import FAMILY
from tests.theory.plain_tasks import OF_TASKS
from trnn.config.dynamics import RandomWalk, Range, Stationary, Switching, Walk
from trnn.config.estimators import MaximumLikelihood, Network, ParameterHead
from trnn.config.particles import Particles
from trnn.config.task import GaussianTask
from trnn.estimators.estimates import ROUNDING, estimates_frame
from trnn.estimators.filter.particle_filter import particle_filter
from trnn.estimators.mle.fit import fit
from trnn.estimators.trnn.checkpoint import new_network
from trnn.estimators.trnn.features import inputs
from trnn.estimators.trnn.infer import apply_network
from trnn.estimators.trnn.train import Trainer, pool_of
from trnn.scores.metrics import subject_metrics
from trnn.theory.dynamics import get_dynamics
from trnn.theory.likelihood import negative_log_likelihood, run_forward
from trnn.theory.models import get_model, model_names
from trnn.theory.motions import motions_of
from trnn.theory.simulate import simulate
from trnn.trials.sequences import Sequences, from_frame

pytestmark = pytest.mark.filterwarnings("error")
mpmath.mp.dps = 30

LARGE = 1e6
LONG = 10_000
EXTREMES = {
    "alpha": (0.0, 0.3, 1.0),
    "beta": (0.0, 10.0, 1e3),
    "kappa": (-0.5, 0.5),
    "gamma": (0.0, 1.0),
}
# Of a reward of 1e6 a float64 holds 1e-10, and beta is 1e3: so sure is a decision variable.
SURE = 1e-6
FEW = Particles(n_particles=8, max_particles=8, replicates=2)


def corners(model: str) -> np.ndarray:
    """Return all combinations of extreme parameters, (n, n_parameters)."""
    return np.array(list(itertools.product(*(EXTREMES[p] for p in get_model(model).names))))


def decision_variables(model, values, actions, rewards, trials) -> list[mpmath.mpf]:
    """Return x before each trial, by the equations of the models, to 30 digits."""
    p = {n: mpmath.mpf(v) for n, v in zip(get_model(model).names, values, strict=True)}
    alpha, kappa = p.get("alpha", mpmath.mpf(0)), p.get("kappa", mpmath.mpf(0))
    beta = p.get("beta", mpmath.mpf(5))
    out = []
    for action, reward, trial in zip(actions, rewards, trials, strict=True):
        if trial == 0:
            q, variance, last = [mpmath.mpf(0)] * 2, [mpmath.mpf(100)] * 2, None
        if model == "hybrid_exploration":
            s0, s1 = (mpmath.sqrt(v) for v in variance)
            out.append(beta * (q[0] - q[1]) / mpmath.sqrt(sum(variance)) + p["gamma"] * (s0 - s1))
            gain = variance[action] / (variance[action] + 10)
            variance[action] = variance[action] * (1 - gain)
        else:
            stay = {None: 0, 0: kappa, 1: -kappa}[last]
            out.append(beta * (q[0] - q[1] + stay))
            gain = alpha
        q[action] = q[action] + gain * (mpmath.mpf(reward) - q[action])
        last = action
    return out


def log_link(model, x) -> mpmath.mpf:
    """Return log F(x)."""
    if model == "hybrid_exploration":
        return mpmath.log(mpmath.erfc(-x / mpmath.sqrt(2)) / 2)
    return -mpmath.log1p(mpmath.exp(-x)) if x >= 0 else x - mpmath.log1p(mpmath.exp(x))


def answer(model, values, actions, rewards, trials) -> tuple[np.ndarray, np.ndarray]:
    """Return P(action 0), and log P of the action taken, of each trial."""
    x = decision_variables(model, values, actions, rewards, trials)
    p = [float(mpmath.exp(log_link(model, v))) for v in x]
    taken = zip(x, actions, strict=True)
    return np.array(p), np.array([float(log_link(model, v if a == 0 else -v)) for v, a in taken])


def short_sessions() -> Sequences:
    """Return sessions of 40 trials in two blocks, with rewards of extreme size."""
    rng = np.random.default_rng(3)
    trials = [*range(25), *range(15)]
    frames = [
        session("huge", rng.integers(0, 2, 40), rng.choice([-LARGE, LARGE], 40), trials),
        session("mixed", rng.integers(0, 2, 40), rng.choice([-LARGE, 0, 1, 1e-6], 40), trials),
        session("ordinary", rng.integers(0, 2, 40), rng.integers(0, 2, 40), trials),
        session("same", [0] * 40, [-LARGE] * 40, trials),
        session("alternates", [0, 1] * 20, [LARGE] * 40, trials),
    ]
    return from_frame(pd.concat(frames, ignore_index=True))


def long_sessions(*rewards: float) -> Sequences:
    """Return sessions of 10,000 equal choices, all rewarded alike."""
    frames = [session(f"{r:g}", [0] * LONG, [r] * LONG, list(range(LONG))) for r in rewards]
    return from_frame(pd.concat(frames, ignore_index=True))


@pytest.fixture(scope="module")
def answers():
    """P(action 0) and log P(choice) of every model, corner and short session."""
    sequences = short_sessions()
    n = len(sequences.subjects)
    return {
        model: [
            [answer(model, values, *of_subject(sequences, i)) for i in range(n)]
            for values in corners(model)
        ]
        for model in MODEL_NAMES
    }


def test_every_model_is_here():
    assert set(MODEL_NAMES) | OF_TASKS | set(FAMILY) == set(model_names())


# --- likelihood -----------------------------------------------------------------------------------


@pytest.mark.parametrize("model", MODEL_NAMES)
def test_likelihood_and_forward_run_at_every_corner(model, answers):
    sequences, theory = short_sessions(), get_model(model)
    n = len(sequences.subjects)
    replicas = np.broadcast_to(
        corners(model).T[:, None], (len(theory.parameters), n, len(corners(model)))
    )
    nll = negative_log_likelihood(theory, sequences, replicas)
    for k, values in enumerate(corners(model)):
        p, log_p = run_forward(theory, sequences, np.tile(values, (n, 1)))
        by_trial = run_forward(theory, sequences, np.tile(values, (*sequences.valid.shape, 1)))
        for a, b in zip((p, log_p), by_trial, strict=True):
            np.testing.assert_array_equal(a, b)
        for i in range(n):
            expected_p, expected_log_p = answers[model][k][i]
            np.testing.assert_allclose(p[i], expected_p, rtol=1e-12, atol=SURE)
            np.testing.assert_allclose(log_p[i], expected_log_p, rtol=1e-12, atol=SURE)
            assert nll[i, k] == pytest.approx(-math.fsum(expected_log_p), rel=1e-12, abs=40 * SURE)


@pytest.mark.parametrize("model", MODEL_NAMES)
def test_nothing_that_depends_on_a_choice_is_a_coin(model):
    """Without learning (alpha = 0), or without choice (beta = gamma = 0): exactly T log 2."""
    sequences, theory = short_sessions(), get_model(model)
    names = theory.parameters
    without = {
        "learning": {"alpha": 0.0, "beta": 1e3, "kappa": 0.0},
        "choice": {"alpha": 1.0, "beta": 0.0, "kappa": 0.5, "gamma": 0.0},
    }
    for what, values in without.items():
        if ("alpha" if what == "learning" else "beta") not in names:
            continue
        parameters = np.tile([values[n] for n in names], (5, 1))
        p, _ = run_forward(theory, sequences, parameters)
        np.testing.assert_array_equal(p, 0.5)
        nll = negative_log_likelihood(theory, sequences, parameters.T[:, :, None])
        np.testing.assert_allclose(nll, 40 * math.log(2), rtol=1e-14)


@pytest.mark.parametrize("model", [m for m in MODEL_NAMES if m != "hybrid_exploration"])
def test_with_a_learning_rate_of_1_the_value_is_the_last_reward(model):
    """1e9 nats for the wrong choice, none for the right one, among 10,000 equal ones."""
    names = get_model(model).names
    values = np.array([{"alpha": 1.0, "beta": 1e3, "kappa": 0.5}[n] for n in names])
    beta = 1e3 if "beta" in names else 5.0
    stay = beta * 0.5 if "kappa" in names else 0.0
    sequences = long_sessions(LARGE, -LARGE)
    _, log_p = run_forward(get_model(model), sequences, np.tile(values, (2, 1)))
    np.testing.assert_array_equal(log_p[:, 0], -math.log(2))
    np.testing.assert_allclose(log_p[0, 1:], 0.0, rtol=0, atol=1e-300)  # exp ends at e^-708
    np.testing.assert_array_equal(log_p[1, 1:], -beta * LARGE + stay)
    nll = negative_log_likelihood(
        get_model(model), sequences, np.tile(values[:, None, None], (1, 2, 1))
    )
    expected = [math.log(2), math.log(2) + (LONG - 1) * (beta * LARGE - stay)]
    np.testing.assert_allclose(nll[:, 0], expected, rtol=1e-13)


@pytest.mark.parametrize("reward", [LARGE, -LARGE])
@pytest.mark.parametrize("beta", [4.0, 1e3])
def test_10_000_equal_choices_of_an_explorer(reward, beta):
    sequences, values = long_sessions(reward), np.array([beta, 1.0])
    _, log_p = run_forward(get_model("hybrid_exploration"), sequences, values[None])
    for t in (0, 1, 2, 3, 10, 100, 999, 5_000, LONG - 1):
        # The posterior of a normal mean after t equal observations, from its precision.
        variance = 1 / (mpmath.mpf(1) / 100 + mpmath.mpf(t) / 10)
        mean = variance * t * mpmath.mpf(reward) / 10
        relative = mpmath.sqrt(variance) - 10
        x = beta * mean / mpmath.sqrt(variance + 100) + relative
        expected = float(log_link("hybrid_exploration", x))
        assert log_p[0, t] == pytest.approx(expected, rel=1e-11)
    nll = negative_log_likelihood(get_model("hybrid_exploration"), sequences, values[:, None, None])
    assert nll[0, 0] == pytest.approx(-math.fsum(log_p[0]), rel=1e-12)


# --- maximum likelihood ---------------------------------------------------------------------------

WIDE = {name: Range(low=min(v), high=max(v)) for name, v in EXTREMES.items()}


def wide(model: str) -> dict[str, Range]:
    return {name: WIDE[name] for name in get_model(model).names}


@pytest.mark.parametrize("model", MODEL_NAMES)
def test_a_fit_is_no_worse_than_any_corner_and_says_what_it_costs(model, answers):
    sequences, names = short_sessions(), get_model(model).names
    settings = MaximumLikelihood(n_candidates=64, n_starts=2)
    fits = fit(get_model(model), sequences, wide(model), settings, 1)
    assert np.isfinite(fits[[*names, "nll"]].to_numpy()).all()
    for i, row in fits.iterrows():
        values = [row[name] for name in names]
        for name, value in zip(names, values, strict=True):
            assert WIDE[name].low <= value <= WIDE[name].high
        _, log_p = answer(model, values, *of_subject(sequences, i))
        assert row["nll"] == pytest.approx(-math.fsum(log_p), rel=1e-9, abs=40 * SURE)
        best = min(-math.fsum(corner[i][1]) for corner in answers[model])
        assert row["nll"] <= best + 1e-6


def test_fits_of_10_000_equal_choices_are_the_best_that_there_are():
    """Rewarded, all but the first are certain; punished, nothing is better than a coin or habit."""
    sequences = long_sessions(LARGE, -LARGE)
    habit = math.log(2) + (LONG - 1) * math.log1p(math.exp(-1e3 * 0.5))
    settings = MaximumLikelihood(n_candidates=8, n_starts=1)
    for model in MODEL_NAMES:
        fits = fit(get_model(model), sequences, wide(model), settings, 1)
        coin = habit if model == "q_learning_perseveration" else LONG * math.log(2)
        np.testing.assert_allclose(fits["nll"], [math.log(2), coin], rtol=1e-9)


# --- particle filter ------------------------------------------------------------------------------


def laws(model: str, values) -> list:
    """Return every dynamics' settings, and ranges that hold `values` and the next numbers alone."""
    names = get_model(model).names
    ranges = {
        n: Range(low=v, high=math.nextafter(v, math.inf))
        for n, v in zip(names, values, strict=True)
    }

    def walks(scale):
        return {
            n: Walk(
                scale=scale if r.low >= 0 else "logit",
                low=r.low,
                high=r.high,
                start_mean=0,
                start_sd=300,
                step_sd=300,
            )
            for n, r in ranges.items()
        }

    settings = (
        Stationary(kind="stationary"),
        Switching(kind="switching", hazard=1),
        Switching(kind="switching", hazard=0.1, min_gap=3, max_changes=[1, 4]),
        RandomWalk(kind="random_walk", parameters=walks("logit")),
        RandomWalk(kind="random_walk", parameters=walks("log")),
    )
    return [(s, ranges) for s in settings]


@pytest.mark.parametrize("model", MODEL_NAMES)
def test_the_filter_at_every_corner_under_every_dynamics(model, answers):
    sequences = short_sessions()
    for k, values in enumerate(corners(model)):
        for law in laws(model, values):
            out = particle_filter(get_model(model), motions_of(*law), sequences, FEW, 1)
            np.testing.assert_allclose(
                out.posterior.mean,
                np.broadcast_to(values, out.posterior.mean.shape),
                rtol=1e-12,
                atol=5e-324,  # the number next to 0
            )
            np.testing.assert_allclose(out.posterior.sd, 0, atol=1e-12)
            for i, (p, log_p) in enumerate(answers[model][k]):
                np.testing.assert_allclose(out.p_action_0[i], p, rtol=1e-11, atol=SURE)
                assert out.evidence.log[i] == pytest.approx(
                    math.fsum(log_p), rel=1e-11, abs=40 * SURE
                )


def test_the_filter_over_10_000_equal_choices():
    model = "q_learning_perseveration"
    sequences = long_sessions(LARGE, -LARGE)
    values = corners(model)[-1]
    _, log_p = run_forward(get_model(model), sequences, np.tile(values, (2, 1)))
    motions = motions_of(*laws(model, values)[0])
    out = particle_filter(get_model(model), motions, sequences, FEW, 1)
    np.testing.assert_allclose(out.evidence.log, log_p.sum(axis=1), rtol=1e-11)


# --- simulation -----------------------------------------------------------------------------------


@pytest.mark.parametrize("model", MODEL_NAMES)
def test_simulated_agents_at_every_corner(model):
    task = GaussianTask(
        kind="gaussian", n_blocks=2, trials_per_block=15, arm_mean_sd=LARGE, reward_sd=LARGE
    )
    for values in corners(model):
        dynamics = get_dynamics(*laws(model, values)[0])
        agents = simulate(get_model(model), dynamics, task, 2, 1, ["extremes"])
        assert np.abs(agents.sequences.reward).max() > LARGE
        assert np.isfinite(agents.latent).all()
        for i in range(2):
            actions, rewards, trials = of_subject(agents.sequences, i)
            p, log_p = answer(model, values, actions, rewards, trials)
            np.testing.assert_allclose(agents.p_action_0[i], p, rtol=1e-11, atol=SURE)
            assert (log_p > -50).all()  # nobody does what has no chance


# --- metrics --------------------------------------------------------------------------------------


@pytest.mark.parametrize("model", MODEL_NAMES)
def test_metrics_at_every_corner(model, answers):
    sequences, names = short_sessions(), get_model(model).names
    trials = sequences.index_frame()
    trials["action"] = sequences.to_column(sequences.action).astype(int)
    trials["reward"] = sequences.to_column(sequences.reward)
    for k, values in enumerate(corners(model)):
        p = np.array([own for own, _ in answers[model][k]])
        log_p = np.array([own for _, own in answers[model][k]])
        constant = np.tile(values, (5, 1))
        table = estimates_frame(sequences, names, p, constant)
        own = subject_metrics(trials, table, get_model(model), "trnn", wide(model))
        np.testing.assert_allclose(own["bce_theory"], -log_p.mean(axis=1), rtol=1e-12, atol=SURE)
        # Of a stored probability, the last digit before 1 is all that a wrong choice can cost.
        stored = np.clip(p, ROUNDING, 1 - ROUNDING)
        surprise = [
            [-math.log(v) if a == 0 else -math.log1p(-v) for v, a in zip(*row, strict=True)]
            for row in zip(stored, sequences.action, strict=True)
        ]
        bce = np.mean(surprise, axis=1)
        assert (bce <= 53 * math.log(2) + 1e-9).all()
        np.testing.assert_allclose(own["bce"], bce, rtol=1e-12)
        np.testing.assert_allclose(own["pseudo_r2"], 1 - bce / math.log(2), rtol=1e-10, atol=1e-12)
        np.testing.assert_allclose(own["normalized_likelihood"], np.exp(-bce), rtol=1e-10)
        theory = subject_metrics(trials, table, get_model(model), "mle", wide(model))
        np.testing.assert_array_equal(theory["bce_theory"], theory["bce"])


# --- t-RNN ----------------------------------------------------------------------------------------


@pytest.fixture(autouse=True)
def _one_thread():
    torch.set_num_threads(1)


def logistic(x):
    return 0.5 * (1 + np.tanh(x / 2))


def gru(weights, name, x):
    """Return the states (t, n, units) of a GRU over x (t, n, n_inputs), in float64."""
    w_ih, w_hh, b_ih, b_hh = (
        weights[f"{name}.{part}_l0"] for part in ("weight_ih", "weight_hh", "bias_ih", "bias_hh")
    )
    h, out = np.zeros((x.shape[1], w_hh.shape[1])), []
    for now in x:
        entering, recurrent = now @ w_ih.T + b_ih, h @ w_hh.T + b_hh
        (r_x, z_x, c_x), (r_h, z_h, c_h) = (np.split(a, 3, axis=1) for a in (entering, recurrent))
        z = logistic(z_x + z_h)
        h = (1 - z) * np.tanh(c_x + logistic(r_x + r_h) * c_h) + z * h
        out.append(h)
    return np.array(out)


def plain_network(network, x):
    """Return P(action 0), values, both (t, n, ...), and bin logits of each parameter."""
    weights = {k: v.double().numpy() for k, v in network.state_dict().items()}
    features, bins, values = gru(weights, "recurrent", x), [], []
    for i in range(len(network.readouts)):
        b = features @ weights[f"bins.{i}.weight"].T + weights[f"bins.{i}.bias"]
        bins.append(np.where(b > 0, b, network.settings.negative_slope * b))
        values.append(bins[-1] @ weights[f"readouts.{i}.weight"].T + weights[f"readouts.{i}.bias"])
    states = gru(weights, "action_recurrent", np.concatenate([x, *bins], axis=2))
    logit = (states @ weights["action.weight"].T + weights["action.bias"])[:, :, 0]
    return logistic(logit), np.concatenate(values, axis=2), bins


def with_parameters(experiments, model):
    """Return the tiny experiment of a model, with ranges that hold the extremes."""
    by_model = {e.model: e for e in experiments.values()}
    return by_model[model].model_copy(update={"parameters": wide(model)})


def of_points(experiment):
    """Return the experiment with a network of the published architecture."""
    head = ParameterHead(units=5, bin_weight=0.2, value_weight=1.0)
    network = Network(
        hidden_units=8, action_units=8, heads=dict.fromkeys(experiment.parameters, head)
    )
    trnn = experiment.estimators.trnn.model_copy(update={"network": network})
    estimators = experiment.estimators.model_copy(update={"trnn": trnn})
    return experiment.model_copy(update={"estimators": estimators})


@pytest.mark.parametrize("model", MODEL_NAMES)
@pytest.mark.parametrize("scale", [1.0, 1e6])
def test_the_network_at_extreme_rewards(tiny_experiments, model, scale):
    experiment = of_points(with_parameters(tiny_experiments, model))
    network = new_network(experiment, 1, 0).eval()
    network.settings = network.settings.model_copy(update={"reward_scale": scale})
    sequences = short_sessions()
    x = inputs(sequences, network.settings)
    expected = np.where(sequences.trial > 0, np.roll(sequences.reward, 1, axis=1), 0) / scale
    np.testing.assert_allclose(x[:, :, 0], expected, rtol=1e-7)
    said = apply_network(network, sequences, get_model(experiment.model))
    plain_p, plain_values, _ = plain_network(network, x.transpose(1, 0, 2).astype(np.float64))
    np.testing.assert_allclose(torch.sigmoid(said.action_logit), plain_p, atol=2e-5)
    np.testing.assert_allclose(said.values, np.moveaxis(plain_values, 2, 0), atol=2e-5)


def agents_at_corners(model):
    """Return more agents than there are lanes, of short sessions, and their true parameters."""
    sequences, each = short_sessions(), corners(model)
    rows = np.tile(np.repeat(np.arange(5), len(each)), 2)
    some = Sequences(
        tuple(f"{sequences.subjects[i]}{k}" for k, i in enumerate(rows)),
        *(
            getattr(sequences, name)[rows]
            for name in ("action", "reward", "block", "trial", "valid")
        ),
    )
    return some, np.tile(each, (10, 1))[:, None].repeat(40, axis=1)


@pytest.mark.parametrize("model", MODEL_NAMES)
def test_a_posterior_of_agents_at_every_corner_stays_finite(tiny_experiments, model):
    experiment = with_parameters(tiny_experiments, model)
    some, truth = agents_at_corners(model)
    pool = pool_of(experiment, some, truth)
    trained = Trainer(untaught(experiment), pool, pool, 1, 0)
    trained.epoch()
    assert all(torch.isfinite(w).all() for w in trained.network.parameters())
    last = trained.history[-1]
    assert all(math.isfinite(last[name]) for name in ("train_score", "validation_score"))


@pytest.mark.parametrize("model", MODEL_NAMES)
def test_a_training_step_on_agents_at_every_corner(tiny_experiments, model):
    """The first step's loss is that of float64; after several, all weights are finite."""
    experiment = of_points(with_parameters(tiny_experiments, model))
    some, truth = agents_at_corners(model)
    pool = pool_of(experiment, some, truth)
    trained = Trainer(experiment, pool, pool, 1, 0)
    # One window holds a whole session, so the first agents are those of the first step.
    first = np.arange(trained.settings.lanes)
    network = trained.network
    x = inputs(some, network.settings)[first].transpose(1, 0, 2).astype(np.float64)
    p, values, bins = plain_network(network, x)
    taken = np.where(some.action[first].T == 0, p, 1 - p)
    loss = -np.log(taken).mean()
    for i, (name, head) in enumerate(network.settings.heads.items()):
        own = truth[first, :, i].T
        bounds = WIDE[name]
        k = np.minimum((own - bounds.low) / (bounds.high - bounds.low) * head.units, head.units - 1)
        chosen = np.take_along_axis(bins[i], k.astype(int)[:, :, None], axis=2)[:, :, 0]
        entropy = np.log(np.exp(bins[i]).sum(axis=2)) - chosen
        loss += head.bin_weight * entropy.mean()
        loss += head.value_weight * ((values[:, :, i] - own) ** 2).mean()
    assert float(trained._step()["loss"]) == pytest.approx(loss, rel=1e-5)
    before = [w.clone() for w in network.parameters()]
    trained.epoch()
    assert all(torch.isfinite(w).all() for w in network.parameters())
    assert any(not torch.equal(a, b) for a, b in zip(before, network.parameters(), strict=True))
    assert math.isfinite(trained.history[-1]["validation_loss"])
