"""Effect sizes and exact p against plain loops, scipy, and cases with a known answer."""

from math import comb

import numpy as np
import pytest
from scipy import stats
from statsmodels.stats.multitest import multipletests

from trnn.statistics.hypothesis_tests import (
    cliffs_delta,
    epsilon_squared,
    holm,
    log_sd_ratio,
    mann_whitney,
    wilcoxon,
)


def samples(seed: int, tied: bool) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    a, b = rng.normal(size=9), rng.normal(0.5, 1, size=13)
    return (np.round(a), np.round(b)) if tied else (a, b)


@pytest.mark.parametrize("tied", [False, True])
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_rank_biserial_of_two_samples_is_a_count_of_pairs(seed: int, tied: bool):
    a, b = samples(seed, tied)
    signs = [np.sign(x - y) for x in a for y in b]
    assert cliffs_delta(a, b) == pytest.approx(np.mean(signs))
    u = stats.mannwhitneyu(a, b).statistic
    assert cliffs_delta(a, b) == pytest.approx(2 * u / (len(a) * len(b)) - 1)
    many = cliffs_delta(np.stack([a, -a]), np.stack([b, b]))
    np.testing.assert_allclose(many, [cliffs_delta(a, b), cliffs_delta(-a, b)])


@pytest.mark.parametrize("tied", [False, True])
def test_epsilon_squared_is_h_over_n_minus_1(tied: bool):
    a, b = samples(3, tied)
    c = samples(4, tied)[0]
    n = len(a) + len(b) + len(c)
    expected = stats.kruskal(a, b, c).statistic / (n - 1)
    assert epsilon_squared(a, b, c) == pytest.approx(expected)
    assert epsilon_squared(np.ones(3), np.ones(4)) == 0
    apart = epsilon_squared(np.zeros(5), np.ones(5))
    assert apart == pytest.approx(1)


def test_log_ratio_of_spreads():
    rng = np.random.default_rng(0)
    a, b = 3 * rng.normal(size=4000), rng.normal(size=4000)
    assert log_sd_ratio(a, b) == pytest.approx(np.log(3), abs=0.05)
    assert log_sd_ratio(a, b) == pytest.approx(-log_sd_ratio(b, a))
    few = a[:5]
    bias = 0.5 / 4 - 0.5 / 3999
    assert log_sd_ratio(few, b) == pytest.approx(np.log(few.std(ddof=1) / b.std(ddof=1)) + bias)
    assert np.isnan(log_sd_ratio(np.ones(4), b)) and np.isnan(log_sd_ratio(b[:1], b))


def test_p_is_exact_without_ties_also_beside_zeros():
    difference = np.array([0.0, 1.0, 2.0, 3.0, 4.0, 5.0])
    # Zeros are dropped: all five others are of one sign.
    assert wilcoxon(difference) == (0.0, 2 / 2**5)
    a, b = np.arange(20.0), np.arange(20.0) + 100
    u, p = mann_whitney(a, b)
    assert u == 0 and p == pytest.approx(2 / comb(40, 20))
    a, b = samples(0, tied=False)
    assert mann_whitney(a, b)[1] == stats.mannwhitneyu(a, b, method="exact").pvalue
    a, b = samples(0, tied=True)
    assert mann_whitney(a, b)[1] == stats.mannwhitneyu(a, b, method="asymptotic").pvalue


@pytest.mark.parametrize("tied", [False, True])
def test_holm_is_that_of_statsmodels_bit_for_bit(tied: bool):
    p = np.abs(np.concatenate(samples(5, tied))) / 4
    p[p > 1] = 1.0
    np.testing.assert_array_equal(holm(p), multipletests(p, method="holm")[1])
    np.testing.assert_array_equal(holm([0.01, np.nan, 0.04]), [0.02, np.nan, 0.04])
    assert np.isnan(holm([np.nan])).all()
    assert holm([]).shape == (0,)
