"""Draws of the particle filter against an exact joint posterior."""

import numpy as np
import pytest

from tests.estimators.plain import RANGES, of_subject, predictions, random_sessions
from tests.estimators.test_particle_filter import STATIONARY, SWITCHING, particles
from trnn.config.particles import Particles
from trnn.config.task import BernoulliTask
from trnn.estimators.filter.particle_filter import particle_filter
from trnn.estimators.filter.posterior_draws import posterior_draws
from trnn.theory.dynamics import get_dynamics
from trnn.theory.models import get_model
from trnn.theory.motions import motions_of
from trnn.theory.simulate import simulate

MODEL = "q_learning"
TASK = BernoulliTask(
    kind="bernoulli",
    n_blocks=2,
    trials_per_block=30,
    arm_probabilities=[(0.2, 0.8)],
    schedule="independent",
)


def grid(actions, rewards, trials, n=60):
    """Return points (n^2, 2) and the exact posterior's weights before each choice, (t, n^2)."""
    middles = (np.arange(n) + 0.5) / n
    axes = [r.low + (r.high - r.low) * middles for r in RANGES[MODEL].values()]
    points = np.stack(np.meshgrid(*axes, indexing="ij"), axis=-1).reshape(-1, 2)
    p = np.array([predictions(MODEL, [x] * len(actions), actions, rewards, trials) for x in points])
    chosen = p[:, np.arange(len(actions)), actions]
    weights = np.cumprod(np.hstack([np.ones((len(points), 1)), chosen[:, :-1]]), axis=1)
    return points, (weights / weights.sum(axis=0)).T


def test_draws_have_the_joint_distribution_of_an_exact_grid():
    agents = simulate(
        get_model(MODEL), get_dynamics(STATIONARY, RANGES[MODEL]), TASK, 1, 5, ["exact"]
    )
    points, weights = grid(*of_subject(agents.sequences, 0))
    trials = np.array([[0, 25, 59, -1]])
    motions = motions_of(STATIONARY, RANGES[MODEL])
    settings = particles(100_000, below=0.0, replicates=4)
    draws = posterior_draws(
        get_model(MODEL), motions, agents.sequences, settings, trials, 20_000, 1, "a"
    )
    assert draws.shape == (1, 4, 20_000, 2) and np.isnan(draws[0, 3]).all()
    correlations = []
    for k, t in enumerate(trials[0, :3]):
        own, exact = draws[0, k], weights[t]
        mean = exact @ points
        covariance = (points - mean).T @ ((points - mean) * exact[:, None])
        scale = np.sqrt(np.diag(covariance))
        np.testing.assert_allclose(own.mean(axis=0) / scale, mean / scale, atol=0.03)
        np.testing.assert_allclose(
            np.cov(own.T) / np.outer(scale, scale),
            covariance / np.outer(scale, scale),
            atol=0.04,
        )
        for alpha in (0.25, 0.5):  # edges of cells
            for beta in (2.5, 5.0):
                corner = np.array([alpha, beta])
                share = exact[(points < corner).all(axis=1)].sum()
                assert (own < corner).all(axis=1).mean() == pytest.approx(share, abs=0.015)
        correlations.append(covariance[0, 1] / scale.prod())
    assert max(map(abs, correlations)) > 0.1  # the parameters do trade off


def test_draws_are_of_the_filter_that_makes_the_estimates():
    """Also where a subject is filtered again with more particles."""
    sequences = random_sessions(MODEL, [(12, 9), (20, 17)])
    model, motions = get_model(MODEL), motions_of(SWITCHING, RANGES[MODEL])
    settings = Particles(n_particles=40, max_particles=320, replicates=2, tolerance=0.2)
    filtered = particle_filter(model, motions, sequences, settings, 3, "b")
    assert len(set(filtered.evidence.n_particles)) > 1 or filtered.evidence.n_particles[0] > 40
    trials = np.array([[3, 20], [36, 11]])
    draws = posterior_draws(model, motions, sequences, settings, trials, 4000, 3, "b")
    for i in range(2):
        # Systematic draws: a mean over them is next to that of the particles.
        np.testing.assert_allclose(
            draws[i].mean(axis=1) / [1, 10],
            filtered.posterior.mean[i, trials[i]] / [1, 10],
            atol=0.002,
        )
