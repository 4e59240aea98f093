"""Filters, smoother and teacher where people have hazards of their own, against exact mixtures."""

import numpy as np
import pytest

from tests.checks import nonstationarity_exact
from tests.estimators.hazards_exact import mixed_posterior, mixed_smoothing
from tests.estimators.plain import RANGES, of_subject, random_sessions
from tests.estimators.test_particle_filter import known_alpha, particles
from trnn.config.dynamics import Switching
from trnn.config.particles import Smoother
from trnn.config.task import BernoulliTask
from trnn.estimators.estimates_table import estimates
from trnn.estimators.filter.changes import hazards_given_changes
from trnn.estimators.filter.filter_stage import estimate_filter
from trnn.estimators.filter.grid import log_evidence_on_grid
from trnn.estimators.filter.one_subject import filter_one, room
from trnn.estimators.filter.particle_filter import log_evidence, particle_filter, pooled
from trnn.estimators.filter.particles import Kept
from trnn.estimators.filter.posterior_draws import posterior_draws
from trnn.estimators.filter.quadrature import log_evidence_of_constant
from trnn.estimators.filter.smoother import smooth
from trnn.estimators.filter.teaching import filter_draws
from trnn.estimators.hazard_posterior import hazard_columns
from trnn.tables.parquet import Provenance, read_table
from trnn.theory.dynamics import get_dynamics
from trnn.theory.hazards import each_hazard, hazards_of, number_of_hazards
from trnn.theory.models import get_model
from trnn.theory.motions import motions_of
from trnn.theory.simulate import simulate
from trnn.theory.simulation_stage import simulate_stage

MODEL = get_model("q_learning")
FREE = Switching(kind="switching", hazard=[0.01, 0.1, 0.4])
GAP = Switching(kind="switching", hazard=[0.05, 0.3], min_gap=4)
LIMITS = Switching(kind="switching", hazard=[0.05, 0.4], min_gap=3, max_changes=[0, 2])


def of_one(settings, hazard):
    """Return the settings with one hazard for all."""
    return Switching(**(settings.model_dump() | {"hazard": hazard}))


@pytest.mark.parametrize(
    ("settings", "high"), [(FREE, 10), (GAP, 10), (LIMITS, 3)], ids=["free", "gap", "limits"]
)
def test_the_filter_has_the_exact_posterior_of_parameters_and_hazards(settings, high):
    ranges, sequences, x, actions = known_alpha(high)
    many = particles(200_000, replicates=8)
    found = particle_filter(MODEL, motions_of(settings, ranges), sequences, many, 0, "test")
    p_0, mean, sd, log, shares = mixed_posterior(x, actions, 0, high, settings)
    np.testing.assert_allclose(found.p_action_0[0], p_0, atol=0.006)
    np.testing.assert_allclose(found.posterior.mean[0, :, 1], mean, atol=0.01 * high)
    np.testing.assert_allclose(found.posterior.sd[0, :, 1], sd, atol=0.01 * high)
    error = found.evidence.error[0]
    assert abs(found.evidence.log[0] - log) < 4 * error + 0.01 and error < 0.05  # of the grid
    assert found.evidence.n_particles[0] == 200_000 * len(settings.hazard)
    np.testing.assert_allclose(found.hazard.probability[0], shares, atol=0.04)
    logs = np.log(settings.hazard)
    off = np.abs(found.hazard.log_mean[0] - shares @ logs)
    assert (off < 5 * found.hazard.log_error[0] + 0.01).all()
    assert (found.hazard.log_error[0] < 0.06).all()
    spread = np.sqrt(shares @ logs**2 - (shares @ logs) ** 2)
    np.testing.assert_allclose(found.hazard.log_sd[0], spread, atol=0.06)
    # Nothing is known before the first choice, and the choices say something of the hazard.
    np.testing.assert_allclose(found.hazard.probability[0, 0], 1 / len(logs))
    assert found.hazard.log_error[0, 0] == pytest.approx(0, abs=1e-12)
    assert np.ptp(shares, axis=0).max() > 0.1


