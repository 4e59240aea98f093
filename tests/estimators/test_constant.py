"""The constant model, choice by choice: against grids, and against another sampler's evidence."""

import numpy as np
import pandas as pd
import pytest

from tests.estimators.exact import stationary_posterior
from tests.estimators.plain import RANGES, of_subject, random_sessions
from trnn.config.particles import Particles
from trnn.errors import NumericalError
from trnn.estimators.constant.constant_stage import estimate_constant
from trnn.estimators.constant.prequential import predict_constant
from trnn.estimators.estimates_table import estimates
from trnn.estimators.filter.evidence_table import FILTER_EVIDENCE
from trnn.tables.parquet import Provenance, read_table
from trnn.theory.agents import experiment_agents
from trnn.theory.constant_evidence import constant_log_evidence
from trnn.theory.likelihood import negative_log_likelihood
from trnn.theory.models import get_model
from trnn.trials.missed import NO_RESPONSE
from trnn.trials.sequences import Sequences, from_frame

PARTICLES = Particles(n_particles=4000, replicates=4, tolerance=10.0, max_particles=4000)
LENGTHS = [(30, 10), (20, 5), (3,)]
ONE, TWO, THREE = "q_learning_known_temperature", "q_learning", "q_learning_perseveration"


def predict(name: str, sequences: Sequences, seed: int = 1, particles: Particles = PARTICLES):
    return predict_constant(get_model(name), RANGES[name], sequences, particles, seed, "made")


@pytest.mark.parametrize("name", [ONE, TWO, "hybrid_exploration"])
def test_predictions_and_posteriors_are_those_of_a_grid(name):
    sequences = random_sessions(name, LENGTHS)
    found = predict(name, sequences)
    width = np.array([r.high - r.low for r in RANGES[name].values()])
    for i in range(len(sequences.subjects)):
        n = int(sequences.lengths[i])
        p_0, mean, sd, log_evidence = stationary_posterior(
            name, RANGES[name], *of_subject(sequences, i), n_grid=40
        )
        np.testing.assert_allclose(found.p_action_0[i, :n], p_0, atol=0.01)
        np.testing.assert_allclose(found.posterior.mean[i, :n] / width, mean / width, atol=0.02)
        np.testing.assert_allclose(found.posterior.sd[i, :n] / width, sd / width, atol=0.02)
        assert abs(found.evidence.log[i] - log_evidence) < 0.02 + 3 * found.evidence.error[i]
        assert found.evidence.error[i] < 0.1
    assert np.isnan(found.p_action_0[2, 3:]).all() and np.isnan(found.posterior.sd[2, 3:]).all()


def test_the_evidence_is_the_product_of_the_predictions():
    sequences = random_sessions(TWO, LENGTHS)
    found = predict(TWO, sequences)
    taken = np.where(sequences.action == 0, found.p_action_0, 1.0 - found.p_action_0)
    total = np.where(sequences.chosen, np.log(taken), 0.0).sum(axis=1)
    np.testing.assert_allclose(found.evidence.log, total, atol=1e-9)


def test_the_evidence_of_three_parameters_is_that_of_adaptive_importance_sampling(
    tiny_experiments,
):
    experiment = tiny_experiments["dezfouli"]
    agents = experiment_agents(experiment, "test", "stationary", 4, seed=3)
    model, ranges = get_model(experiment.model), experiment.parameters
    found = predict_constant(model, ranges, agents.sequences, PARTICLES, 1, "three")
    other, error = constant_log_evidence(model, ranges, agents.sequences, 1, "three")
    np.testing.assert_array_less(
        np.abs(found.evidence.log - other), 0.05 + 4 * np.hypot(found.evidence.error, error)
    )


def test_quantiles_lie_within_the_ranges_and_in_order():
    found = predict(TWO, random_sessions(TWO, LENGTHS)).posterior.quantiles[0]
    assert (np.diff(found, axis=-1) >= 0).all()
    for k, bounds in enumerate(RANGES[TWO].values()):
        assert (found[:, k] >= bounds.low).all() and (found[:, k] <= bounds.high).all()
    # Before the first choice the posterior is the prior.
    np.testing.assert_allclose(found[0, 0], [0.05, 0.25, 0.5, 0.75, 0.95], atol=0.01)


def test_numbers_depend_on_the_seed_and_on_nobody_else():
    sequences = random_sessions(TWO, LENGTHS)
    found, again = predict(TWO, sequences), predict(TWO, sequences)
    np.testing.assert_array_equal(found.p_action_0, again.p_action_0)
    alone = predict(TWO, sequences.rows(1, 2))
    n = int(sequences.lengths[1])
    np.testing.assert_array_equal(found.p_action_0[1, :n], alone.p_action_0[0])
    np.testing.assert_array_equal(found.posterior.mean[1, :n], alone.posterior.mean[0])
    other = predict(TWO, sequences, seed=2)
    assert (found.p_action_0[0, 1:40] != other.p_action_0[0, 1:40]).any()
    np.testing.assert_allclose(found.p_action_0[0], other.p_action_0[0], atol=0.03)


