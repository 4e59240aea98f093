"""The evidence of every law against exact sums, and what its numbers may depend on."""

import math
from dataclasses import replace

import numpy as np
import pytest

from tests.checks import nonstationarity_exact as exact
from tests.estimators.plain import RANGES, of_subject, random_sessions
from trnn.config.dynamics import RandomWalk, Range, Stationary, Switching, Walk
from trnn.config.particles import Particles
from trnn.config.task import BernoulliTask
from trnn.errors import NumericalError
from trnn.estimators.filter.particle_filter import log_evidence, pooled
from trnn.estimators.filter.quadrature import fix, log_evidence_of_constant
from trnn.theory.constant_evidence import constant_log_evidence
from trnn.theory.dynamics import get_dynamics
from trnn.theory.models import get_model
from trnn.theory.motions import CONSTANT, all_alike, one_apart
from trnn.theory.simulate import simulate

HYBRID = "hybrid_exploration"
SWITCHING = Switching(kind="switching", hazard=0.05)


def particles(n, replicates=8):
    """Return settings under which every subject has n particles, however large its error is."""
    return Particles(n_particles=n, max_particles=n, replicates=replicates, tolerance=1e9)


MANY = particles(64_000)


def walk(ranges, step_sd=0.5):
    """A logit walk over each range. Its start, which is not asked for, is far off."""
    walks = {
        name: Walk(scale="logit", low=r.low, high=r.high, start_mean=9, start_sd=0, step_sd=step_sd)
        for name, r in ranges.items()
    }
    return RandomWalk(kind="random_walk", parameters=walks)


def sessions(model, lengths=((20, 20), (15, 15))):
    return random_sessions(model, list(lengths))


def run(model, motions, sequences, settings=MANY, seed=0):
    found = log_evidence(get_model(model), motions, sequences, settings, seed, "test")
    return found.log, found.error


