"""Systematic resampling: counts, bias, who stays where, edges."""

import numpy as np
import pytest

from trnn.estimators.filter.resampling import survivors


def resampled(weights, u):
    """Return whose copy is in each column after resampling, (n,)."""
    n = len(weights)
    copies, moves = np.full(n, -1), np.full((2, n), -1)
    n_moves = survivors(weights, weights.sum(), u, copies, moves)
    columns = np.arange(n)
    for to, from_ in moves[:, :n_moves].T:
        columns[to] = columns[from_]
    return columns


def counts(columns):
    return np.bincount(columns, minlength=len(columns))


@pytest.mark.parametrize("n", [1, 2, 7, 500])
def test_counts_are_the_expected_ones_rounded_up_or_down(n):
    rng = np.random.default_rng(n)
    for scale in (1e-90, 1.0, 1e3):
        for _ in range(20):
            weights = rng.dirichlet(np.full(n, 0.3))
            got = counts(resampled(scale * weights, rng.random()))
            assert (got >= np.floor(n * weights - 1e-9)).all()
            assert (got <= np.ceil(n * weights + 1e-9)).all()


def test_survivors_keep_their_columns_and_each_column_is_written_once():
    rng = np.random.default_rng(1)
    for _ in range(50):
        weights = rng.dirichlet(np.full(40, 0.3))
        copies, moves = np.zeros(40, int), np.zeros((2, 40), int)
        n_moves = survivors(weights, 1.0, rng.random(), copies, moves)
        to, from_ = moves[:, :n_moves]
        assert copies.sum() == 40 and n_moves == (copies == 0).sum()
        assert sorted(to) == np.flatnonzero(copies == 0).tolist()
        assert (copies[from_] > 1).all()


def test_it_is_unbiased():
    weights = np.array([0.05, 0.4, 0.0, 0.31, 0.24])
    offsets = (np.arange(20_000) + 0.5) / 20_000  # every offset once
    got = np.array([counts(resampled(weights, u)) for u in offsets])
    np.testing.assert_allclose(got.mean(axis=0), 5 * weights, atol=1e-3)
    assert (got[:, 2] == 0).all()


def test_it_looks_points_up_in_the_cumulative_weights():
    rng = np.random.default_rng(5)
    for _ in range(30):
        weights, u = rng.dirichlet(np.ones(9)), rng.random()
        points = (u + np.arange(9)) / 9
        expected = [int((np.cumsum(weights) < point).sum()) for point in points]
        assert sorted(resampled(weights, u)) == expected


@pytest.mark.parametrize("u", [0.0, 0.5, 1 - 1e-9])
def test_edges(u):
    assert resampled(np.array([0.0, 0.0, 1.0]), u).tolist() == [2, 2, 2]
    assert resampled(np.full(4, 0.25), u).tolist() == [0, 1, 2, 3]
    # Weights whose sum is said to be a little less, or more, than it is.
    for scale in (1 - 1e-12, 1 + 1e-12):
        copies, moves = np.zeros(1000, int), np.zeros((2, 1000), int)
        survivors(np.full(1000, 1e-3), scale, u, copies, moves)
        assert copies.sum() == 1000 and copies.max() <= 2