def test_the_evidence_is_the_mean_of_those_under_each_hazard():
    """Of filters that share no random number, within their stated errors."""
    sequences = random_sessions("q_learning", [(40, 40), (25,)])
    settings, few = Switching(kind="switching", hazard=[0.01, 0.05, 0.25]), particles(4000)
    ranges = RANGES["q_learning"]
    found = log_evidence(MODEL, motions_of(settings, ranges), sequences, few, 1, "list")
    each = [
        log_evidence(MODEL, motions_of(of_one(settings, own), ranges), sequences, few, 1, own)
        for own in map(str, settings.hazard)
    ]
    logs, errors = (np.array([getattr(own, name) for own in each]) for name in ("log", "error"))
    expected = np.logaddexp.reduce(logs, axis=0) - np.log(3)
    shares = np.exp(logs - np.logaddexp.reduce(logs, axis=0))
    error = np.sqrt(found.error**2 + ((shares * errors) ** 2).sum(axis=0))
    assert (np.abs(found.log - expected) < 4 * error).all() and (error < 0.2).all()
    assert np.ptp(logs, axis=0).max() > 0.5


def test_stated_errors_are_those_that_many_filters_make():
    ranges, sequences, x, actions = known_alpha()
    motions = motions_of(FREE, ranges)
    settings = particles(4000, replicates=4)
    _, mean, _, log, shares = mixed_posterior(x, actions, 0, 10, FREE)
    many = [particle_filter(MODEL, motions, sequences, settings, s, "test") for s in range(60)]

    def ratio(off, stated):
        return np.sqrt((np.array(off) ** 2).mean() / (np.array(stated) ** 2).mean())

    off = [own.evidence.log[0] - log for own in many]
    assert 0.6 < ratio(off, [own.evidence.error[0] for own in many]) < 1.5
    last = slice(20, None)
    off = [own.posterior.mean[0, last, 1] - mean[last] for own in many]
    assert 0.7 < ratio(off, [own.error[0, last, 1] for own in many]) < 1.4
    exact = shares @ np.log(FREE.hazard)
    off = [own.hazard.log_mean[0, last] - exact[last] for own in many]
    assert 0.6 < ratio(off, [own.hazard.log_error[0, last] for own in many]) < 1.5


def test_errors_of_hazards_are_not_those_between_them():
    """Replicates that agree under each hazard leave no error, however far hazards lie apart."""
    log, error = pooled(np.array([-10.0, -10.0, -12.0, -12.0]), 2)
    assert log == pytest.approx(np.logaddexp(-10, -12) - np.log(2)) and error == 0
    assert pooled(np.array([-10.0, -10.0, -12.0, -12.0]))[1] > 0.5
    # Under one of two hazards alike the error counts by half.
    alone = pooled(np.array([-10.1, -9.9]))
    level = alone[0]
    both = pooled(np.array([-10.1, -9.9, level, level]), 2)
    assert both == (pytest.approx(level), pytest.approx(alone[1] / 2))


def test_draws_are_of_the_mixture():
    ranges, sequences, x, actions = known_alpha()
    _, mean, sd, *_ = mixed_posterior(x, actions, 0, 10, FREE)
    draws = posterior_draws(
        MODEL, motions_of(FREE, ranges), sequences, particles(20_000), np.arange(40)[None],
        4000, 3, "draws",
    )  # fmt: skip
    np.testing.assert_allclose(draws[0, :, :, 1].mean(axis=1), mean, atol=0.2)
    np.testing.assert_allclose(draws[0, :, :, 1].std(axis=1), sd, atol=0.2)