def test_a_missed_trial_teaches_nothing():
    frame = pd.DataFrame(
        {"subject": "a", "block": 0, "trial": range(9), "reward": [1.0, 0, 1, 1, 0, 1, 1, 0, 1]}
    )
    frame["action"] = [0, 1, 0, 0, 1, 0, 0, 1, 0]
    with_one = frame.assign(trial=frame["trial"] + (frame["trial"] >= 4))
    missed = pd.DataFrame({"subject": "a", "block": 0, "trial": [4], "reward": np.nan})
    with_one = pd.concat([with_one, missed.assign(action=NO_RESPONSE)]).sort_values("trial")
    whole, other = predict(TWO, from_frame(frame)), predict(TWO, from_frame(with_one))
    assert np.isnan(other.p_action_0[0, 4]) and np.isfinite(other.posterior.mean[0, 4]).all()
    made = np.delete(other.p_action_0[0], 4)
    np.testing.assert_allclose(made, whole.p_action_0[0], atol=1e-9)
    assert other.evidence.log[0] == pytest.approx(whole.evidence.log[0], abs=1e-9)


def test_a_mode_that_was_lost_for_long_is_found_again():
    """Someone follows rewards for a while and then, for longer, the opposite of the last choice:
    the constant that fits the whole session is next to impossible in its middle."""
    rng = np.random.default_rng(5)
    n, turn = 900, 250
    frame = pd.DataFrame({"subject": "a", "block": 0, "trial": np.arange(n)})
    action, reward = np.zeros(n, int), np.zeros(n)
    for t in range(1, n):
        stay = reward[t - 1] > 0 if t < turn else rng.random() < 0.15
        action[t] = action[t - 1] if stay else 1 - action[t - 1]
        reward[t] = float(rng.random() < 0.5)
    sequences = from_frame(frame.assign(action=action, reward=reward))
    found = predict(THREE, sequences)
    middles = (np.arange(64) + 0.5) / 64
    axes = [r.low + (r.high - r.low) * middles for r in RANGES[THREE].values()]
    points = np.stack(np.meshgrid(*axes, indexing="ij")).reshape(3, 1, -1)
    log_p = -negative_log_likelihood(get_model(THREE), sequences, points)
    exact = np.logaddexp.reduce(log_p[0]) - np.log(points.shape[2])
    assert abs(found.evidence.log[0] - exact) < 0.5 + 4 * found.evidence.error[0]


def test_effort_grows_where_the_error_is_large():
    sequences = random_sessions(TWO, [(60,)])
    strict = Particles(n_particles=64, replicates=4, tolerance=1e-6, max_particles=256)
    assert predict(TWO, sequences, particles=strict).evidence.n_particles.tolist() == [256]


def test_errors_name_what_is_wrong():
    sequences = random_sessions(TWO, [(5,)])
    with pytest.raises(ValueError, match="in its order"):
        predict_constant(
            get_model(TWO), dict(reversed(RANGES[TWO].items())), sequences, PARTICLES, 1
        )
    sequences.reward[0, 2] = np.nan
    with pytest.raises(NumericalError, match="trial 2"):
        predict(TWO, sequences)


def test_the_stage_writes_estimates_and_evidence(tmp_path, tiny_experiments):
    experiment = tiny_experiments["dezfouli"]
    agents = experiment_agents(experiment, "test", "stationary", 2, seed=3)
    sequences = agents.sequences
    frame = sequences.index_frame().assign(
        action=sequences.to_column(sequences.action), reward=sequences.reward_column()
    )
    trials = tmp_path / "trials.parquet"
    frame.to_parquet(trials)
    made = Provenance(settings={"x": 1}, seed=1, data_source="simulated")
    paths = tmp_path / "estimates.parquet", tmp_path / "evidence.parquet"
    estimate_constant(trials, *paths, experiment, "human", 1, made)
    unit_of = get_model(experiment.model).unit_of
    table = read_table(paths[0], estimates(unit_of, spread=True, particles=True))
    evidence = read_table(paths[1], FILTER_EVIDENCE)
    assert len(table) == len(frame) and evidence["estimator"].unique().tolist() == ["constant"]
    taken = np.where(frame["action"] == 0, table["p_action_0"], 1.0 - table["p_action_0"])
    total = pd.Series(np.log(taken)).groupby(frame["subject"].to_numpy()).sum()
    np.testing.assert_allclose(
        total.loc[evidence["subject"]].to_numpy(), evidence["log_evidence"], atol=1e-6
    )