def of_one(law, model, name, sequences, settings=MANY, seed=0):
    """Return the log evidence where `name` follows `law` and the others switch, and its error."""
    ranges = RANGES[model]
    motions = one_apart(law, name, ranges, SWITCHING, walk(ranges))
    if law != "constant":
        return run(model, motions, sequences, settings, seed)
    index = list(ranges).index(name)
    # A filter at each value needs fewer particles.
    fewer = settings.model_copy(update={"n_particles": max(settings.n_particles // 2, 16)})
    found = log_evidence_of_constant(
        get_model(model), motions, index, sequences, fewer, 12, seed, "test"
    )
    return found.log, found.error


def chain(law, range_):
    return {
        "constant": exact.switches(range_, 0),
        "switching": exact.switches(range_, SWITCHING.hazard),
        "walking": exact.walks(range_, 0.5),
    }[law]


@pytest.mark.parametrize("law", ["constant", "switching", "walking"])
@pytest.mark.parametrize("name", ["beta", "gamma"])
def test_evidence_of_one_parameter_while_the_other_switches(law, name):
    ranges = RANGES[HYBRID]
    sequences = sessions(HYBRID)
    got, error = of_one(law, HYBRID, name, sequences)
    chains = [chain(law if p == name else "switching", ranges[p]) for p in ranges]
    for i in range(len(sequences.subjects)):
        actions, rewards, trials = of_subject(sequences, i)
        inputs = exact.hybrid_inputs(actions, rewards, trials)
        expected = exact.two_chains(inputs, actions, *chains)
        assert got[i] == pytest.approx(expected, abs=0.02 + 4 * error[i])
        assert error[i] < 0.05


@pytest.mark.parametrize("law", ["switching", "walking"])
def test_evidence_where_every_parameter_moves(law):
    ranges = RANGES[HYBRID]
    sequences = sessions(HYBRID)
    got, error = run(HYBRID, all_alike(law, ranges, SWITCHING, walk(ranges)), sequences)
    actions, rewards, trials = of_subject(sequences, 0)
    inputs = exact.hybrid_inputs(actions, rewards, trials)
    expected = exact.two_chains(inputs, actions, *(chain(law, r) for r in ranges.values()))
    assert got[0] == pytest.approx(expected, abs=0.02 + 4 * error[0])


@pytest.mark.parametrize(
    ("model", "n_grid"),
    [("q_learning_known_temperature", 1000), ("q_learning", 50), (HYBRID, 50)],
)
def test_evidence_of_constant_parameters_is_the_integral_of_the_likelihood(model, n_grid):
    ranges = RANGES[model]
    sequences = sessions(model)
    got, error = constant_log_evidence(get_model(model), ranges, sequences, 1, "test")
    for i in range(len(sequences.subjects)):
        expected = exact.constant(model, ranges.values(), *of_subject(sequences, i), n_grid)
        assert got[i] == pytest.approx(expected, abs=0.01 + 4 * error[i])
        assert error[i] < 0.05


def test_evidence_of_constant_parameters_whose_posterior_is_a_needle():
    """A thousand trials against one of two arms: the first draws hardly meet the posterior."""
    model, ranges = get_model("q_learning_perseveration"), RANGES["q_learning_perseveration"]
    sequences = sessions("q_learning_perseveration", [(100,) * 10])
    got = [constant_log_evidence(model, ranges, sequences, seed, "test") for seed in range(4)]
    values = np.array([value[0] for value, _ in got])
    assert np.ptp(values) < 0.2
    # The errors that it claims are those that it makes, within the chance of four values.
    assert values.std(ddof=1) < 4 * np.mean([error[0] for _, error in got])


def test_a_constant_by_quadrature_and_by_importance_sampling_are_the_same():
    model = "q_learning_known_temperature"
    sequences = sessions(model, [(100, 100)])
    got, error = of_one("constant", model, "alpha", sequences)
    exactly, _ = constant_log_evidence(get_model(model), RANGES[model], sequences, 1, "test")
    # Of the midpoint rule, in cells that hold up to 15 % of the posterior.
    assert got[0] == pytest.approx(exactly[0], abs=0.03)
    assert error[0] < 1e-9  # nothing is left to chance


def test_the_quadrature_finds_a_needle():
    """Two thousand trials: the posterior is narrower than the cells to begin with."""
    model = "q_learning_known_temperature"
    dense = agents_that_learn(model, alpha=0.03, n_trials=2000)
    got, _ = of_one("constant", model, "alpha", dense)
    expected = exact.constant(model, RANGES[model].values(), *of_subject(dense, 0), 4000)
    assert got[0] == pytest.approx(expected, abs=0.05)


def agents_that_learn(model, alpha, n_trials):
    ranges = {"alpha": Range(low=alpha, high=alpha + 1e-9)}
    dynamics = get_dynamics(Stationary(kind="stationary"), ranges)
    task = BernoulliTask(
        kind="bernoulli",
        n_blocks=1,
        trials_per_block=n_trials,
        arm_probabilities=[(0.3, 0.7)],
        schedule="independent",
    )
    return simulate(get_model(model), dynamics, task, 1, 1, ["needle"]).sequences


def test_a_constant_that_switches_at_no_hazard_is_the_constant():
    ranges = RANGES["q_learning"]
    sequences = sessions("q_learning")
    never = Switching(kind="switching", hazard=0)
    got, error = run("q_learning", all_alike("switching", ranges, never, walk(ranges)), sequences)
    exactly, _ = constant_log_evidence(get_model("q_learning"), ranges, sequences, 1, "test")
    np.testing.assert_allclose(got, exactly, atol=0.03 + 4 * error.max())


def test_a_parameter_is_fixed_at_a_share_of_its_range_and_the_others_move_as_they_did():
    ranges = {"alpha": Range(low=1, high=3), "beta": Range(low=-1, high=1)}
    motions = all_alike("switching", ranges, SWITCHING, walk(ranges))
    fixed = fix(motions, 0, 0.25)
    assert fixed.kind[0] == CONSTANT and fixed.low[0] == fixed.high[0] == 1.5
    assert fixed.hazard.tolist() == [0, SWITCHING.hazard]
    for one, other in zip(motions, fixed, strict=True):
        np.testing.assert_array_equal(np.ravel(one)[1:], np.ravel(other)[1:])
    assert motions.low[0] == 1 and motions.hazard[0] == SWITCHING.hazard  # as it was


def test_a_subject_has_the_same_evidence_whoever_else_there_is():
    sequences = sessions("q_learning", [(12, 9), (1,), (20, 17), (5, 5, 5)])
    few = particles(32, 2)
    for law in ("constant", "switching", "walking"):
        together = np.array(of_one(law, "q_learning", "beta", sequences, few))
        assert together.shape == (2, 4)
        alone = [of_one(law, "q_learning", "beta", sequences.rows(i, i + 1), few) for i in range(4)]
        np.testing.assert_array_equal(together, np.concatenate(alone, axis=1))
        other = np.array(of_one(law, "q_learning", "beta", sequences, few, seed=1))
        assert (together != other).any()


def test_the_constant_evidence_of_a_subject_does_not_depend_on_others():
    model, ranges = get_model("q_learning"), RANGES["q_learning"]
    sequences = sessions("q_learning", [(12, 9), (3,), (20, 17)])
    together = np.array(constant_log_evidence(model, ranges, sequences, 1, "test"))
    alone = [constant_log_evidence(model, ranges, sequences.rows(i, i + 1), 1, "test")
             for i in range(3)]  # fmt: skip
    np.testing.assert_allclose(together, np.concatenate(alone, axis=1), rtol=1e-12)


def test_a_constants_error_that_is_too_large_has_more_particles():
    sequences = sessions("q_learning", [(4,), (80,)])
    ranges = RANGES["q_learning"]
    motions = one_apart("constant", "beta", ranges, SWITCHING, walk(ranges))
    settings = Particles(n_particles=32, max_particles=256, tolerance=0.03)
    found = log_evidence_of_constant(
        get_model("q_learning"), motions, 1, sequences, settings, 6, 1, "test"
    )
    assert found.n_particles[1] > 32 and found.n_particles.max() <= 256
    assert ((found.error <= 0.03) | (found.n_particles == 256)).all()


def test_replicates_are_averaged_as_probabilities():
    mean, error = pooled(np.log([0.1, 0.3]))
    # The logs lie log(3) apart: their variance is half of its square.
    expected = math.sqrt(math.expm1(math.log(3) ** 2 / 2) / 2)
    assert (math.exp(mean), error) == pytest.approx((0.2, expected))
    # Close together it is the standard error of their mean over the mean.
    assert pooled(np.log([0.99, 1.01]))[1] == pytest.approx(0.01, rel=1e-3)
    # Far apart it is that of one of them: its SD, and by how much it is too low.
    far = 1e4**2 / 2
    assert pooled(np.array([0.0, -1e4]))[1] == pytest.approx(math.hypot(math.sqrt(far), far / 2))
    assert pooled(np.log([0.2, 0.2])) == pytest.approx((math.log(0.2), 0), abs=1e-12)
    assert math.isnan(pooled(np.zeros(1))[1])


@pytest.mark.parametrize("sd", [0.1, 0.5, 1.0, 2.0, 4.0, 8.0])
def test_the_stated_error_is_that_of_normal_log_evidences(sd):
    """Of four replicates whose evidences are 1 on average; the median of what is stated."""
    logs = np.random.default_rng(4).normal(-(sd**2) / 2, sd, (4000, 4))
    found = np.array([pooled(own) for own in logs])
    actual = math.sqrt(np.mean(found[:, 0] ** 2))
    assert 0.75 < np.median(found[:, 1]) / actual < 2
    assert found[:, 1].max() < 10 * max(sd, sd**2 / 2)


def test_rewards_out_of_range_end_with_the_subject_and_the_trial():
    sequences = sessions("q_learning")
    reward = sequences.reward.copy()
    reward[1, 3] = np.nan
    spoilt = replace(sequences, reward=reward)
    for law in ("constant", "switching"):
        with pytest.raises(NumericalError, match="trial 3 of the session"):
            of_one(law, "q_learning", "alpha", spoilt, particles(16, 2))


def test_a_choice_that_floating_point_cannot_hold_is_weighed_by_logarithms():
    """At beta = 400 and no gamma a lost choice has log P of about -10^4: Phi is 0 there."""
    ranges = {"beta": Range(low=400, high=400.001), "gamma": Range(low=0, high=1e-9)}
    sequences = sessions(HYBRID, [(6, 6)])
    got, _ = constant_log_evidence(get_model(HYBRID), ranges, sequences, 1, "test")
    motions = all_alike("switching", ranges, SWITCHING, walk(ranges))
    filtered, _ = run(HYBRID, motions, sequences, particles(16, 2))
    assert got[0] < -2000
    np.testing.assert_allclose(filtered[0], got[0], rtol=1e-4)
