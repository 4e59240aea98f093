"""Systematic resampling: counts, bias, edges."""

import numpy as np
import pytest

from trnn.estimators.filter.resampling import systematic_ancestors


def counts(ancestors, n):
    return np.stack([np.bincount(row, minlength=n) for row in ancestors])


@pytest.mark.parametrize("n", [1, 2, 7, 500])
def test_counts_are_the_expected_ones_rounded_up_or_down(n):
    rng = np.random.default_rng(n)
    weights = rng.dirichlet(np.full(n, 0.3), size=40)
    ancestors = systematic_ancestors(weights, rng.random(40))
    assert ancestors.shape == (40, n) and (np.diff(ancestors, axis=1) >= 0).all()
    expected = n * weights
    got = counts(ancestors, n)
    assert (got >= np.floor(expected - 1e-9)).all() and (got <= np.ceil(expected + 1e-9)).all()


def test_it_is_unbiased():
    weights = np.array([0.05, 0.4, 0.0, 0.31, 0.24])
    uniform = (np.arange(20_000) + 0.5) / 20_000  # every offset once
    got = counts(systematic_ancestors(np.tile(weights, (len(uniform), 1)), uniform), 5)
    np.testing.assert_allclose(got.mean(axis=0), 5 * weights, atol=1e-3)
    assert (got[:, 2] == 0).all()


def test_it_looks_points_up_in_the_cumulative_weights():
    rng = np.random.default_rng(5)
    weights = rng.dirichlet(np.ones(9), size=30)
    uniform = rng.random(30)
    got = systematic_ancestors(weights, uniform)
    for row in range(30):
        points = (uniform[row] + np.arange(9)) / 9
        expected = [int((np.cumsum(weights[row]) < point).sum()) for point in points]
        assert got[row].tolist() == expected


@pytest.mark.parametrize("uniform", [0.0, 0.5, 1 - 1e-9])
def test_edges(uniform):
    u = np.array([uniform])
    assert systematic_ancestors(np.array([[0.0, 0.0, 1.0]]), u).tolist() == [[2, 2, 2]]
    assert systematic_ancestors(np.array([[0.25] * 4]), u).tolist() == [[0, 1, 2, 3]]
    # Weights that add up to a little less, or more, than 1.
    for scale in (1 - 1e-12, 1 + 1e-12):
        weights = scale * np.full((1, 1000), 1e-3)
        assert counts(systematic_ancestors(weights, u), 1000).max() <= 2
