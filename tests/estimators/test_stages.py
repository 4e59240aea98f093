"""The stages that the workflow calls: tables in, tables out."""

import numpy as np
import pytest

from tests.estimators.plain import random_sessions
from trnn.errors import TableError
from trnn.estimators.baselines import estimate_references
from trnn.estimators.estimates import estimates_frame
from trnn.estimators.estimates_table import estimates
from trnn.estimators.filter.evidence_table import FILTER_EVIDENCE
from trnn.estimators.filter.filter_stage import estimate_filter, evidence_frame
from trnn.estimators.filter.movement import proposed
from trnn.estimators.filter.particle_filter import Evidence, particle_filter
from trnn.estimators.mle.constant_evidence_stage import constant_evidence_stage
from trnn.estimators.mle.constant_evidence_table import CONSTANT_EVIDENCE
from trnn.estimators.mle.fits_table import mle
from trnn.estimators.mle.mle_stage import fit_mle
from trnn.tables.parquet import Provenance, read_metadata, read_table
from trnn.theory.likelihood import negative_log_likelihood
from trnn.theory.models import get_model
from trnn.theory.motions import motions_of
from trnn.theory.simulation_stage import simulate_stage
from trnn.trials.read import read_trials

PROVENANCE = Provenance(settings={"x": 1}, seed=1, data_source="synthetic")


@pytest.fixture(scope="module", params=["artificial", "dezfouli", "gershman"])
def made(request, tiny_experiments, tmp_path_factory):
    """Build every classical estimator's table of a tiny experiment's test agents."""
    experiment = tiny_experiments[request.param]
    folder = tmp_path_factory.mktemp(request.param)
    trials = folder / "test.parquet"
    simulate_stage(experiment, "test", trials, 1, PROVENANCE)
    fit_mle(trials, folder / "fits.parquet", experiment, "test", 1, PROVENANCE)
    references = {name: folder / f"{name}.parquet" for name in ("prior", "mle", "oracle")}
    estimate_references(trials, folder / "fits.parquet", references, experiment, PROVENANCE)
    for which, smoothers in (("filter", []), ("bayes", ["bayes_smooth"])):
        outputs = {name: folder / f"{name}.parquet" for name in (which, *smoothers)}
        evidence = folder / f"{which}_evidence.parquet"
        estimate_filter(trials, outputs, evidence, experiment, which, "test", 1, PROVENANCE)
    return experiment, folder


def bce(trials, table):
    p = np.where(trials["action"] == 0, table["p_action_0"], 1 - table["p_action_0"])
    return -np.log(p)


@pytest.mark.parametrize("estimator", ["prior", "mle", "filter", "bayes", "bayes_smooth", "oracle"])
def test_every_table_has_a_row_for_each_trial(made, estimator):
    experiment, folder = made
    unit_of = get_model(experiment.model).unit_of
    spread = estimator in ("filter", "bayes", "bayes_smooth")
    smooth = estimator == "bayes_smooth"
    schema = estimates(unit_of, spread, smooth=smooth, particles=spread)
    table = read_table(folder / f"{estimator}.parquet", schema)
    trials = read_table(folder / "test.parquet")
    assert table.columns.tolist() == schema.names()
    for column in ("subject", "block", "trial"):
        assert table[column].tolist() == trials[column].tolist()
    for name, r in experiment.parameters.items():
        if estimator != "oracle":
            assert table[name].between(r.low - 1e-9, max(r.high, 1) + 1e-9).all()
    assert read_metadata(folder / f"{estimator}.parquet")["config_digest"] == PROVENANCE.digest()


def test_fits_agree_with_their_estimates(made):
    experiment, folder = made
    names = list(experiment.parameters)
    fits = read_table(folder / "fits.parquet", mle(get_model(experiment.model).unit_of))
    trials, table = (read_table(folder / f"{name}.parquet") for name in ("test", "mle"))
    assert set(fits["population"]) == {"test"}
    table["nll"] = bce(trials, table)
    by_subject = table.groupby("subject", sort=False)
    np.testing.assert_allclose(by_subject["nll"].sum(), fits["nll"], rtol=1e-6)
    assert by_subject.size().tolist() == fits["n_trials"].tolist()
    for name in names:
        assert by_subject[name].nunique().eq(1).all()
        assert by_subject[name].first().tolist() == fits[name].tolist()


def test_the_floor_and_the_ceiling(made):
    experiment, folder = made
    trials = read_table(folder / "test.parquet")
    prior, oracle = (read_table(folder / f"{name}.parquet") for name in ("prior", "oracle"))
    for name, r in experiment.parameters.items():
        assert (prior[name] == (r.low + r.high) / 2).all()
        assert oracle[name].tolist() == trials[name].tolist()
    np.testing.assert_allclose(oracle["p_action_0"], trials["p_action_0"], atol=1e-15)
    means = {}
    for estimator in ("prior", "filter", "bayes", "oracle"):
        table = read_table(folder / f"{estimator}.parquet")
        means[estimator] = bce(trials, table).mean()
    assert means["oracle"] < means["bayes"] < means["prior"]


