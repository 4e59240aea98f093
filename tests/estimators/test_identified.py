"""Which parameters choices identify: flat likelihoods, and the profile on a fine grid."""

import itertools

import numpy as np
import pandas as pd
import pytest

from tests.estimators.plain import RANGES, session
from trnn.config.dynamics import Range, Stationary
from trnn.config.estimators import MaximumLikelihood
from trnn.config.task import BernoulliTask
from trnn.estimators.mle.fit import fit
from trnn.estimators.mle.fits_table import mle
from trnn.estimators.mle.identified import FALL, identified
from trnn.estimators.mle.mle_stage import fit_mle
from trnn.estimators.mle.space import search_space
from trnn.tables.parquet import Provenance, read_table
from trnn.theory.dynamics import get_dynamics
from trnn.theory.likelihood import negative_log_likelihood
from trnn.theory.models import get_model
from trnn.theory.simulate import simulate
from trnn.trials.sequences import from_frame

SETTINGS = MaximumLikelihood(n_candidates=64, n_starts=3)


def agents_of(name, n, n_blocks):
    task = BernoulliTask(
        kind="bernoulli",
        n_blocks=n_blocks,
        trials_per_block=20,
        arm_probabilities=[(0.2, 0.8), (0.8, 0.2)],
        schedule="independent",
    )
    dynamics = get_dynamics(Stationary(kind="stationary"), RANGES[name])
    return simulate(get_model(name), dynamics, task, n, 3, ["identified"]).sequences


def test_a_session_that_says_nothing_of_a_parameter_is_said_not_to(tiny_experiments, tmp_path):
    """Both were fits like any other: another candidate each, converged and on no bound."""
    experiment, t = tiny_experiments["artificial"], np.arange(100)
    rng = np.random.default_rng(1)
    agent = agents_of("q_learning", 1, 20)
    told = session("told", agent.action[0], agent.reward[0], agent.trial[0])
    frame = pd.concat(
        [
            session("never_rewarded", 0 * t, 0.0 * t, t),
            session("one_trial_blocks", t % 2, rng.integers(0, 2, 100), 0 * t).assign(block=t),
            told,
        ],
        ignore_index=True,
    )
    schema = mle(get_model(experiment.model).unit_of)
    output = tmp_path / "fits.parquet"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("trnn.estimators.mle.mle_stage.read_trials", lambda _: from_frame(frame))
        fit_mle(tmp_path / "any", output, experiment, "test", 1, Provenance({}, 1))
    fits = read_table(output, schema).set_index("subject")
    names = [f"{name}_identified" for name in experiment.parameters]
    flat = fits.loc[["never_rewarded", "one_trial_blocks"]]
    assert flat["converged"].all() and not flat["at_bound"].any()
    assert not flat[names].any(axis=None)
    assert fits.loc["told", names].all()


@pytest.mark.parametrize(
    ("name", "n_points"), [("q_learning", 61), ("q_learning_perseveration", 25)]
)
def test_the_profile_on_a_fine_grid_says_the_same(name, n_points):
    """Of short sessions, some of which say little: a grid has whole profiles."""
    model, ranges, n = get_model(name), RANGES[name], 24
    sequences = agents_of(name, n, 3)
    fits = fit(model, sequences, ranges, SETTINGS, 1, "x")
    found = identified(model, sequences, ranges, fits)
    axes = [np.linspace(r.low, r.high, n_points) for r in ranges.values()]
    grid = np.array(list(itertools.product(*axes)))
    points = np.broadcast_to(grid.T[:, None, :], (len(axes), n, len(grid)))
    nll = negative_log_likelihood(model, sequences, points)
    seen = set()
    for p, (parameter, r) in enumerate(ranges.items()):
        away = np.abs(grid[None, :, p] - fits[parameter].to_numpy()[:, None])
        far = away >= 0.5 * (r.high - r.low) - 1e-12
        fall = np.where(far, nll, np.inf).min(axis=1) - fits["nll"].to_numpy()
        own = found[f"{parameter}_identified"].to_numpy()
        # A grid's lowest point lies above the profile: what it denies cannot be identified.
        assert not own[fall < FALL].any()
        assert own[fall > FALL + 0.5].all()
        seen |= set(own.tolist())
    assert seen == {True, False}


@pytest.mark.parametrize("scale", [1.0, 100.0])
def test_points_of_the_search_are_those_of_parameters(scale):
    model, ranges = get_model("q_learning_perseveration"), RANGES["q_learning_perseveration"]
    t = np.arange(40)
    sequences = from_frame(session("s", t % 2, scale * (t % 3 == 0), t))
    space = search_space(model, sequences, ranges | {"beta": Range(low=0, high=10)})
    assert space.bent.any() == (scale > 1)
    unit = np.random.default_rng(0).random((50, 3))
    parameters = space.parameters(unit[None], np.zeros(1, int))[0]
    back = np.array([space.unit(row[None])[0] for row in parameters])
    np.testing.assert_allclose(back, unit, atol=1e-9)
