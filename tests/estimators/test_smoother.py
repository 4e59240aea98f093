"""The smoother against exact posteriors, forward and backward on grids."""

import numpy as np
import pandas as pd
import pytest

from tests.checks import nonstationarity_exact as chains
from tests.estimators.exact import switching_smoothing, two_chains_smoothing
from tests.estimators.plain import RANGES, of_subject, random_sessions, session
from tests.estimators.test_particle_filter import known_alpha
from trnn.config.dynamics import RandomWalk, Stationary, Switching, Walk
from trnn.config.particles import Smoother
from trnn.estimators.filter.noise import stream
from trnn.estimators.filter.one_subject import filter_one, room
from trnn.estimators.filter.smoother import first_paths, smooth, trace
from trnn.theory.models import get_model
from trnn.theory.motions import motions_of, one_apart
from trnn.trials.sequences import from_frame

HYBRID = "hybrid_exploration"
LONG = Smoother(n_particles=1000, chains=16, sweeps=3000)


def run(model, motions, sequences, settings=LONG, seed=1):
    return smooth(get_model(model), motions, sequences, settings, seed, "test")


def agrees(smoothed, mean, sd, width):
    """Fail unless means and SDs (t, d) of the first subject are exact but for stated errors."""
    found, error = smoothed.posterior.mean[0], smoothed.error[0]
    assert (error < 0.04 * width).all()
    assert (np.abs(found - mean) < 5 * error + 1e-3 * width).all()  # of the grid
    # Errors of trials are alike: no more than the stated ones, on average.
    assert np.sqrt((((found - mean) / error) ** 2).mean()) < 2.0
    assert (np.abs(smoothed.posterior.sd[0] - sd) < 0.02 * width).all()


@pytest.mark.parametrize(
    ("settings", "high"),
    [
        (Switching(kind="switching", hazard=0.1), 10),
        (Switching(kind="switching", hazard=0.3, min_gap=4), 10),
        # Few changes and sharp choices hardly mix: a change has to go before another comes.
        (Switching(kind="switching", hazard=0.2, min_gap=3, max_changes=[0, 2]), 3),
        (Switching(kind="switching", hazard=0.2, max_changes=[1]), 3),
    ],
    ids=["free", "gap", "gap and limits", "limit"],
)
def test_switching_has_the_exact_posterior_given_the_whole_session(settings, high):
    ranges, sequences, x, actions = known_alpha(high)
    smoothed = run("q_learning", motions_of(settings, ranges), sequences)
    limits = settings.max_changes or [None]
    mean, sd = switching_smoothing(x, actions, 0, high, settings.hazard, settings.min_gap, limits)
    own = [getattr(smoothed.posterior, name)[:, :, 1:] for name in ("mean", "sd")]
    found = type(smoothed)(type(smoothed.posterior)(*own, None), smoothed.error[:, :, 1:])
    agrees(found, mean[:, None], sd[:, None], np.array([high]))
    assert np.ptp(mean) > 0.1 * high  # the future tells of beta


@pytest.mark.parametrize("law", ["constant", "switching", "walking"])
def test_two_parameters_have_the_exact_posterior_given_the_whole_session(law):
    ranges = RANGES[HYBRID]
    sequences = random_sessions(HYBRID, [(20, 20)])
    settings = Switching(kind="switching", hazard=0.05)
    walks = {
        name: Walk(scale="logit", low=r.low, high=r.high, start_mean=0, start_sd=1, step_sd=0.5)
        for name, r in ranges.items()
    }
    walk = RandomWalk(kind="random_walk", parameters=walks)
    motions = one_apart(law, "beta", ranges, settings, walk)
    actions, rewards, trials = of_subject(sequences, 0)
    of_beta = {
        "constant": chains.switches(ranges["beta"], 0, 400),
        "switching": chains.switches(ranges["beta"], 0.05, 400),
        "walking": chains.walks(ranges["beta"], 0.5),
    }[law]
    exact = two_chains_smoothing(
        chains.hybrid_inputs(actions, rewards, trials),
        actions,
        of_beta,
        chains.switches(ranges["gamma"], 0.05, 200),
    )
    smoothed = run(HYBRID, motions, sequences)
    agrees(smoothed, *exact, np.array([r.high - r.low for r in ranges.values()]))


def test_a_constant_is_the_same_on_every_trial():
    sequences = random_sessions("q_learning", [(12, 7), (5,)])
    motions = motions_of(Stationary(kind="stationary"), RANGES["q_learning"])
    smoothed = run("q_learning", motions, sequences, Smoother(n_particles=200, sweeps=20))
    for name in ("mean", "sd", "quantiles"):
        own = getattr(smoothed.posterior, name)[0, :19]
        np.testing.assert_allclose(own, np.broadcast_to(own[0], own.shape), rtol=1e-9)
        assert np.isnan(getattr(smoothed.posterior, name)[1, 5:]).all()
    assert np.isnan(smoothed.error[1, 5:]).all()


