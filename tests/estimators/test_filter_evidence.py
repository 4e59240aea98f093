"""The evidence of every law against exact sums, and what its numbers may depend on."""

from dataclasses import replace

import numpy as np
import pytest

from tests.checks import nonstationarity_exact as exact
from tests.estimators.plain import RANGES, of_subject, random_sessions
from trnn.config.dynamics import RandomWalk, Range, Switching, Walk
from trnn.errors import NumericalError
from trnn.estimators.filter import evidence as module
from trnn.estimators.filter.evidence import Particles, log_evidence, pooled
from trnn.theory.composite import dynamics_of_all, dynamics_of_one
from trnn.theory.constant_evidence import constant_log_evidence
from trnn.theory.models import get_model

HYBRID = "hybrid_exploration"
SWITCHING = Switching(kind="switching", hazard=0.05)
MANY = Particles(8, 4, 2000)


def walk(ranges, step_sd=0.5):
    """A logit walk over each range. Its start, which is not asked for, is far off."""
    walks = {
        name: Walk(scale="logit", low=r.low, high=r.high, start_mean=9, start_sd=0, step_sd=step_sd)
        for name, r in ranges.items()
    }
    return RandomWalk(kind="random_walk", parameters=walks)


def sessions(model, lengths=((20, 20), (15, 15))):
    return random_sessions(model, list(lengths))


def run(model, dynamics, sequences, particles=MANY, seed=0):
    return log_evidence(get_model(model), dynamics, sequences, particles, 0.5, seed, "test")


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
    dynamics = dynamics_of_one(law, name, ranges, SWITCHING, walk(ranges))
    got, error = pooled(run(HYBRID, dynamics, sequences))
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
    got, error = pooled(
        run(HYBRID, dynamics_of_all(law, ranges, SWITCHING, walk(ranges)), sequences)
    )
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


def test_a_constant_by_filter_and_by_integral_are_the_same():
    model = "q_learning_known_temperature"
    ranges = RANGES[model]
    sequences = sessions(model, [(100, 100)])
    dynamics = dynamics_of_one("constant", "alpha", ranges, SWITCHING, walk(ranges))
    got, error = pooled(run(model, dynamics, sequences))
    exactly, _ = constant_log_evidence(get_model(model), ranges, sequences, 1, "test")
    assert got[0] == pytest.approx(exactly[0], abs=0.02 + 4 * error[0])


def test_a_constant_that_switches_at_no_hazard_is_the_constant():
    ranges = RANGES["q_learning"]
    sequences = sessions("q_learning")
    never = Switching(kind="switching", hazard=0)
    got, error = pooled(
        run("q_learning", dynamics_of_all("switching", ranges, never, walk(ranges)), sequences)
    )
    exactly, _ = constant_log_evidence(get_model("q_learning"), ranges, sequences, 1, "test")
    np.testing.assert_allclose(got, exactly, atol=0.03 + 4 * error.max())


def test_strata_divide_the_range_and_every_law_starts_uniformly():
    ranges = {"alpha": Range(low=1, high=3), "beta": Range(low=-1, high=1)}
    limited = Switching(kind="switching", hazard=0.1, max_changes=[1, 2])
    uniform = np.random.default_rng(0).random((9, 2, 4, 250))
    for law in ("constant", "switching", "walking"):
        for name, low, high in (("alpha", 1, 3), ("beta", -1, 1)):
            dynamics = dynamics_of_one(law, name, ranges, limited, walk(ranges))
            start = dynamics.start(uniform[: dynamics.n_start])
            values = dynamics.values(start)
            assert values.shape == (2, 2, 4, 250)
            own = values[list(ranges).index(name)]
            shares = (own - low) / (high - low)
            if law == "constant":
                assert (np.floor(shares * 4) == np.arange(4)[:, None]).all()
                np.testing.assert_array_equal(
                    np.floor(shares * 1000).reshape(2, 1000), np.tile(np.arange(1000), (2, 1))
                )
            counts = np.histogram(shares, 10, (0, 1))[0]
            assert counts.sum() == 2000 and np.abs(counts - 200).max() < 60
            moved = dynamics.step(start.copy(), np.random.default_rng(1).random((2, 2, 4, 250)), 1)
            changed = dynamics.values(moved)[list(ranges).index(name)] != own
            assert {"constant": not changed.any(), "walking": changed.all()}.get(
                law, 0.05 < changed.mean() < 0.15
            )


def test_a_subject_has_the_same_evidence_whoever_else_there_is(monkeypatch):
    ranges = RANGES["q_learning"]
    sequences = sessions("q_learning", [(12, 9), (1,), (20, 17), (5, 5, 5)])
    dynamics = dynamics_of_one("constant", "alpha", ranges, SWITCHING, walk(ranges))
    particles = Particles(2, 2, 16)
    together = run("q_learning", dynamics, sequences, particles)
    assert together.shape == (4, 2)
    alone = [run("q_learning", dynamics, sequences.rows(i, i + 1), particles) for i in range(4)]
    np.testing.assert_array_equal(together, np.concatenate(alone))
    monkeypatch.setattr(module, "GROUP_SIZE", 64)
    np.testing.assert_array_equal(together, run("q_learning", dynamics, sequences, particles))
    assert (together != run("q_learning", dynamics, sequences, particles, seed=1)).any()


def test_the_constant_evidence_of_a_subject_does_not_depend_on_others():
    model, ranges = get_model("q_learning"), RANGES["q_learning"]
    sequences = sessions("q_learning", [(12, 9), (3,), (20, 17)])
    together = np.array(constant_log_evidence(model, ranges, sequences, 1, "test"))
    alone = [constant_log_evidence(model, ranges, sequences.rows(i, i + 1), 1, "test")
             for i in range(3)]  # fmt: skip
    np.testing.assert_allclose(together, np.concatenate(alone, axis=1), rtol=1e-12)


def test_replicates_are_averaged_as_probabilities():
    mean, error = pooled(np.log([[0.1, 0.3], [0.2, 0.2]]))
    np.testing.assert_allclose(np.exp(mean), [0.2, 0.2])
    # SD of (0.1, 0.3) is 0.1 sqrt 2, that of their mean 0.1: half of 0.2.
    np.testing.assert_allclose(error, [0.5, 0.0], atol=1e-12)
    assert np.isnan(pooled(np.zeros((2, 1)))[1]).all()


def test_rewards_out_of_range_end_with_the_subject_and_the_trial():
    ranges = RANGES["q_learning"]
    sequences = sessions("q_learning")
    reward = sequences.reward.copy()
    reward[1, 3] = np.nan
    dynamics = dynamics_of_one("switching", "alpha", ranges, SWITCHING, walk(ranges))
    with pytest.raises(NumericalError, match="trial 3 of the session"):
        run("q_learning", dynamics, replace(sequences, reward=reward), Particles(2, 1, 8))


def test_a_choice_that_floating_point_cannot_hold_is_weighed_by_logarithms():
    """At beta = 400 and no gamma a lost choice has log P of about -10^4: ndtr is 0 there."""
    ranges = {"beta": Range(low=400, high=400.001), "gamma": Range(low=0, high=1e-9)}
    sequences = sessions(HYBRID, [(6, 6)])
    got, _ = constant_log_evidence(get_model(HYBRID), ranges, sequences, 1, "test")
    dynamics = dynamics_of_all("switching", ranges, SWITCHING, walk(ranges))
    filtered = run(HYBRID, dynamics, sequences, Particles(2, 1, 8))
    assert got[0] < -2000
    np.testing.assert_allclose(filtered[0], got[0], rtol=1e-4)
