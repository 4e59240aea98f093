"""The particle filter against exact posteriors, and what its numbers may depend on."""

import math

import numpy as np
import pandas as pd
import pytest

from tests.estimators.exact import stationary_posterior, switching_posterior
from tests.estimators.plain import (
    MODEL_NAMES,
    RANGES,
    of_subject,
    predictions,
    random_sessions,
    session,
)
from trnn.config.dynamics import RandomWalk, Range, Stationary, Switching, Walk
from trnn.config.task import BernoulliTask, GaussianTask
from trnn.errors import NumericalError
from trnn.estimators.filter import particle_filter as module
from trnn.estimators.filter.particle_filter import particle_filter
from trnn.seeds import generator
from trnn.theory.dynamics import get_dynamics
from trnn.theory.models import get_model
from trnn.theory.simulate import simulate
from trnn.trials.sequences import Sequences, first_trials, from_frame

STATIONARY = Stationary(kind="stationary")
SWITCHING = Switching(kind="switching", hazard=0.05, min_gap=5, max_changes=[1, 2])
LENGTHS = [(12, 9), (1,), (20, 17), (5, 5, 5)]


def walk(model):
    walks = {
        name: Walk(scale="logit", low=r.low, high=r.high, start_mean=0, start_sd=1, step_sd=0.3)
        for name, r in RANGES[model].items()
    }
    return RandomWalk(kind="random_walk", parameters=walks)


def run(model, settings, sequences, n=200, below=0.5, seed=0, ranges=None, lag=None):
    dynamics = get_dynamics(settings, ranges or RANGES[model])
    return particle_filter(
        get_model(model), dynamics, sequences, n, below, seed, "test", smoothing_lag=lag
    )


def arrays(filtered):
    return (
        filtered.p_action_0,
        filtered.posterior.mean,
        filtered.posterior.sd,
        filtered.log_evidence,
    )


def each_law(model):
    return {"stationary": STATIONARY, "switching": SWITCHING, "random_walk": walk(model)}.items()


@pytest.mark.parametrize("model", MODEL_NAMES)
def test_weights_equal_a_plain_loop_over_known_particles(model):
    """Constant particles that are never resampled: each is a model run forward."""
    sequences = random_sessions(model, LENGTHS)
    n = 25
    filtered = run(model, STATIONARY, sequences, n, below=0.0)
    for i, subject in enumerate(sequences.subjects):
        actions, rewards, trials = of_subject(sequences, i)
        uniform = generator(0, "test", subject, "particles").random((len(RANGES[model]), n))
        particles = np.array(
            [
                r.low + (r.high - r.low) * u
                for r, u in zip(RANGES[model].values(), uniform, strict=True)
            ]
        ).T
        p = [predictions(model, [x] * len(actions), actions, rewards, trials) for x in particles]
        weights = [1 / n] * n
        evidence = 0.0
        for t, action in enumerate(actions):
            expected = sum(w * run_[t][0] for w, run_ in zip(weights, p, strict=True))
            assert filtered.p_action_0[i, t] == pytest.approx(expected, rel=1e-10)
            mean = np.average(particles, axis=0, weights=weights)
            sd = np.sqrt(np.average((particles - mean) ** 2, axis=0, weights=weights))
            np.testing.assert_allclose(filtered.posterior.mean[i, t], mean, rtol=1e-9, atol=1e-12)
            np.testing.assert_allclose(filtered.posterior.sd[i, t], sd, rtol=1e-6, atol=1e-12)
            weights = [w * run_[t][action] for w, run_ in zip(weights, p, strict=True)]
            evidence += math.log(sum(weights))
            weights = [w / sum(weights) for w in weights]
        assert filtered.log_evidence[i] == pytest.approx(evidence, rel=1e-10)


@pytest.mark.parametrize("model", ["q_learning", "hybrid_exploration"])
@pytest.mark.parametrize("below", [0.0, 0.5])
def test_constant_parameters_have_the_exact_posterior(model, below):
    task = {
        "q_learning": BernoulliTask(
            kind="bernoulli",
            n_blocks=2,
            trials_per_block=15,
            arm_probabilities=[(0.2, 0.8)],
            schedule="independent",
        ),
        "hybrid_exploration": GaussianTask(
            kind="gaussian", n_blocks=4, trials_per_block=7, arm_mean_sd=5, reward_sd=3
        ),
    }[model]
    dynamics = get_dynamics(STATIONARY, RANGES[model])
    agents = simulate(get_model(model), dynamics, task, 1, 3, ["exact"])
    filtered = run(model, STATIONARY, agents.sequences, 100_000, below)
    exact = stationary_posterior(model, RANGES[model], *of_subject(agents.sequences, 0))
    width = np.array([r.high - r.low for r in RANGES[model].values()])
    np.testing.assert_allclose(filtered.p_action_0[0], exact[0], atol=0.005)
    np.testing.assert_allclose(filtered.posterior.mean[0] / width, exact[1] / width, atol=0.01)
    np.testing.assert_allclose(filtered.posterior.sd[0] / width, exact[2] / width, atol=0.01)
    assert filtered.log_evidence[0] == pytest.approx(exact[3], abs=0.05)
    assert (exact[2][-1] / exact[2][0]).min() < 0.8  # the choices did say something