def test_quantiles_are_those_of_the_posterior():
    """Where choices say nothing of a constant it is uniform, and so are its quantiles."""
    sequences = from_frame(session("s", [0, 1, 0], [0.0, 0.0, 0.0], [0, 1, 2]))
    motions = motions_of(Stationary(kind="stationary"), RANGES["q_learning"])
    smoothed = run("q_learning", motions, sequences)
    expected = np.array([0.05, 0.25, 0.5, 0.75, 0.95])
    for k, width in enumerate((1, 10)):
        np.testing.assert_allclose(
            smoothed.posterior.quantiles[0, 0, k], width * expected, atol=0.02 * width
        )
        assert smoothed.posterior.sd[0, 0, k] == pytest.approx(width / np.sqrt(12), rel=0.02)


def test_a_subject_depends_on_no_other_and_its_noise_on_seed_and_name():
    sequences = random_sessions("q_learning", [(12, 9), (3,), (20, 17)])
    motions = motions_of(Switching(kind="switching", hazard=0.1), RANGES["q_learning"])
    few = Smoother(n_particles=100, chains=2, sweeps=20)
    together = run("q_learning", motions, sequences, few).posterior.mean
    for i in range(3):
        alone = run("q_learning", motions, sequences.rows(i, i + 1), few).posterior.mean
        np.testing.assert_array_equal(together[i, : alone.shape[1]], alone[0])
    assert (together[0, 0] != run("q_learning", motions, sequences, few, 2).posterior.mean[0]).all()
    same = from_frame(
        pd.concat([session(s, [0, 1] * 5, [1, 1] * 5, list(range(10))) for s in ("a", "b")])
    )
    a, b = run("q_learning", motions, same, few).posterior.mean
    assert (a != b).all()


# --- trajectories of a filter ---------------------------------------------------------------------


def recorded(n=64, n_trials=40):
    """Return the records of a filter that was resampled, with its particles on each trial."""
    sequences = random_sessions("q_learning", [(n_trials,)])
    motions = motions_of(Switching(kind="switching", hazard=0.1, min_gap=2), RANGES["q_learning"])
    records = room(0, 2, 1, n, n_history=n_trials)
    key = stream(1, "trace")
    filter_one(get_model("q_learning"), motions, sequences, key, 0.8, records)
    return records


def test_a_traced_trajectory_is_that_of_a_particle():
    """Its values are particles' values, and each comes from the one before unless it switched."""
    records = recorded()
    n_trials, d, n = records.values.shape
    assert (records.parents != np.arange(n)).any(axis=1).sum() > 2  # it was resampled
    paths = []
    for u in (np.arange(n) + 0.5) / n:
        path = np.zeros((d, n_trials))
        trace(records.values, records.parents, records.weights[0], u, path)
        paths.append(path)
        i = None
        for t in range(n_trials - 1, -1, -1):
            here = (records.values[t] == path[:, t].astype(np.float32)[:, None]).all(axis=0)
            own = np.flatnonzero(here)
            assert len(own)  # some particle has both parameters
            assert i is None or set(own) & set(records.parents[t, i])
            i = own
    changes = (np.diff(np.array(paths), axis=2) != 0).any(axis=1).sum(axis=1)
    assert 0 < changes.mean() < 0.5 * n_trials


def test_trajectories_are_traced_by_weight():
    values = np.array([[[0.0, 1.0, 2.0]], [[3.0, 4.0, 5.0]]], np.float32)
    # After trial 0 particle 1 is a copy of 2; after trial 1 particle 2 is a copy of 1.
    parents = np.array([[0, 2, 2], [0, 1, 1]], np.int32)
    found = []
    for u in (np.arange(10) + 0.5) / 10:
        path = np.zeros((1, 2))
        trace(values, parents, np.array([0.4, 0.4, 1.2]) / 3, u, path)
        found.append(path[0].tolist())
    assert found == [[0.0, 3.0]] * 2 + [[2.0, 4.0]] * 8


def test_the_first_trajectories_lie_in_their_ranges():
    sequences = random_sessions("q_learning", [(30, 20)])
    ranges = RANGES["q_learning"]
    motions = motions_of(Switching(kind="switching", hazard=0.1), ranges)
    settings = Smoother(n_particles=500, chains=5, sweeps=1)
    paths = first_paths(get_model("q_learning"), motions, sequences, settings, stream(1, "a"))
    assert paths.shape == (5, 2, 50)
    for k, r in enumerate(ranges.values()):
        assert (paths[:, k] >= r.low).all() and (paths[:, k] <= r.high).all()
    assert len({path.tobytes() for path in paths}) > 1
