"""The particle filter against exact posteriors, and what its numbers may depend on."""

import math

import numpy as np
import pandas as pd
import pytest

from tests.checks.nonstationarity_exact import hybrid_inputs, switches
from tests.estimators.exact import (
    stationary_posterior,
    switching_posterior,
    two_chains_filter,
)
from tests.estimators.plain import (
    MODEL_NAMES,
    RANGES,
    of_subject,
    predictions,
    random_sessions,
    session,
)
from trnn.config.dynamics import RandomWalk, Range, Stationary, Switching, Walk
from trnn.config.particles import Particles
from trnn.config.task import BernoulliTask, GaussianTask
from trnn.errors import NumericalError
from trnn.estimators.filter.movement import start
from trnn.estimators.filter.noise import stream
from trnn.estimators.filter.one_subject import filter_one, room
from trnn.estimators.filter.particle_filter import log_evidence, particle_filter
from trnn.estimators.filter.particles import APART
from trnn.theory.dynamics import get_dynamics
from trnn.theory.models import get_model
from trnn.theory.motions import motions_of
from trnn.theory.quantiles import N_CELLS, PROBABILITIES
from trnn.theory.simulate import simulate
from trnn.trials.sequences import Sequences, from_frame

STATIONARY = Stationary(kind="stationary")
SWITCHING = Switching(kind="switching", hazard=0.05, min_gap=5, max_changes=[1, 2])
LENGTHS = [(12, 9), (1,), (20, 17), (5, 5, 5)]


def walk(model):
    walks = {
        name: Walk(scale="logit", low=r.low, high=r.high, start_mean=0, start_sd=1, step_sd=0.3)
        for name, r in RANGES[model].items()
    }
    return RandomWalk(kind="random_walk", parameters=walks)


def particles(n=200, below=0.5, replicates=2):
    """Return settings under which every subject has n particles, however large its error is."""
    return Particles(
        n_particles=n, max_particles=n, replicates=replicates, resample_below=below, tolerance=1e9
    )


def run(model, settings, sequences, n=200, below=0.5, seed=0, ranges=None, replicates=2):
    motions = motions_of(settings, ranges or RANGES[model])
    return particle_filter(
        get_model(model), motions, sequences, particles(n, below, replicates), seed, "test"
    )


def arrays(filtered):
    """Return what is said of every trial."""
    own = filtered.posterior
    return filtered.p_action_0, own.mean, own.sd, own.quantiles, filtered.error


def each_law(model):
    return {"stationary": STATIONARY, "switching": SWITCHING, "random_walk": walk(model)}.items()


def starting_points(motions, key, replicates, each):
    """Return the particles at a session's start, those of all replicates, (n, d)."""
    d = len(motions.kind)
    values = np.zeros((replicates, d, each))
    for r, own in enumerate(values):
        place = np.array([r << int(APART)], np.uint64)
        skips = np.zeros(d, np.int64)
        start(motions, motions.hazard, own, np.zeros((0, each)), skips, key, place)
    return values.swapaxes(1, 2).reshape(-1, d)


