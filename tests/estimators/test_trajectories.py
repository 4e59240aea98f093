"""Where choices say nothing, the chain of trajectories has the dynamics' own distribution."""

import numpy as np
import pytest
from scipy import stats
from scipy.special import expit

from tests.estimators.plain import session
from tests.estimators.test_movement import agents
from trnn.config.dynamics import RandomWalk, Range, Stationary, Switching, Walk
from trnn.estimators.filter.chain import learning_of, session_of
from trnn.estimators.filter.noise import stream
from trnn.estimators.filter.trajectories import improve, new_chain
from trnn.theory.model import Model, Parameter, State
from trnn.theory.motions import all_alike, motions_of
from trnn.trials.sequences import from_frame

T = 30
RANGES = {"alpha": Range(low=0, high=1), "beta": Range(low=-2, high=10)}
N_CHAINS, SWEEPS = 40, 1500


class Coin(Model):
    """Every choice is a coin's, whatever the parameters; one of them is of learning."""

    name = "coin"
    parameters = (
        Parameter("alpha", words="rate", symbol="α", unit="1", low=0, high=1, learning=True),
        Parameter("beta", words="weight", symbol="β", unit="1", low=-2, high=10),
    )
    state = (State("level", unit="1", words="level"),)
    link = "logistic"

    @staticmethod
    def start():
        """Return a level of zero."""
        return 0.0

    @staticmethod
    def decide(level, beta):
        """Weigh the level by nothing."""
        return 0.0 * beta * level

    @staticmethod
    def learn(level, alpha, action, reward):
        """Move the level towards the reward."""
        return level + alpha * (reward - level)


def sampled(motions, start, n_sweeps=SWEEPS):
    """Return paths, walks (n_chains, n_sweeps, d, T) of chains from `start` (n_chains, d, T)."""
    rng = np.random.default_rng(0)
    trials = np.concatenate((np.arange(18), np.arange(T - 18)))
    choices = from_frame(session("s", rng.integers(0, 2, T), rng.random(T), trials))
    own, model = session_of(choices), Coin()
    paths, walks = (np.empty((len(start), n_sweeps, *start[0].shape)) for _ in range(2))
    for c, path in enumerate(start):
        place = np.zeros(1, np.uint64)
        chain, key = new_chain(model, motions, own, path.copy()), stream(1, "chain", c)
        improve(model, motions, learning_of(model), own, chain, 300, key, place)
        for s in range(n_sweeps):
            improve(model, motions, learning_of(model), own, chain, 1, key, place)
            paths[c, s], walks[c, s] = chain.path, chain.walks
            assert_consistent(chain)
    return paths, walks


def assert_consistent(chain):
    """Fail unless a chain's trials of change are those of its path."""
    for k in range(2):
        n = chain.counts[k]
        if n or (chain.path[k] == chain.path[k, 0]).all():
            changes = np.flatnonzero(np.diff(chain.path[k])) + 1
            assert chain.times[k, 1 : n + 1].tolist() == changes.tolist()


def agree(statistic, chains, drawn):
    """Fail unless the chains' mean of a statistic is that of trajectories drawn by the dynamics.

    Parameters
    ----------
    statistic : function of trajectories (n, d, T), returns (n, ...)
    chains : (n_chains, n_sweeps, d, T)
    drawn : (n, d, T)
    """
    of_chain = np.array([statistic(own).mean(axis=0) for own in chains])
    exact = statistic(drawn)
    variance = of_chain.var(axis=0, ddof=1) / len(chains) + exact.var(axis=0, ddof=1) / len(exact)
    z = (of_chain.mean(axis=0) - exact.mean(axis=0)) / np.sqrt(np.maximum(variance, 1e-12))
    n = np.size(z)
    # Two-sided and for all at once; the standard error is that of 40 chains.
    assert np.abs(z).max() < stats.t.isf(0.5e-3 / n, len(chains) - 1), z


def counts(paths):
    """Numbers of changes of both parameters: their joint distribution, up to 5 of each."""
    n = np.minimum((np.diff(paths, axis=-1) != 0).sum(axis=-1), 5)
    return np.eye(36)[6 * n[:, 0] + n[:, 1]]


def times(paths):
    """Whether a parameter changes on a trial."""
    return (np.diff(paths, axis=-1) != 0).reshape(len(paths), -1).astype(float)


