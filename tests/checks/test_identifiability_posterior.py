"""Exact posteriors on moving grids, against plain enumeration and known cases."""

import numpy as np
import pytest

import trnn.checks.identifiability.posterior as module
from tests.estimators.exact import stationary_posterior
from tests.estimators.plain import RANGES
from trnn.checks.identifiability.posterior import Posterior, Scale, posterior
from trnn.config.dynamics import Range
from trnn.errors import NumericalError
from trnn.theory.dynamics import StationaryDynamics
from trnn.theory.models import get_model
from trnn.theory.simulate import simulate
from trnn.trials.sequences import first_trials


def played(experiments, name, model, n_trials, seed=1, n_agents=2):
    """Return agents of a model with constant parameters on an experiment's task."""
    dynamics = StationaryDynamics(RANGES[model])
    task = experiments[name].task
    agents = simulate(get_model(model), dynamics, task, n_agents, seed, ("test",), detail=False)
    return first_trials(agents.sequences, n_trials)


@pytest.mark.parametrize(
    ("model", "experiment", "n_grid", "n_trials"),
    [
        ("q_learning_known_temperature", "artificial", 1000, 40),
        ("q_learning", "artificial", 70, 25),
        ("q_learning_perseveration", "dezfouli", 22, 12),
        ("hybrid_exploration", "gershman", 60, 25),
    ],
)
def test_it_is_what_plain_enumeration_gives(experiments, model, experiment, n_grid, n_trials):
    seen = played(experiments, experiment, model, n_trials)
    longer = played(experiments, experiment, model, n_trials + 1)
    found = posterior(get_model(model), seen, RANGES[model], 24)
    for i in range(2):
        arrays = (longer.action[i], longer.reward[i], longer.trial[i])
        _, means, sds, _ = stationary_posterior(model, RANGES[model], *arrays, n_grid=n_grid)
        width = found.scale.width
        # The last row is the posterior before the trial that was not seen.
        np.testing.assert_allclose(found.mean()[i] / width, means[-1] / width, atol=0.004)
        np.testing.assert_allclose(found.covariance()[i].diagonal() ** 0.5, sds[-1], rtol=0.02)


@pytest.mark.parametrize(
    ("model", "experiment", "n_trials", "coarse", "fine"),
    [
        ("q_learning", "artificial", 600, 24, 60),
        ("hybrid_exploration", "gershman", 200, 16, 48),
        ("q_learning_perseveration", "dezfouli", 400, 15, 26),
    ],
)
def test_a_finer_grid_says_the_same_of_narrow_posteriors(
    experiments, model, experiment, n_trials, coarse, fine
):
    seen = played(experiments, experiment, model, n_trials, n_agents=3)
    one, other = (posterior(get_model(model), seen, RANGES[model], m) for m in (coarse, fine))
    sd = np.sqrt(np.einsum("nii->ni", other.covariance()))
    assert (sd / other.scale.width).min() < 0.1  # so narrow that a fixed grid would not do
    np.testing.assert_allclose(np.einsum("nii->ni", one.covariance()) ** 0.5, sd, rtol=0.05)
    assert np.abs((one.mean() - other.mean()) / sd).max() < 0.05


def test_before_anything_is_seen_it_is_the_prior(experiments):
    # A first choice has probability 1/2, whatever the parameters.
    seen = played(experiments, "artificial", "q_learning", 1)
    found = posterior(get_model("q_learning"), seen, RANGES["q_learning"], 40)
    np.testing.assert_allclose(found.mean(), [[0.5, 5.0]] * 2, rtol=2e-3)
    np.testing.assert_allclose(found.covariance()[:, 1, 1], 100 / 12, rtol=5e-3)
    np.testing.assert_allclose(found.covariance()[:, 0, 1], 0, atol=1e-12)
    np.testing.assert_allclose(found.conditional_variance()[:, 0], 1 / 12, rtol=5e-3)
    np.testing.assert_allclose(found.information(), 0, atol=1e-12)


def some_posterior(n=3, m=5, d=3):
    rng = np.random.default_rng(4)
    weights = rng.random((n, *(m,) * d)) ** 4
    weights /= weights.reshape(n, -1).sum(axis=1).reshape(n, *(1,) * d)
    scale = Scale.of(
        {"a": Range(low=0, high=2), "b": Range(low=-1, high=1), "c": Range(low=1, high=3)}
    )
    low = rng.uniform(0, 0.4, (n, d))
    return Posterior(scale, low, rng.uniform(0.6, 1, (n, d)), weights)


def test_moments_are_those_of_the_weighted_points():
    found = some_posterior()
    for i in range(3):
        points, w = found.points()[i].reshape(-1, 3), found.weights[i].ravel()
        np.testing.assert_allclose(found.mean()[i], np.average(points, axis=0, weights=w))
        expected = np.cov(points.T, aweights=w, ddof=0)
        np.testing.assert_allclose(found.covariance()[i], expected, atol=1e-12)


def test_the_variance_given_the_others_slice_by_slice():
    found = some_posterior()
    values = found.values()
    for i in range(3):
        total = 0.0
        for j in range(5):
            for k in range(5):
                w = found.weights[i, j, :, k]
                mean = np.average(values[i, 1], weights=w)
                total += w.sum() * np.average((values[i, 1] - mean) ** 2, weights=w)
        assert found.conditional_variance()[i, 1] == pytest.approx(total)


def test_the_information_of_a_parameter_known_to_be_in_a_quarter_of_its_range():
    scale = Scale.of({"a": Range(low=-1, high=1)})
    ends = np.cbrt([0.5, 1.0])  # on the scale, whose u = (1 + cube root) / 2 here
    low, high = ((1 + ends) / 2)[:, None, None]
    mass = np.diff(scale.edges(low, high, 8), axis=-1)[:, 0]
    found = Posterior(scale, low, high, mass / mass.sum())
    assert found.information()[0, 0] == pytest.approx(np.log(4))


def test_a_posterior_that_is_not_found_is_an_error_with_advice(experiments, monkeypatch):
    monkeypatch.setattr(module, "PASSES", 1)
    seen = played(experiments, "gershman", "hybrid_exploration", 200)
    with pytest.raises(NumericalError, match=r"subject 'agent-0001'.*raise identifiability.points"):
        posterior(get_model("hybrid_exploration"), seen, RANGES["hybrid_exploration"], 20)
