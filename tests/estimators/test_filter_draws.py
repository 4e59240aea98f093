"""Draws from the particles of all replicates."""

import numpy as np
import pytest
from scipy.stats import chisquare

from tests.estimators.plain import RANGES
from tests.estimators.test_particle_filter import from_the_prior
from trnn.config.dynamics import Range, Stationary
from trnn.estimators.filter.noise import stream
from trnn.estimators.filter.one_subject import filter_one, room
from trnn.estimators.filter.particles import Kept, run
from trnn.estimators.filter.summaries import add_draws
from trnn.theory.models import get_model
from trnn.theory.models.q_learning_known_temperature import BETA
from trnn.theory.motions import motions_of


def test_each_particle_is_drawn_by_its_weight_and_its_replicates_share():
    rng = np.random.default_rng(0)
    for n_draws in (1, 7, 500):
        for _ in range(20):
            weights = rng.dirichlet(np.full(5, 0.4), 3) * rng.uniform(0.1, 9, (3, 1))
            shares = rng.dirichlet(np.full(3, 0.5))
            values = np.arange(15.0).reshape(3, 1, 5)
            draws, offset, done = np.full((n_draws, 1), np.nan), rng.random(), 0
            for r in range(3):
                total = weights[r].sum()
                done = add_draws(values[r], weights[r], total, shares, r, offset, done, draws)
            assert done == n_draws
            counts = np.bincount(draws[:, 0].astype(int), minlength=15)
            expected = n_draws * (shares[:, None] * weights / weights.sum(axis=1, keepdims=True))
            assert np.abs(counts - expected.ravel()).max() < 1 + 1e-9
            assert np.abs(counts.reshape(3, 5).sum(axis=1) - n_draws * shares).max() < 1 + 1e-9


def test_draws_of_a_filter_have_its_means_and_sds():
    """On every trial, where replicates move and are resampled in between."""
    sequences, _, settings = from_the_prior(1)
    n_draws, n_trials = 4000, int(sequences.lengths[0])
    motions = motions_of(settings, RANGES["q_learning"])
    records = room(n_trials, 2, 3, 400, n_draws=n_draws)
    filter_one(get_model("q_learning"), motions, sequences, stream(1, "draws"), 0.5, records)
    width = motions.high - motions.low
    # Systematic draws: a mean is off by at most the range's share of some draws.
    within = 0.01 * width
    assert (np.abs(records.draws.mean(axis=1) - records.mean) < within).all()
    assert (np.abs(records.draws.std(axis=1) - records.sd) < within).all()
    together = np.array([np.cov(own.T)[0, 1] for own in records.draws])
    assert np.abs(together).max() > 0.05  # parameters are drawn together


def choices_of(alpha, n_trials, rng):
    """Play agents of learning rates (n,).

    Return actions and rewards (n, t) and, over a grid of learning rates, the exact posterior's
    distribution function before the last choice, (n, 200).
    """
    n, grid = len(alpha), (np.arange(200) + 0.5) / 200
    q, followed = np.zeros((n, 2)), np.zeros((n, 200, 2))
    log_p, rows = np.zeros((n, 200)), np.arange(n)
    actions, rewards = np.zeros((n, n_trials), np.int8), np.zeros((n, n_trials))
    for t in range(n_trials):
        cdf = np.exp(log_p - log_p.max(1, keepdims=True)).cumsum(1)
        p_0 = 1 / (1 + np.exp(-BETA * (q[:, 0] - q[:, 1])))
        action = (rng.random(n) >= p_0).astype(np.int8)
        reward = (rng.random(n) < np.where(action == 0, 0.3, 0.7)).astype(float)
        apart = followed[rows, :, action] - followed[rows, :, 1 - action]
        log_p -= np.log1p(np.exp(-BETA * apart))
        q[rows, action] += alpha * (reward - q[rows, action])
        followed[rows, :, action] += grid * (reward[:, None] - followed[rows, :, action])
        actions[:, t], rewards[:, t] = action, reward
    return actions, rewards, cdf / cdf[:, -1:]


@pytest.mark.parametrize("n_particles", [2, 8])
def test_draws_beside_agents_own_paths_are_exact_for_any_number_of_particles(n_particles):
    """Their places in the exact posterior are uniform; particles are resampled on every trial."""
    rng = np.random.default_rng(5)
    model = get_model("q_learning_known_temperature")
    motions = motions_of(Stationary(kind="stationary"), {"alpha": Range(low=0, high=1)})
    alpha, n_trials = rng.random(20_000), 13
    actions, rewards, cdf = choices_of(alpha, n_trials, rng)
    fresh, shares = np.arange(n_trials) == 0, np.empty(len(alpha))
    for i, own in enumerate(alpha):
        records = room(n_trials, 1, 1, n_particles, summaries=False, n_draws=1)
        kept = Kept(np.full((n_trials, 1), own), np.inf)
        key = np.uint64(rng.integers(2**63))
        assert run(model, motions, actions[i], rewards[i], fresh, key, 1.0, kept, records) == -1
        ends = np.linspace(0, 1, cdf.shape[1] + 1)
        shares[i] = np.interp(records.draws[-1, 0, 0], ends, np.concatenate(([0], cdf[i])))
    counts = np.histogram(shares, 10, (0, 1))[0]
    assert chisquare(counts).pvalue > 0.001