@pytest.mark.parametrize("which", ["filter", "bayes"])
def test_filters_assume_the_dynamics_that_are_named(made, which):
    experiment, folder = made
    settings = getattr(experiment.estimators, which)
    sequences = read_trials(folder / "test.parquet")
    filtered = particle_filter(
        get_model(experiment.model),
        motions_of(experiment.dynamics[settings.dynamics], experiment.parameters),
        sequences,
        settings,
        1,
        experiment.name,
        which,
        "test",
    )
    table = read_table(folder / f"{which}.parquet")
    expected = filtered.p_action_0[sequences.valid]
    np.testing.assert_allclose(table["p_action_0"], expected, rtol=0, atol=2e-16)
    for p, name in enumerate(experiment.parameters):
        np.testing.assert_array_equal(table[name], filtered.posterior.mean[sequences.valid][:, p])
        np.testing.assert_array_equal(
            table[f"{name}_sd"], filtered.posterior.sd[sequences.valid][:, p]
        )
        np.testing.assert_array_equal(
            table[f"{name}_mc_error"], filtered.error[sequences.valid][:, p]
        )
    evidence = read_table(folder / f"{which}_evidence.parquet", FILTER_EVIDENCE)
    assert evidence["subject"].tolist() == list(sequences.subjects)
    assert evidence["n_trials"].tolist() == sequences.lengths.tolist()
    for name in ("log", "error"):
        column = "log_evidence" if name == "log" else "log_evidence_error"
        np.testing.assert_array_equal(evidence[column], getattr(filtered.evidence, name))
    assert evidence["n_particles"].tolist() == filtered.evidence.n_particles.tolist()
    within = filtered.evidence.error <= settings.tolerance
    assert evidence["converged"].tolist() == within.tolist()


@pytest.mark.parametrize("which", ["filter", "bayes"])
def test_the_evidence_is_what_the_predictions_of_the_choices_say_together(made, which):
    experiment, folder = made
    settings = getattr(experiment.estimators, which)
    motions = motions_of(experiment.dynamics[settings.dynamics], experiment.parameters)
    # But for the noise of changes that are proposed more often than they come.
    exact = (proposed(motions) == motions.hazard).all()
    n = settings.n_particles if exact else 20_000
    many = settings.model_copy(update={"n_particles": n, "max_particles": n})
    sequences = read_trials(folder / "test.parquet")
    model = get_model(experiment.model)
    filtered = particle_filter(model, motions, sequences, many, 1, experiment.name)
    p = np.where(sequences.action == 0, filtered.p_action_0, 1 - filtered.p_action_0)
    total = np.nansum(np.where(sequences.chosen, np.log(p), 0.0), axis=1)
    tolerance = {"rtol": 1e-9} if exact else {"atol": 0.1}
    np.testing.assert_allclose(filtered.evidence.log, total, **tolerance)


def test_the_evidence_of_constant_parameters_is_integrated_over_their_ranges(made, tmp_path):
    experiment, folder = made
    trials, output = folder / "test.parquet", tmp_path / "evidence.parquet"
    constant_evidence_stage(trials, output, experiment, "test", 1, PROVENANCE)
    table = read_table(output, CONSTANT_EVIDENCE)
    fits = read_table(folder / "fits.parquet")
    assert table["subject"].tolist() == fits["subject"].tolist()
    assert set(table["population"]) == {"test"} and set(table["estimator"]) == {"mle"}
    sequences = read_trials(trials)
    ranges = experiment.parameters
    n_grid = round(60_000 ** (1 / len(ranges)))
    middles = (np.arange(n_grid) + 0.5) / n_grid
    axes = [r.low + (r.high - r.low) * middles for r in ranges.values()]
    points = np.stack(np.meshgrid(*axes, indexing="ij")).reshape(len(ranges), 1, -1)
    model = get_model(experiment.model)
    one = sequences.rows(0, 1)
    logs = -negative_log_likelihood(model, one, points)[0]
    exact = np.logaddexp.reduce(logs) - np.log(len(logs))
    assert table["log_evidence"][0] == pytest.approx(exact, abs=0.05)
    assert (table["log_evidence"] < -fits["nll"]).all()  # the highest likelihood is above the mean
    assert (table["log_evidence_error"] < 0.1).all()


def test_evidence_above_the_tolerance_has_not_converged():
    sequences = random_sessions("q_learning", [(4,), (5,)])
    found = Evidence(np.array([-2.0, -3.0]), np.array([0.3, 0.31]), np.array([100, 200]))
    frame = evidence_frame(found, sequences, "bayes", "test", 0.3)
    assert frame["converged"].tolist() == [True, False]
    assert frame["subject"].tolist() == ["s0", "s1"]
    assert set(frame["population"]) == {"test"} and set(frame["estimator"]) == {"bayes"}


def test_a_subject_without_a_fit_is_named(made, tmp_path):
    experiment, folder = made
    other = tmp_path / "other.parquet"
    changed = experiment.model_copy(
        update={"test": experiment.test.model_copy(update={"n_agents": 6})}
    )
    simulate_stage(changed, "test", other, 1, PROVENANCE)
    with pytest.raises(TableError, match=r"no fit of 6 of the 18 subjects .*stationary-0005"):
        estimate_references(
            other,
            folder / "fits.parquet",
            {"mle": tmp_path / "out.parquet"},
            experiment,
            PROVENANCE,
        )
    assert not (tmp_path / "out.parquet").exists()


def test_no_prediction_is_rounded_to_certainty(made):
    experiment, folder = made
    sequences = read_trials(folder / "test.parquet")
    names = tuple(experiment.parameters)
    n, t = sequences.valid.shape
    values = np.zeros((n, len(names)))
    for extreme in (0.0, 1.0):
        p = np.full((n, t), extreme)
        table = estimates_frame(sequences, names, p, values)
        taken = np.stack([table["p_action_0"], 1 - table["p_action_0"]])
        assert (-np.log(taken) < 37).all() and abs(table["p_action_0"] - extreme).max() < 2e-16
    with pytest.raises(ValueError, match="values must be"):
        estimates_frame(sequences, names, p, values[:, :1])
