"""Particles that nothing weighs move as simulated agents do."""

import numpy as np
import pytest
from scipy import stats

from trnn.config.dynamics import RandomWalk, Range, Stationary, Switching, Walk
from trnn.estimators.filter.movement import move, proposed, start, unchanged
from trnn.estimators.filter.noise import stream
from trnn.theory.dynamics import get_dynamics
from trnn.theory.motions import WALKING, all_alike, motions_of

RANGES = {"alpha": Range(low=0, high=1), "beta": Range(low=-2, high=10)}
N, T = 20_000, 60
WALK = RandomWalk(
    kind="random_walk",
    parameters={
        "alpha": Walk(scale="logit", low=0, high=1, start_mean=0.5, start_sd=1, step_sd=0.2),
        "beta": Walk(scale="log", low=0.5, high=10, start_mean=1, start_sd=0.5, step_sd=0.1),
    },
)


def switching(**settings):
    return Switching(kind="switching", **settings)


def particles(motions, n=N, n_trials=T, name="a"):
    """Return the trajectories of n particles, (n_trials, d, n), whose changes come as they are."""
    return proposals(motions, motions.hazard, n, n_trials, name)[0]


def proposals(motions, rates, n=N, n_trials=T, name="a"):
    """Return the trajectories of n particles, (n_trials, d, n), and their weights at the end."""
    d = len(motions.kind)
    n_others = d * bool((motions.kind == WALKING).any()) + (2 * d + 1) * motions.remembers
    values, others = np.zeros((d, n)), np.zeros((n_others, n))
    skips, key, place = np.zeros(d, np.int64), stream(1, "moved", name), np.zeros(1, np.uint64)
    start(motions, rates, values, others, skips, key, place)
    out, weights = [values.copy()], np.ones(n)
    for t in range(1, n_trials):
        before = weights.sum()
        grown = move(motions, motions.hazard, rates, values, others, weights, skips, t, key, place)
        assert before + grown == pytest.approx(weights.sum(), rel=1e-9)
        weights *= unchanged(motions, rates)
        out.append(values.copy())
    return np.array(out), weights


def agents(settings, n=N, n_trials=T):
    """Return the trajectories of n simulated agents, (n_trials, d, n)."""
    dynamics = get_dynamics(settings, RANGES)
    rng = np.random.default_rng(2)
    state = dynamics.start(rng.random((dynamics.n_start + dynamics.n_last, n)))
    out = [dynamics.values(state).copy()]
    for t in range(1, n_trials):
        shape = (dynamics.n_parameters, n)
        noise = rng.standard_normal(shape) if dynamics.noise == "normal" else rng.random(shape)
        state = dynamics.step(state, noise, t)
        out.append(dynamics.values(state).copy())
    return np.array(out)


def same_law(a, b):
    """Whether whole numbers of two samples may come from one distribution."""
    values = np.unique(np.concatenate((a, b)))
    table = np.array([[(x == v).sum() for v in values] for x in (a, b)])
    common = table.sum(axis=0) >= 20
    table = np.column_stack((table[:, common], table[:, ~common].sum(axis=1)))
    table = table[:, table.sum(axis=0) > 0]
    return table.shape[1] == 1 or stats.chi2_contingency(table).pvalue > 1e-3


@pytest.mark.parametrize(
    "settings",
    [
        switching(hazard=0.05),
        switching(hazard=0.1, min_gap=7),
        switching(hazard=0.1, min_gap=3, max_changes=[1, 2, 4]),
        switching(hazard=0.1, max_changes=[0, 3], stationary_share=0.3),
        switching(hazard=0.2, min_gap=5, stationary_share=0.4),
    ],
    ids=["free", "gap", "limits", "limits and share", "gap and share"],
)
def test_switching_particles_are_switching_agents(settings):
    ours, theirs = particles(motions_of(settings, RANGES)), agents(settings)
    both = [np.diff(values, axis=0) != 0 for values in (ours, theirs)]  # [t - 1, k, i]
    for k, r in enumerate(RANGES.values()):
        assert same_law(*(changed[:, k].sum(axis=0) for changed in both))
        for nth in (1, 2):  # the trial of the first change and of the second, T if there is none
            at = [np.argmax(c[:, k].cumsum(axis=0) == nth, axis=0) for c in both]
            there = [c[:, k].sum(axis=0) >= nth for c in both]
            assert same_law(*(np.where(h, a, T) for a, h in zip(at, there, strict=True)))
        uniform = stats.uniform(r.low, r.high - r.low).cdf
        for t in (0, T - 1):
            assert stats.kstest(ours[t, k], uniform).pvalue > 1e-3
        # A new value has forgotten the one before.
        first = both[0][:, k].argmax(axis=0)
        moved = both[0][:, k].any(axis=0)
        before, after = (ours[first + s, k, np.arange(N)][moved] for s in (0, 1))
        assert abs(np.corrcoef(before, after)[0, 1]) < 4 / np.sqrt(moved.sum())
    # One limit for all parameters of a particle.
    assert same_law(*(c[:, 0].sum(axis=0) * 100 + c[:, 1].sum(axis=0) for c in both))