@pytest.mark.parametrize("model", MODEL_NAMES)
def test_weights_equal_a_plain_loop_over_known_particles(model):
    """Constant particles that are never resampled: each is a model run forward."""
    sequences = random_sessions(model, LENGTHS)
    n, replicates = 24, 3
    filtered = run(model, STATIONARY, sequences, n, below=0.0, replicates=replicates)
    motions = motions_of(STATIONARY, RANGES[model])
    width = motions.high - motions.low
    for i, subject in enumerate(sequences.subjects):
        actions, rewards, trials = of_subject(sequences, i)
        key = stream(0, "test", subject, n)
        points = starting_points(motions, key, replicates, n // replicates)
        p = [predictions(model, [x] * len(actions), actions, rewards, trials) for x in points]
        weights = [1 / n] * n
        evidence = 0.0
        for t, action in enumerate(actions):
            expected = sum(w * run_[t][0] for w, run_ in zip(weights, p, strict=True))
            assert filtered.p_action_0[i, t] == pytest.approx(expected, rel=1e-10)
            mean = np.average(points, axis=0, weights=weights)
            sd = np.sqrt(np.average((points - mean) ** 2, axis=0, weights=weights))
            np.testing.assert_allclose(filtered.posterior.mean[i, t], mean, rtol=1e-9, atol=1e-12)
            # By squares: an SD far below its range has lost half of its digits.
            np.testing.assert_allclose(filtered.posterior.sd[i, t], sd, rtol=1e-6, atol=1e-9)
            np.testing.assert_allclose(
                filtered.error[i, t], ratio_error(points, weights, replicates), rtol=1e-6
            )
            for k, found in enumerate(filtered.posterior.quantiles[i, t]):
                for probability, value in zip(PROBABILITIES, found, strict=True):
                    cell = width[k] / N_CELLS
                    below, upto = (
                        np.dot(weights, points[:, k] <= value + step) for step in (-cell, cell)
                    )
                    assert below - 1e-9 <= probability <= upto + 1e-9
            weights = [w * run_[t][action] for w, run_ in zip(weights, p, strict=True)]
            evidence += math.log(sum(weights))
            weights = [w / sum(weights) for w in weights]
        assert filtered.evidence.log[i] == pytest.approx(evidence, rel=1e-10)


def ratio_error(points, weights, replicates):
    """Return the standard error of the weighted mean of independent replicates, a ratio."""
    w = np.array(weights).reshape(replicates, -1)
    deviations = points - np.average(points, axis=0, weights=weights)
    parts = np.einsum("rn,rnd->rd", w, deviations.reshape(*w.shape, -1))
    return np.sqrt((parts**2).sum(axis=0) * replicates / (replicates - 1))


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
    assert filtered.evidence.log[0] == pytest.approx(exact[3], abs=0.05)
    assert (exact[2][-1] / exact[2][0]).min() < 0.8  # the choices did say something


@pytest.mark.parametrize(
    ("settings", "high"),
    [
        (Switching(kind="switching", hazard=0.1, min_gap=0, max_changes=None), 10),
        (Switching(kind="switching", hazard=0.3, min_gap=4, max_changes=None), 10),
        # Under a wider range few particles are left that may still change: chance is then 0.01.
        (Switching(kind="switching", hazard=0.2, min_gap=3, max_changes=[0, 2]), 3),
    ],
    ids=["free", "gap", "gap and limit"],
)
def test_switching_has_the_exact_posterior_of_a_hidden_markov_model(settings, high):
    """Q-learning with alpha as good as known, so that beta alone is hidden."""
    ranges, sequences, x, actions = known_alpha(high)
    filtered = run("q_learning", settings, sequences, 100_000, ranges=ranges)
    limits = settings.max_changes or [None]
    exact = switching_posterior(x, actions, 0, high, settings.hazard, settings.min_gap, limits)
    np.testing.assert_allclose(filtered.p_action_0[0], exact[0], atol=0.005)
    np.testing.assert_allclose(filtered.posterior.mean[0, :, 1], exact[1], atol=0.01 * high)
    np.testing.assert_allclose(filtered.posterior.sd[0, :, 1], exact[2], atol=0.01 * high)
    assert filtered.evidence.log[0] == pytest.approx(exact[3], abs=0.05)
    assert np.ptp(exact[1]) > 0.2 * high  # beta did seem to move


def test_two_switching_parameters_have_the_exact_posterior_of_two_chains():
    """P(0), means, SDs, quantiles and evidence of a hidden Markov model of beta x gamma."""
    model, settings = "hybrid_exploration", Switching(kind="switching", hazard=0.05)
    ranges, sequences = RANGES[model], random_sessions(model, [(20, 20)])
    filtered = run(model, settings, sequences, 200_000)
    actions, rewards, trials = of_subject(sequences, 0)
    inputs = hybrid_inputs(actions, rewards, trials)
    chains = [switches(r, settings.hazard, n_grid=100) for r in ranges.values()]
    expected = two_chains_filter(inputs, actions, *chains, PROBABILITIES)
    width = np.array([r.high - r.low for r in ranges.values()])
    own = filtered.posterior
    np.testing.assert_allclose(filtered.p_action_0[0], expected[0], atol=0.005)
    np.testing.assert_allclose(own.mean[0] / width, expected[1] / width, atol=0.01)
    np.testing.assert_allclose(own.sd[0] / width, expected[2] / width, atol=0.01)
    np.testing.assert_allclose(
        own.quantiles[0] / width[:, None], expected[3] / width[:, None], atol=0.03
    )
    assert filtered.evidence.log[0] == pytest.approx(expected[4], abs=0.05)


def known_alpha(high=10):
    """Return ranges that hold one alpha, a session, its difference of values by trial, choices."""
    alpha = 0.5
    ranges = {"alpha": Range(low=alpha, high=alpha + 1e-9), "beta": Range(low=0, high=high)}
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
    return ranges, sequences, x, actions


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
            # P(0) of trial t is one less that of its choice, so rounded by what was chosen.
            p, q = one.p_action_0[:, t], other.p_action_0[:, t]
            np.testing.assert_allclose(p, q, rtol=0, atol=4e-16)
            one.p_action_0[:, t] = other.p_action_0[:, t]
            for a, b in zip(arrays(one), arrays(other), strict=True):
                np.testing.assert_array_equal(a[:, : t + 1], b[:, : t + 1])
                for i, n in enumerate(sequences.lengths):
                    assert (a[i, t + 1 : n] != b[i, t + 1 : n]).any(), (model, law)


@pytest.mark.parametrize("model", MODEL_NAMES)
def test_a_subject_does_not_depend_on_the_others(model):
    sequences = random_sessions(model, LENGTHS)
    for _, settings in each_law(model):
        together = run(model, settings, sequences)
        for i in range(len(LENGTHS)):
            alone = run(model, settings, sequences.rows(i, i + 1))
            n = int(sequences.lengths[i])
            for a, b in zip(arrays(together), arrays(alone), strict=True):
                np.testing.assert_array_equal(a[i, :n], b[0])
                assert np.isnan(a[i, n:]).all()
            assert together.evidence.log[i] == alone.evidence.log[0]
            assert together.evidence.error[i] == alone.evidence.error[0]


def test_noise_is_keyed_by_seed_and_subject():
    sequences = random_sessions("q_learning", LENGTHS)
    first, again, other = (
        run("q_learning", SWITCHING, sequences, seed=seed).evidence.log for seed in (0, 0, 1)
    )
    np.testing.assert_array_equal(first, again)
    long = sequences.lengths > 1
    assert (first[long] != other[long]).all()
    same = from_frame(
        pd.concat([session(s, [0, 1] * 5, [1, 1] * 5, list(range(10))) for s in ("a", "b")])
    )
    evidence = run("q_learning", SWITCHING, same).evidence.log
    assert evidence[0] != evidence[1]


@pytest.mark.parametrize("model", MODEL_NAMES)
def test_evidence_is_the_product_of_the_predictions(model):
    sequences = random_sessions(model, LENGTHS)
    for _, settings in each_law(model):
        filtered = run(model, settings, sequences)
        p = filtered.p_action_0
        log_p = np.log(np.where(sequences.action == 0, p, 1 - p))
        np.testing.assert_allclose(np.nansum(log_p, axis=1), filtered.evidence.log, rtol=1e-9)


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
        p, mean, sd, quantiles, error = (a[sequences.valid] for a in arrays(filtered))
        assert ((p >= 0) & (p <= 1)).all() and (sd >= 0).all() and (error >= 0).all()
        for k, r in enumerate(RANGES[model].values()):
            assert ((mean[:, k] >= r.low) & (mean[:, k] <= r.high)).all()
            assert ((quantiles[:, k] >= r.low) & (quantiles[:, k] <= r.high)).all()
        assert (np.diff(quantiles, axis=2) >= 0).all()
        assert np.isfinite(filtered.evidence.log).all()


def test_values_that_break_the_weights_name_subject_and_trial():
    sequences = random_sessions("q_learning", LENGTHS)
    sequences.reward[2, 7] = np.nan
    with pytest.raises(NumericalError, match=r"'s2' at trial 7 of the session \(block 0"):
        run("q_learning", SWITCHING, sequences)


def from_the_prior(n_agents=60):
    """Return agents of Q-learning that switch, their parameters, and the settings."""
    model, ranges = get_model("q_learning"), RANGES["q_learning"]
    settings = Switching(kind="switching", hazard=0.02, min_gap=30, max_changes=[2, 3])
    task = BernoulliTask(
        kind="bernoulli",
        n_blocks=4,
        trials_per_block=50,
        arm_probabilities=[(0.1, 0.9), (0.9, 0.1)],
        schedule="independent",
    )
    dynamics = get_dynamics(settings, ranges)
    agents = simulate(model, dynamics, task, n_agents, 11, ["calibrated"])
    return agents.sequences, agents.parameters, settings


def test_the_posterior_is_calibrated_on_agents_from_its_own_prior():
    """Squared errors are as large, on average, as the variance that the filter states."""
    sequences, truth, settings = from_the_prior()
    filtered = run("q_learning", settings, sequences, 1500)
    late = slice(50, None)
    error = ((filtered.posterior.mean - truth)[:, late] ** 2).mean(axis=(0, 1))
    stated = (filtered.posterior.sd[:, late] ** 2).mean(axis=(0, 1))
    np.testing.assert_allclose(error / stated, 1.0, atol=0.2)
    prior = np.array([(r.low + r.high) / 2 for r in RANGES["q_learning"].values()])
    floor = ((prior - truth)[:, late] ** 2).mean(axis=(0, 1))
    assert (error < 0.8 * floor).all()


def test_the_standard_errors_are_those_that_are_made():
    """Over twenty seeds evidence and means scatter as much as one run says that they do."""
    sequences, _, settings = from_the_prior(6)
    runs = [run("q_learning", settings, sequences, 8000, seed=s, replicates=8) for s in range(20)]
    logs = np.array([r.evidence.log for r in runs])
    stated = np.sqrt(np.mean([r.evidence.error**2 for r in runs], axis=0))
    ratios = logs.std(axis=0, ddof=1) / stated
    # 114 degrees of freedom of the scatter: its SD is known within 7 %, a subject's within 16 %.
    assert abs(np.log(ratios).mean()) < 0.25 and np.abs(np.log(ratios)).max() < 0.6
    means = np.array([r.posterior.mean for r in runs])
    stated = np.mean([r.error**2 for r in runs], axis=(0, 1, 2))
    made = means.var(axis=0, ddof=1).mean(axis=(0, 1))
    np.testing.assert_allclose(np.sqrt(made / stated), 1.0, atol=0.3)


def test_a_subject_whose_error_is_too_large_has_more_particles():
    """Twice as many, and again, up to the limit; the others keep what they began with."""
    many, _, law = from_the_prior(3)
    easy = random_sessions("q_learning", [(6,)])
    model, motions = get_model("q_learning"), motions_of(law, RANGES["q_learning"])
    settings = Particles(n_particles=100, max_particles=1000, tolerance=0.15)
    found = particle_filter(model, motions, many, settings, 5, "test").evidence
    assert set(found.n_particles) <= {100, 200, 400, 800} and found.n_particles.max() > 100
    assert ((found.error <= 0.15) | (found.n_particles == 800)).all()
    assert log_evidence(model, motions, easy, settings, 5, "test").n_particles.tolist() == [100]
    for i, n in enumerate(found.n_particles.tolist()):
        one = many.rows(i, i + 1)
        again = log_evidence(model, motions, one, particles(n, replicates=4), 5, "test")
        assert (found.log[i], found.error[i]) == (again.log[0], again.error[0])
        for fewer in (100, 200, 400):
            if fewer < n:
                less = log_evidence(model, motions, one, particles(fewer, replicates=4), 5, "test")
                assert less.error[0] > 0.15


def test_the_error_is_that_of_the_replicates():
    many, _, law = from_the_prior(2)
    model, motions = get_model("q_learning"), motions_of(law, RANGES["q_learning"])
    found = log_evidence(model, motions, many, particles(300, replicates=3), 5, "test")
    for i, subject in enumerate(many.subjects):
        records = room(0, 2, 3, 100)
        key = stream(5, "test", subject, 300)
        filter_one(model, motions, many.rows(i, i + 1), key, 0.5, records)
        assert len(set(records.log_evidence)) == 3
        error = np.sqrt(np.expm1(records.log_evidence.var(ddof=1)) / 3)
        assert found.error[i] == pytest.approx(error, rel=1e-9)
        mean = np.logaddexp.reduce(records.log_evidence) - np.log(3)
        assert found.log[i] == pytest.approx(mean, rel=1e-12)