def values(paths):
    """Values, and their products on trials before and after."""
    x = (paths[:, :, ::4] - np.array([[0], [-2]])) / np.array([[1], [12]])
    parts = (x, x**2, x[..., 1:] * x[..., :-1], x < 0.1, x > 0.9)
    return np.concatenate([part.reshape(len(x), -1) for part in parts], axis=1)


@pytest.mark.parametrize(
    "settings",
    [
        Switching(kind="switching", hazard=0.1),
        Switching(kind="switching", hazard=0.2, min_gap=4),
        Switching(kind="switching", hazard=0.15, min_gap=2, max_changes=[0, 1, 3]),
        Switching(kind="switching", hazard=0.1, stationary_share=0.4),
        Switching(kind="switching", hazard=[0.02, 0.3], min_gap=2),
        Switching(
            kind="switching", hazard=0.2, min_gap=3, max_changes=[2, 4], stationary_share=0.3
        ),
    ],
    ids=["free", "gap", "limits", "share", "own hazards", "all"],
)
def test_changes_come_as_they_do_of_themselves(settings):
    drawn = agents(settings, n=100_000, n_trials=T).T
    motions = motions_of(settings, RANGES)
    chains, _ = sampled(motions, drawn[:N_CHAINS])
    for statistic in (counts, times, values):
        agree(statistic, chains, drawn)


def test_chains_forget_where_they_began():
    """From trajectories without any change they come to the same distribution."""
    settings = Switching(kind="switching", hazard=0.1, min_gap=2)
    drawn = agents(settings, n=100_000, n_trials=T).T
    start = np.full((N_CHAINS, 2, T), 0.5)
    agree(counts, sampled(motions_of(settings, RANGES), start)[0], drawn)


def test_a_constant_is_uniform():
    drawn = agents(Stationary(kind="stationary"), n=100_000, n_trials=T).T
    motions = motions_of(Stationary(kind="stationary"), RANGES)
    chains, _ = sampled(motions, drawn[:N_CHAINS], 500)
    assert (chains == chains[..., :1]).all()
    agree(values, chains, drawn)


WALK = RandomWalk(
    kind="random_walk",
    parameters={
        "alpha": Walk(scale="logit", low=0, high=1, start_mean=0.5, start_sd=1, step_sd=0.3),
        "beta": Walk(scale="log", low=0.5, high=10, start_mean=1, start_sd=0.5, step_sd=0.2),
    },
)


def moments(walks):
    """Starts, steps and their squares, and the products of neighbouring steps, of both walks."""
    steps = np.diff(walks, axis=-1)
    parts = (walks[..., 0], walks[..., 0] ** 2, walks[..., -1], walks[..., -1] ** 2)
    more = (steps, steps**2, steps[..., 1:] * steps[..., :-1], walks[..., :1] * steps)
    return np.concatenate([part.reshape(len(walks), -1) for part in parts + more], axis=1)


def walked(start):
    """Return walks (n, 2, T) from starts (n, 2) on their own scales, and their paths."""
    rng = np.random.default_rng(5)
    steps = rng.standard_normal((len(start), 2, T)) * np.array([[0.3], [0.2]])
    steps[..., 0] = start
    walks = steps.cumsum(axis=-1)
    paths = np.stack((expit(walks[:, 0]), np.clip(np.exp(walks[:, 1]), 0.5, 10)), axis=1)
    return walks, paths


@pytest.mark.parametrize("uniform", [False, True], ids=["normal start", "uniform start"])
def test_walks_go_as_they_do_of_themselves(uniform):
    rng = np.random.default_rng(4)
    n = 100_000
    if uniform:
        none = Switching(kind="switching", hazard=0)
        motions = all_alike("walking", RANGES, none, WALK)
        share = rng.random(n)
        start = np.column_stack((np.log(share / (1 - share)), np.log(rng.uniform(0.5, 10, n))))
    else:
        motions = motions_of(WALK, RANGES)
        start = rng.normal([0.5, 1], [1, 0.5], (n, 2))
    walks, paths = walked(start)
    found_paths, found = sampled(motions, paths[:N_CHAINS])
    agree(moments, found, walks)
    # What the model sees of them.
    np.testing.assert_allclose(found_paths[:, :, 0], expit(found[:, :, 0]), rtol=1e-12)
    np.testing.assert_allclose(
        found_paths[:, :, 1], np.clip(np.exp(found[:, :, 1]), 0.5, 10), rtol=1e-12
    )
