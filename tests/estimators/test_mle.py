"""Maximum likelihood: global optimum, known answers, legitimate extremes."""

import itertools

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm

from tests.estimators.plain import (
    MODEL_NAMES,
    RANGES,
    of_subject,
    plain_nll,
    random_sessions,
    session,
)
from trnn.config.dynamics import Range, Stationary
from trnn.config.estimators import MaximumLikelihood
from trnn.config.task import BernoulliTask, GaussianTask
from trnn.estimators.mle.fit import fit
from trnn.estimators.mle.search import OPTIONS, value_and_gradient
from trnn.estimators.mle.space import search_space
from trnn.theory.agents import experiment_agents
from trnn.theory.dynamics import get_dynamics
from trnn.theory.likelihood import negative_log_likelihood
from trnn.theory.models import get_model
from trnn.theory.simulate import simulate
from trnn.trials.sequences import from_frame

SETTINGS = MaximumLikelihood(n_candidates=64, n_starts=3)
BERNOULLI = BernoulliTask(
    kind="bernoulli",
    n_blocks=6,
    trials_per_block=50,
    arm_probabilities=[(0.1, 0.9), (0.5, 0.5), (0.9, 0.1)],
    schedule="independent",
)
GAUSSIAN = GaussianTask(
    kind="gaussian", n_blocks=20, trials_per_block=10, arm_mean_sd=4, reward_sd=3
)


def agents_of(name, n, seed=2):
    dynamics = get_dynamics(Stationary(kind="stationary"), RANGES[name])
    task = GAUSSIAN if name == "hybrid_exploration" else BERNOULLI
    return simulate(get_model(name), dynamics, task, n, seed, ["mle"])


def fit_all(name, sequences, settings=SETTINGS, seed=0):
    return fit(get_model(name), sequences, RANGES[name], settings, seed, "test")


@pytest.mark.parametrize("name", MODEL_NAMES)
def test_no_point_of_a_fine_grid_is_better(name):
    sequences = agents_of(name, 3).sequences
    fitted = fit_all(name, sequences)
    axes = [np.linspace(r.low, r.high, 22) for r in RANGES[name].values()]
    grid = np.array(list(itertools.product(*axes)))
    points = np.broadcast_to(grid.T[:, None, :], (len(axes), 3, len(grid)))
    best = negative_log_likelihood(get_model(name), sequences, points).min(axis=1)
    assert (fitted["nll"] <= best + 1e-9).all() and fitted["converged"].all()
    for i, row in fitted.iterrows():
        values = row[list(RANGES[name])].tolist()
        plain = plain_nll(name, values, *of_subject(sequences, i))
        assert row["nll"] == pytest.approx(plain, rel=1e-10)


@pytest.mark.parametrize("name", MODEL_NAMES)
def test_many_other_starts_find_nothing_better(name):
    sequences = agents_of(name, 4, seed=5).sequences
    fitted = fit_all(name, sequences)
    wide = fit_all(name, sequences, MaximumLikelihood(n_candidates=20, n_starts=20), seed=9)
    np.testing.assert_allclose(fitted["nll"], wide["nll"], atol=1e-3)


def test_known_parameters_are_recovered():
    agents = agents_of("q_learning", 30)
    fitted = fit_all("q_learning", agents.sequences)
    alpha, beta = agents.parameters[:, 0].T
    assert np.median(np.abs(fitted["alpha"] - alpha)) < 0.06
    assert np.median(np.abs(fitted["beta"] - beta)) < 1.0
    model = get_model("q_learning")
    truth = negative_log_likelihood(model, agents.sequences, agents.parameters[:, 0].T[:, :, None])
    gain = truth[:, 0] - fitted["nll"].to_numpy()
    assert (gain >= -1e-9).all()
    # Twice the gain is about chi squared with two degrees of freedom: mean 2, SD 2.
    assert abs(2 * gain.mean() - 2) < 4 * 2 / np.sqrt(30)


def test_the_hybrid_model_is_a_probit_regression():
    agents = agents_of("hybrid_exploration", 6)
    fitted = fit_all("hybrid_exploration", agents.sequences)
    interior = 0
    for i in range(6):
        mean_0, mean_1, variance_0, variance_1 = agents.latent[i].T
        regressors = np.stack(
            [
                (mean_0 - mean_1) / np.sqrt(variance_0 + variance_1),
                np.sqrt(variance_0) - np.sqrt(variance_1),
            ],
            axis=1,
        )
        probit = sm.Probit(agents.sequences.action[i] == 0, regressors).fit(disp=0, method="newton")
        if fitted["at_bound"][i]:
            continue
        interior += 1
        np.testing.assert_allclose(fitted.loc[i, ["beta", "gamma"]], probit.params, atol=2e-4)
        assert fitted["nll"][i] == pytest.approx(-probit.llf, abs=1e-6)
    assert interior >= 3


