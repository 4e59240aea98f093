"""Draws from the particles of all replicates."""

import numpy as np

from tests.estimators.plain import RANGES
from tests.estimators.test_particle_filter import from_the_prior
from trnn.estimators.filter.noise import stream
from trnn.estimators.filter.one_subject import filter_one, room
from trnn.estimators.filter.summaries import add_draws
from trnn.theory.models import get_model
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
