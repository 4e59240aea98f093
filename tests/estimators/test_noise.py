"""Random numbers by their places: distributions, and independence of places and streams."""

import numpy as np
import pytest
from numba import njit
from scipy import stats

from trnn.estimators.filter.noise import normal_pair, stream, uniform

N = 200_000


@njit(error_model="numpy")
def uniforms(key, first, n):
    out = np.empty(n)
    for i in range(n):
        out[i] = uniform(key, first + np.uint64(i))
    return out


@njit(error_model="numpy")
def normals(key, first, n):
    out = np.empty((2, n))
    for i in range(n):
        out[0, i], out[1, i] = normal_pair(key, first + np.uint64(i))
    return out


KEY, ORIGIN = stream(1, "noise", "a"), np.uint64(0)


@pytest.mark.parametrize("first", [0, 1 << 50])
def test_uniforms_are_uniform(first):
    drawn = uniforms(KEY, np.uint64(first), N)
    assert drawn.min() > 0 and drawn.max() < 1
    assert stats.kstest(drawn, "uniform").pvalue > 1e-3
    # The tails of a hazard: numbers below a thousandth are as many as they should be.
    assert stats.binomtest(int((drawn < 1e-3).sum()), N, 1e-3).pvalue > 1e-3


def test_normals_are_normal_to_the_tails():
    one, other = normals(KEY, ORIGIN, N)
    for drawn in (one, other):
        assert stats.kstest(drawn, "norm").pvalue > 1e-3
        for z in (2, 3, 4):
            for side in (drawn > z, drawn < -z):
                assert stats.binomtest(int(side.sum()), N, stats.norm.sf(z)).pvalue > 1e-4
    # A pair is independent: in its signs, in its sizes, and in its directions.
    angle = np.arctan2(other, one) / (2 * np.pi) + 0.5
    assert stats.kstest(angle, "uniform").pvalue > 1e-3
    for a, b in ((one, other), (np.abs(one), np.abs(other)), (one**2 + other**2, angle)):
        assert abs(stats.spearmanr(a, b).statistic) < 4 / np.sqrt(N)


def test_places_and_streams_are_independent():
    drawn = uniforms(KEY, ORIGIN, N)
    for lag in (1, 2, 7, 1000):
        assert abs(np.corrcoef(drawn[lag:], drawn[:-lag])[0, 1]) < 4 / np.sqrt(N)
    streams = [uniforms(stream(1, "noise", name), ORIGIN, 1000) for name in map(str, range(200))]
    correlations = np.corrcoef(streams)[np.triu_indices(200, 1)]
    assert correlations.std() == pytest.approx(1 / np.sqrt(1000), rel=0.03)
    assert np.abs(correlations).max() < 5.5 / np.sqrt(1000)
    # The same place of many streams.
    assert stats.kstest(np.ravel(np.array(streams)[:, :5]), "uniform").pvalue > 1e-3


def test_a_number_depends_on_stream_and_place_alone():
    whole, late = uniforms(KEY, ORIGIN, 100), uniforms(KEY, np.uint64(40), 60)
    np.testing.assert_array_equal(whole[40:], late)
    assert stream(1, "noise", "a") == KEY
    others = [stream(2, "noise", "a"), stream(1, "noise", "b"), stream(1, "a", "noise")]
    assert len({int(key) for key in (KEY, *others)}) == 4