@pytest.mark.parametrize("name", MODEL_NAMES)
def test_the_gradient_is_that_of_the_plain_likelihood(name):
    sequences = random_sessions(name, [(30, 12), (25,)])
    unit = np.random.default_rng(3).uniform(0.1, 0.9, (3, len(RANGES[name])))
    unit[2, -1] = 1.0  # on a bound
    rows = np.array([1, 0, 1])
    space = search_space(get_model(name), sequences, RANGES[name])
    value, gradient = value_and_gradient(get_model(name), sequences, rows, unit, space)

    def plain(row, point):
        values = space.parameters(point[None, None], np.array([row]))[0, 0]
        return plain_nll(name, values.tolist(), *of_subject(sequences, row))

    for k, row in enumerate(rows):
        assert value[k] == pytest.approx(plain(row, unit[k]), rel=1e-10)
        for p in range(unit.shape[1]):
            step = 1e-6 * np.eye(unit.shape[1])[p]
            above, below = np.minimum(unit[k] + step, 1.0), unit[k] - step
            expected = (plain(row, above) - plain(row, below)) / (above - below)[p]
            assert gradient[k, p] == pytest.approx(expected, rel=2e-3, abs=1e-4)


@pytest.mark.parametrize("name", MODEL_NAMES)
def test_a_fit_depends_on_no_other_subject(name):
    sequences = random_sessions(name, [(30, 12), (5,), (20, 20, 20)])
    whole = fit_all(name, sequences)
    for i in range(3):
        alone = fit_all(name, sequences.rows(i, i + 1))
        pd.testing.assert_frame_equal(alone, whole.iloc[[i]].reset_index(drop=True))