@pytest.mark.parametrize(
    ("settings", "high"), [(FREE, 10), (GAP, 10), (LIMITS, 3)], ids=["free", "gap", "limits"]
)
def test_the_smoother_has_the_exact_posterior_given_the_whole_session(settings, high):
    ranges, sequences, x, actions = known_alpha(high)
    chains = Smoother(n_particles=1000, chains=16, sweeps=3000)
    found = smooth(MODEL, motions_of(settings, ranges), sequences, chains, 1, "test")
    mean, sd, shares = mixed_smoothing(x, actions, 0, high, settings)
    error = found.error[0, :, 1]
    off = found.posterior.mean[0, :, 1] - mean
    assert (error < 0.04 * high).all() and (np.abs(off) < 5 * error + 1e-3 * high).all()
    assert np.sqrt(((off / error) ** 2).mean()) < 2.0
    assert (np.abs(found.posterior.sd[0, :, 1] - sd) < 0.02 * high).all()
    # Of the hazard the session says the same on every trial.
    np.testing.assert_allclose(found.hazard.probability[0], np.tile(shares, (40, 1)), atol=0.04)
    away = found.hazard.log_mean[0, 0] - shares @ np.log(settings.hazard)
    assert np.abs(away) < 5 * found.hazard.log_error[0, 0]
    assert 0 < found.hazard.log_error[0, 0] < 0.1


def test_hazards_given_changes_are_those_of_a_binomial_count():
    """Without a gap or a limit: changes, and trials without one, of both parameters."""
    motions, n = motions_of(FREE, RANGES["q_learning"]), 30
    times, counts = np.zeros((2, n + 1), np.int64), np.array([3, 1])
    times[0, 1:4], times[1, 1] = (5, 6, 20), 11
    shares = np.empty(3)
    hazards_given_changes(motions, times, counts, n, shares)
    h = np.array(FREE.hazard)
    expected = h**4 * (1 - h) ** (2 * (n - 1) - 4)
    np.testing.assert_allclose(shares, expected / expected.sum(), rtol=1e-12)


def test_on_a_grid_and_with_a_constant_the_evidence_is_the_mean_too():
    model, name = get_model("hybrid_exploration"), "hybrid_exploration"
    sequences = random_sessions(name, [(20, 20)])
    settings = Switching(kind="switching", hazard=[0.02, 0.2])
    found = log_evidence_on_grid(model, motions_of(settings, RANGES[name]), sequences)
    actions, rewards, trials = of_subject(sequences, 0)
    inputs = nonstationarity_exact.hybrid_inputs(actions, rewards, trials)
    exact = []
    for own in settings.hazard:
        chains = [nonstationarity_exact.switches(r, own, 90) for r in RANGES[name].values()]
        exact.append(nonstationarity_exact.two_chains(inputs, actions, *chains))
    expected = np.logaddexp.reduce(exact) - np.log(2)
    assert found.log[0] == pytest.approx(expected, abs=1e-3 + found.error[0])
    assert abs(exact[0] - exact[1]) > 0.05

    def of_constant(hazard):
        motions = motions_of(Switching(kind="switching", hazard=hazard), RANGES["q_learning"])
        own = (MODEL, motions, 1, short, particles(1000), 8, 1)
        return log_evidence_of_constant(*own, str(hazard))

    short = random_sessions("q_learning", [(30,)])
    whole, *each = map(of_constant, ([0.02, 0.2], 0.02, 0.2))
    expected = np.logaddexp(each[0].log, each[1].log)[0] - np.log(2)
    error = np.sqrt(sum(own.error[0] ** 2 for own in (whole, *each)))
    assert abs(whole.log[0] - expected) < 4 * error + 0.01 and error < 0.2