@pytest.mark.parametrize(
    "settings",
    [
        Switching(kind="switching", hazard=0.1, min_gap=0, max_changes=None),
        Switching(kind="switching", hazard=0.3, min_gap=4, max_changes=None),
        Switching(kind="switching", hazard=0.2, min_gap=3, max_changes=[0, 2]),
    ],
    ids=["free", "gap", "gap and limit"],
)
def test_switching_has_the_exact_posterior_of_a_hidden_markov_model(settings):
    """Q-learning with alpha as good as known, so that beta alone is hidden."""
    alpha = 0.5
    ranges = {"alpha": Range(low=alpha, high=alpha + 1e-9), "beta": Range(low=0, high=10)}
    rng = np.random.default_rng(4)
    n = 40
    actions = np.repeat([0, 1, 0], [14, 13, 13])  # at first to the better arm, then to the worse
    rewards = np.where(actions == 0, rng.random(n) < 0.9, rng.random(n) < 0.2)
    sequences = from_frame(session("s", actions, rewards, np.arange(n)))
    q = [0.0, 0.0]
    x = []
    for action, reward in zip(actions, rewards, strict=True):
        x.append(q[0] - q[1])
        q[action] += alpha * (reward - q[action])
    filtered = run("q_learning", settings, sequences, 100_000, ranges=ranges)
    limits = settings.max_changes or [None]
    exact = switching_posterior(x, actions, 0, 10, settings.hazard, settings.min_gap, limits)
    np.testing.assert_allclose(filtered.p_action_0[0], exact[0], atol=0.005)
    np.testing.assert_allclose(filtered.posterior.mean[0, :, 1], exact[1], atol=0.1)
    np.testing.assert_allclose(filtered.posterior.sd[0, :, 1], exact[2], atol=0.1)
    assert filtered.log_evidence[0] == pytest.approx(exact[3], abs=0.05)
    assert np.ptp(exact[1]) > 2  # beta did seem to move


def test_prediction_is_causal():
    """Changing trial t and later changes nothing that is said up to t, to the last bit."""
    t = 13
    for model in MODEL_NAMES:
        sequences = random_sessions(model, [(12, 9), (20, 17)])
        after = np.arange(sequences.action.shape[1]) >= t
        changed = Sequences(
            sequences.subjects,
            np.where(after & sequences.valid, 1 - sequences.action, sequences.action),
            np.where(after & sequences.valid, 1 - 3 * sequences.reward, sequences.reward),
            sequences.block,
            sequences.trial,
            sequences.valid,
        )
        for law, settings in each_law(model):
            one, other = (run(model, settings, s) for s in (sequences, changed))
            for a, b in zip(arrays(one)[:3], arrays(other)[:3], strict=True):
                np.testing.assert_array_equal(a[:, : t + 1], b[:, : t + 1])
                for i, n in enumerate(sequences.lengths):
                    assert (a[i, t + 1 : n] != b[i, t + 1 : n]).any(), (model, law)


@pytest.mark.parametrize("model", MODEL_NAMES)
def test_a_subject_does_not_depend_on_the_others(monkeypatch, model):
    sequences = random_sessions(model, LENGTHS)
    for _, settings in each_law(model):
        whole = arrays(run(model, settings, sequences))
        monkeypatch.setattr(module, "GROUP_SIZE", 600)  # three subjects at a time
        monkeypatch.setattr(module, "NOISE_CHUNK", 3)
        grouped = arrays(run(model, settings, sequences))
        for a, b in zip(whole, grouped, strict=True):
            np.testing.assert_array_equal(a, b)
        for i in range(len(LENGTHS)):
            alone = arrays(run(model, settings, sequences.rows(i, i + 1)))
            n = int(sequences.lengths[i])
            for a, b in zip(whole[:3], alone[:3], strict=True):
                np.testing.assert_array_equal(a[i, :n], b[0])
                assert np.isnan(a[i, n:]).all()
            assert whole[3][i] == alone[3][0]
        monkeypatch.undo()


def test_noise_is_keyed_by_seed_and_subject():
    sequences = random_sessions("q_learning", LENGTHS)
    first, again, other = (
        run("q_learning", SWITCHING, sequences, seed=seed).log_evidence for seed in (0, 0, 1)
    )
    np.testing.assert_array_equal(first, again)
    long = sequences.lengths > 1
    assert (first[long] != other[long]).all()
    same = from_frame(
        pd.concat([session(s, [0, 1] * 5, [1, 1] * 5, list(range(10))) for s in ("a", "b")])
    )
    evidence = run("q_learning", SWITCHING, same).log_evidence
    assert evidence[0] != evidence[1]