def test_neighbours_change_independently():
    """Changes are found by going from one particle to the next that changes."""
    values = particles(motions_of(switching(hazard=0.3), RANGES))
    changed = (np.diff(values, axis=0) != 0).astype(float)
    for lag in (1, 2, 5):
        r = np.corrcoef(changed[..., lag:].ravel(), changed[..., :-lag].ravel())[0, 1]
        assert abs(r) < 4 / np.sqrt(changed.size)
    share = changed.mean(axis=2)  # of every trial and parameter
    assert np.abs(share - 0.3).max() < 5 * np.sqrt(0.3 * 0.7 / N)


def test_certain_changes_and_none():
    always = particles(motions_of(switching(hazard=1), RANGES), n=50)
    assert (np.diff(always, axis=0) != 0).all()
    waiting = particles(motions_of(switching(hazard=1, min_gap=9, max_changes=[4]), RANGES), n=50)
    changed = np.diff(waiting, axis=0) != 0
    at = np.flatnonzero(changed.any(axis=(1, 2))) + 1
    assert at.tolist() == [10, 20, 30, 40] and changed[at - 1].all()
    for still in (
        motions_of(switching(hazard=0), RANGES),
        motions_of(switching(hazard=5e-324), RANGES),
        motions_of(switching(hazard=1, stationary_share=1), RANGES),
        motions_of(Stationary(kind="stationary"), RANGES),
    ):
        values = particles(still, n=50)
        assert (values == values[0]).all()


@pytest.mark.parametrize("n", [N, N + 1])
def test_walking_particles_are_walking_agents(n):
    ours, theirs = particles(motions_of(WALK, RANGES), n), agents(WALK, n)
    for k, walk in enumerate(WALK.parameters.values()):
        for t in (0, 10, T - 1):
            assert stats.ks_2samp(ours[t, k], theirs[t, k]).pvalue > 1e-3
            assert ours[t, k].min() >= walk.low and ours[t, k].max() <= walk.high
    steps = np.diff(np.log(ours[:, 0] / (1 - ours[:, 0])), axis=0)
    assert stats.kstest(steps[:, ::7].ravel(), stats.norm(0, 0.2).cdf).pvalue > 1e-3
    assert abs(np.corrcoef(steps[0], steps[1])[0, 1]) < 4 / np.sqrt(n)
    # Particles get their normal numbers in pairs, the second half of them with the first.
    half = (n + 1) // 2
    assert abs(np.corrcoef(steps[0, : n // 2], steps[0, half:])[0, 1]) < 4 / np.sqrt(n / 2)


def test_a_walk_from_a_uniform_start():
    motions = all_alike("walking", RANGES, switching(hazard=0), WALK)
    values = particles(motions)
    for k, walk in enumerate(WALK.parameters.values()):
        uniform = stats.uniform(walk.low, walk.high - walk.low).cdf
        assert stats.kstest(values[0, k], uniform).pvalue > 1e-3
    inside = (values[:, 1] > 0.5).all(axis=0) & (values[:, 1] < 10).all(axis=0)
    first = np.log(values[1, 1] / values[0, 1])
    middle = (values[0, 1] > 1) & (values[0, 1] < 6)
    assert inside.mean() > 0.3
    assert stats.kstest(first[middle], stats.norm(0, 0.1).cdf).pvalue > 1e-3


@pytest.mark.parametrize("hazard", [0.004, 0.02, 0.3])
def test_changes_that_are_proposed_more_often_weigh_as_much_less(hazard):
    motions = motions_of(switching(hazard=hazard), RANGES)
    rates = proposed(motions)
    assert (rates > motions.hazard).all() == (hazard < 0.05) and (rates >= motions.hazard).all()
    values, weights = proposals(motions, rates, n=40_000, n_trials=12)
    counts = (np.diff(values, axis=0) != 0).sum(axis=0)  # of each parameter, (d, n)
    # The weights' mean is 1, and by them the counts are binomial, of each parameter apart.
    for count, expected in [(weights, 1.0), *((c * weights, 11 * hazard) for c in counts)]:
        error = count.std() / np.sqrt(len(count))
        assert abs(count.mean() - expected) < 4 * error + 1e-12
    both = (counts[0] > 0) & (counts[1] > 0)
    expected, error = (1 - (1 - hazard) ** 11) ** 2, (both * weights).std() / 200
    assert abs((both * weights).mean() - expected) < 4 * error
    assert (counts > 0).mean() > 1 - (1 - hazard) ** 11 or hazard == 0.3


def test_changes_that_depend_on_earlier_ones_are_proposed_as_they_come():
    for settings in (switching(hazard=0.004, min_gap=3), switching(hazard=0.004, max_changes=[2])):
        motions = motions_of(settings, RANGES)
        np.testing.assert_array_equal(proposed(motions), motions.hazard)
        assert unchanged(motions, proposed(motions)) == 1.0