@pytest.mark.parametrize("name", MODEL_NAMES)
def test_extreme_subjects_are_fitted(name):
    n = 120
    rng = np.random.default_rng(0)
    frame = pd.concat(
        [
            session("one", [1], [1], [0]),
            session("always", [0] * n, rng.random(n) < 0.2, np.arange(n)),
            session("huge", [0, 1] * (n // 2), [1e6, -1e6] * (n // 2), np.arange(n)),
        ]
    )
    fitted = fit_all(name, from_frame(frame)).set_index("subject")
    assert fitted["n_trials"].tolist() == [1, n, n]
    assert np.isfinite(fitted["nll"]).all() and fitted["converged"].all()
    assert fitted.loc["one", "nll"] == pytest.approx(np.log(2))
    assert fitted.loc["always", "nll"] < 0.95 * n * np.log(2)
    for parameter, r in RANGES[name].items():
        assert fitted[parameter].between(r.low, r.high).all()


def test_a_bound_is_said_to_be_one():
    # Repeats whatever happens: the largest kappa and beta that are allowed.
    n = 100
    frame = pd.concat(
        [
            session("repeats", [0] * n, [0] * n, np.arange(n)),
            agents_frame(),
        ]
    )
    fitted = fit_all("q_learning_perseveration", from_frame(frame)).set_index("subject")
    assert fitted.loc["repeats", "at_bound"]
    assert fitted.loc["repeats", "beta"] == 10 and fitted.loc["repeats", "kappa"] == 0.5
    assert not fitted.loc["inside", "at_bound"]


def agents_frame():
    """Return an agent with parameters well inside their ranges."""
    rng = np.random.default_rng(1)
    q, last, rows = [0.0, 0.0], 0.0, []
    for t in range(800):
        if t % 100 == 0:
            q, last = [0.0, 0.0], 0.0
        p = 1 / (1 + np.exp(-4 * (q[0] - q[1] + 0.2 * last)))
        action = int(rng.random() >= p)
        reward = float(rng.random() < (0.8, 0.3)[action if t % 200 < 100 else 1 - action])
        q[action] += 0.1 * (reward - q[action])
        last = 1.0 - 2.0 * action
        rows.append((action, reward, t % 100))
    return session("inside", *zip(*rows, strict=True))


@pytest.mark.parametrize(("n_candidates", "n_starts"), [(1, 1), (5, 5), (100, 2)])
def test_any_number_of_candidates_will_do(n_candidates, n_starts):
    sequences = random_sessions("q_learning", [(30, 12)])
    settings = MaximumLikelihood(n_candidates=n_candidates, n_starts=n_starts)
    fitted = fit_all("q_learning", sequences, settings)
    assert 0 < fitted["nll"][0] <= 42 * np.log(2) + 1e-9


def test_a_fit_does_not_stop_on_a_bent_ridge_and_one_that_does_has_not_converged(
    experiments, monkeypatch
):
    """Steps along the ridge are small; its end, on the bound, is 0.07 nats better."""
    own = experiments["dezfouli"]
    agents = experiment_agents(own, "test", "switching", 167, 20241, detail=False)
    one = agents.sequences.rows(166, 167)
    search = (
        get_model(own.model),
        one,
        own.parameters,
        own.estimators.mle,
        20241,
        "dezfouli",
        "mle",
    )
    found = fit(*search).iloc[0]
    assert found["converged"] and found["at_bound"]
    monkeypatch.setitem(OPTIONS, "ftol", 1e-10)
    stopped = fit(*search).iloc[0]
    assert stopped["nll"] > found["nll"] + 0.05 and not stopped["converged"]


def guessers(n_people=60, n=100):
    """Return people who choose at random, and whose rewards are 0 and 1."""
    frames = []
    for seed in range(n_people):
        rng = np.random.default_rng(500 + seed)
        action, reward = rng.integers(0, 2, n), (rng.random(n) < 0.5).astype(float)
        frames.append(session(f"s{seed}", action, reward, np.arange(n)))
    return pd.concat(frames, ignore_index=True)


@pytest.mark.parametrize("scale", [1, 10, 100, 10_000])
def test_rewards_in_points_or_cents_are_fitted_as_well(scale):
    """The model is the same with beta / scale: as good as a grid, and as with rewards of 0 and 1.

    Rewards of 100 had 46 of 60 people end at alpha = beta = 0, "converged", where a grid point is
    better by up to 2.4 nats.
    """
    frame, model, ranges = guessers(), get_model("q_learning"), RANGES["q_learning"]
    sequences = from_frame(frame.assign(reward=frame["reward"] * scale))
    found = fit(model, sequences, ranges, MaximumLikelihood(), 1, "x")
    axes = np.meshgrid(np.geomspace(1e-3, 1, 25), np.geomspace(1e-3, 10, 40) / scale)
    grid = np.array(axes).reshape(2, 1, -1)
    points = np.broadcast_to(grid, (2, 60, grid.shape[2]))
    best = negative_log_likelihood(model, sequences, points).min(axis=1)
    assert (found["nll"] <= best + 1e-6).all()
    ones = fit(model, from_frame(frame), ranges, MaximumLikelihood(), 1, "x")
    assert (found["nll"] <= ones["nll"] + 1e-6).all()
    # [0, 10] reaches further with large rewards: there a few stop on a ridge, and it is said.
    beyond = found["nll"] < ones["nll"] - 1e-3
    assert (found["converged"] | beyond).all() and (~found["converged"]).sum() <= 4


def test_a_range_of_which_a_corner_is_of_use_is_searched_as_well():
    sequences = agents_of("q_learning_perseveration", 12).sequences
    ranges = RANGES["q_learning_perseveration"]
    own = fit_all("q_learning_perseveration", sequences)
    wide = ranges | {"beta": Range(low=0, high=1e5), "kappa": Range(low=-1e3, high=1e3)}
    found = fit(get_model("q_learning_perseveration"), sequences, wide, SETTINGS, 0, "test")
    assert (found["nll"] <= own["nll"] + 1e-5).all()


def test_the_cube_of_the_search_is_the_ranges_where_rewards_are_0_and_1():
    model, ranges = get_model("q_learning"), RANGES["q_learning"]
    frame = pd.concat(
        [session("ones", [0, 1], [1, 0], [0, 1]), session("points", [0, 1], [100, -50], [0, 1])]
    )
    space = search_space(model, from_frame(frame), ranges)
    np.testing.assert_array_equal(space.bent, [[False, False], [False, True]])
    unit = np.random.default_rng(2).random((2, 5, 2))
    values = space.parameters(unit, np.arange(2))
    np.testing.assert_array_equal(values[0], unit[0] * [1, 10])
    np.testing.assert_array_equal(values[1, :, 0], unit[1, :, 0])
    ends = space.parameters(np.array([[[0.0, 0.0], [1.0, 1.0]]]), np.array([1]))
    np.testing.assert_allclose(ends[0], [[0, 0], [1, 10]], atol=1e-12)
    rising = space.parameters(np.linspace(0, 1, 9)[None, :, None] * np.ones(2), np.array([1]))
    # Steps are equal up to 10 over the largest reward, and grow beyond.
    steps = np.diff(rising[0, :, 1])
    assert (steps > 0).all() and rising[0, 1, 1] < 0.1 and steps[-1] > 20 * steps[0]