@pytest.mark.parametrize("model", MODEL_NAMES)
def test_evidence_is_the_product_of_the_predictions(model):
    sequences = random_sessions(model, LENGTHS)
    for _, settings in each_law(model):
        filtered = run(model, settings, sequences)
        p = filtered.p_action_0
        log_p = np.log(np.where(sequences.action == 0, p, 1 - p))
        np.testing.assert_allclose(np.nansum(log_p, axis=1), filtered.log_evidence, rtol=1e-9)


@pytest.mark.parametrize("model", MODEL_NAMES)
@pytest.mark.parametrize("reward", [1.0, 1e6, -1e6])
def test_extreme_subjects(model, reward):
    n = 300
    frame = pd.concat(
        [
            session("always", [0] * n, [reward] * n, list(range(n))),
            session("alternates", [0, 1] * (n // 2), [reward, 0] * (n // 2), list(range(n))),
            session("one", [1], [reward], [0]),
            session("blocks of one", [1, 1, 1], [reward] * 3, [0, 0, 0]),
        ]
    )
    sequences = from_frame(frame)
    for _, settings in each_law(model):
        filtered = run(model, settings, sequences)
        p, mean, sd = (a[sequences.valid] for a in arrays(filtered)[:3])
        assert ((p >= 0) & (p <= 1)).all() and (sd >= 0).all()
        for k, r in enumerate(RANGES[model].values()):
            assert ((mean[:, k] >= r.low) & (mean[:, k] <= r.high)).all()
        assert np.isfinite(filtered.log_evidence).all()


def test_values_that_break_the_weights_name_subject_and_trial():
    sequences = random_sessions("q_learning", LENGTHS)
    sequences.reward[2, 7] = np.nan
    with pytest.raises(NumericalError, match=r"'s2' at trial 7 of the session \(block 0"):
        run("q_learning", SWITCHING, sequences)


def test_the_posterior_is_calibrated_on_agents_from_its_own_prior():
    """Squared errors are as large, on average, as the variance that the filter states."""
    model, ranges = get_model("q_learning"), RANGES["q_learning"]
    settings = Switching(kind="switching", hazard=0.02, min_gap=30, max_changes=[2, 3])
    dynamics = get_dynamics(settings, ranges)
    task = BernoulliTask(
        kind="bernoulli",
        n_blocks=4,
        trials_per_block=50,
        arm_probabilities=[(0.1, 0.9), (0.9, 0.1)],
        schedule="independent",
    )
    agents = simulate(model, dynamics, task, 60, 11, ["calibrated"])
    filtered = run("q_learning", settings, agents.sequences, 1500)
    late = slice(50, None)
    error = ((filtered.posterior.mean - agents.parameters)[:, late] ** 2).mean(axis=(0, 1))
    stated = (filtered.posterior.sd[:, late] ** 2).mean(axis=(0, 1))
    np.testing.assert_allclose(error / stated, 1.0, atol=0.2)
    prior = np.array([(r.low + r.high) / 2 for r in ranges.values()])
    floor = ((prior - agents.parameters)[:, late] ** 2).mean(axis=(0, 1))
    assert (error < 0.8 * floor).all()


def test_a_smoothed_trial_has_seen_the_lag_or_twice_as_many_and_no_more():
    """Each stretch of trials is what smoothing says of sessions that are cut off behind it."""
    sequences = random_sessions("q_learning", [(40,), (33,), (7,), (20,)])
    lag = 8
    smoothed = run("q_learning", SWITCHING, sequences, lag=lag).smoothed
    for first in range(0, 40, lag):
        cut = first_trials(sequences, first + 2 * lag)
        whole = run("q_learning", SWITCHING, cut, lag=100).smoothed
        for name in ("mean", "sd", "quantiles"):
            got, expected = getattr(smoothed, name), getattr(whole, name)
            stretch = slice(first, min(first + lag, expected.shape[1]))
            np.testing.assert_array_equal(got[:, stretch], expected[:, stretch])


def test_smoothing_a_session_of_one_stretch_ends_where_filtering_ends():
    sequences = random_sessions("q_learning", [(12,), (5,)])
    filtered = run("q_learning", STATIONARY, sequences, n=3000, below=0.0, lag=20)
    # Of a constant, the whole session says the same on each trial: what one more choice adds to
    # the last trial's estimate is all that they differ by.
    mean = filtered.smoothed.mean
    np.testing.assert_allclose(mean[0, :12], np.broadcast_to(mean[0, 0], (12, 2)), rtol=1e-6)
    assert np.isnan(mean[1, 5:]).all()