def test_a_teacher_draws_from_the_posterior_that_the_truth_is_drawn_from():
    task = BernoulliTask(
        kind="bernoulli",
        n_blocks=2,
        trials_per_block=40,
        arm_probabilities=[(0.1, 0.9)],
        schedule="independent",
    )
    settings = Switching(kind="switching", hazard=[0.002, 0.3])
    motions = motions_of(settings, RANGES["q_learning"])
    agents = simulate(MODEL, get_dynamics(settings, RANGES["q_learning"]), task, 200, 1, ["teach"])
    values, p_0 = filter_draws(
        MODEL, motions, agents.sequences, agents.parameters, 300, 16, 0.5, 1, "teach"
    )
    valid = agents.sequences.valid
    half = values[8:, valid].mean(axis=0)
    of_draw = ((values[0, valid] - half) ** 2).mean(axis=0)
    of_truth = ((agents.parameters[valid] - half) ** 2).mean(axis=0)
    ratio = of_truth / of_draw
    assert (ratio > 0.85).all() and (ratio < 1.18).all(), ratio
    chosen = np.where(agents.sequences.action == 0, p_0, 1 - p_0)[valid]
    assert -np.log(chosen).mean() < np.log(2)


def test_a_path_is_kept_under_one_hazard_alone():
    sequences = random_sessions("q_learning", [(5,)])
    motions = motions_of(FREE, RANGES["q_learning"])
    records = room(5, 2, 1, 10, n_hazards=3)
    with pytest.raises(ValueError, match="has one hazard"):
        filter_one(MODEL, motions, sequences, np.uint64(1), 0.5, records, Kept(np.ones((5, 2)), 1))


def test_each_hazard_is_that_of_all_that_switches():
    motions = motions_of(FREE, RANGES["q_learning"])
    assert number_of_hazards(motions) == 3 and np.isnan(motions.hazard).all()
    assert hazards_of(motions).tolist() == [[h, h] for h in FREE.hazard]
    for own, hazard in zip(each_hazard(motions), FREE.hazard, strict=True):
        alone = motions_of(of_one(FREE, hazard), RANGES["q_learning"])
        for a, b in zip(own, alone, strict=True):
            np.testing.assert_array_equal(a, b)
    assert each_hazard(alone) == [alone] and number_of_hazards(alone) == 1


def test_where_all_share_a_hazard_there_is_no_posterior_of_it():
    sequences = random_sessions("q_learning", [(5,)])
    motions = motions_of(of_one(FREE, 0.1), RANGES["q_learning"])
    found = particle_filter(MODEL, motions, sequences, particles(20), 0, "test")
    assert found.hazard is None and hazard_columns(found.hazard) == {}


def test_the_stage_writes_the_hazards_posterior(tiny_experiments, tmp_path):
    base = tiny_experiments["gershman"]
    bayes = base.estimators.bayes.model_copy(update={"dynamics": "own"})
    own = Switching(kind="switching", hazard=[0.01, 0.1], stationary_share=0.2)
    experiment = base.model_copy(
        update={
            "dynamics": dict(base.dynamics) | {"own": own},
            "test": base.test.model_copy(update={"dynamics": ["own"], "n_agents": 3}),
            "estimators": base.estimators.model_copy(update={"bayes": bayes}),
        }
    )
    made = Provenance(settings={}, seed=1)
    simulate_stage(experiment, "test", tmp_path / "test", 1, made)
    outputs = {name: tmp_path / name for name in ("bayes", "bayes_smooth")}
    evidence = tmp_path / "evidence"
    estimate_filter(tmp_path / "test", outputs, evidence, experiment, "bayes", "test", 1, made)
    unit_of = get_model(experiment.model).unit_of
    for name, path in outputs.items():
        smooth_ = name != "bayes"
        schema = estimates(unit_of, spread=True, smooth=smooth_, particles=True, hazards=own.hazard)
        table = read_table(path, schema)
        assert table.columns.tolist() == schema.names()
        p = table[["p_hazard_1", "p_hazard_2"]].to_numpy()
        np.testing.assert_allclose(p.sum(axis=1), 1)
        np.testing.assert_allclose(table["log_hazard"], p @ np.log(own.hazard))
        of = {column.name: column.description for column in schema.columns}
        assert of["p_hazard_2"] == "posterior probability that the person's hazard is 0.1"
    n_particles = read_table(evidence)["n_particles"]
    assert (n_particles % (2 * bayes.n_particles) == 0).all()
