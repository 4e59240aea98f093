"""Effect sizes and exact p against plain loops, scipy, and cases with a known answer."""

import warnings
from itertools import combinations
from math import comb

import numpy as np
import pytest
from scipy import stats
from statsmodels.stats.multitest import multipletests

from trnn.statistics.hypothesis_tests import (
    brunner_munzel,
    cliffs_delta,
    epsilon_squared,
    holm,
    log_sd_ratio,
    welch,
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


@pytest.mark.parametrize("tied", [False, True])
def test_brunner_and_munzels_statistic_is_scipys_and_so_is_p_of_many_values(tied: bool):
    rng = np.random.default_rng(0)
    a, b = rng.normal(size=20), rng.normal(0.5, 3, size=35)
    a, b = (np.round(a), np.round(b)) if tied else (a, b)
    got, expected = brunner_munzel(a, b), stats.brunnermunzel(b, a)
    np.testing.assert_allclose(got, [expected.statistic, expected.pvalue])
    assert got[0] == pytest.approx(-brunner_munzel(b, a)[0])
    few = brunner_munzel(a[:6], b[:7])
    assert few[0] == pytest.approx(stats.brunnermunzel(b[:7], a[:6]).statistic)


def test_p_of_few_values_is_that_of_all_permutations():
    a, b = np.array([1.0, 4.0, 6.0]), np.array([2.0, 5.0, 7.0, 8.0, 9.0])
    both = np.concatenate([a, b])
    # Placements of a given sign, by hand: every choice of three of the eight values.
    statistics = []
    for chosen in combinations(range(8), 3):
        mine = both[list(chosen)]
        other = np.delete(both, chosen)
        with np.errstate(divide="ignore"), warnings.catch_warnings():
            warnings.simplefilter("ignore")  # samples that do not overlap
            statistics.append(stats.brunnermunzel(other, mine).statistic)
    own, p = brunner_munzel(a, b)
    lower = np.mean([s <= own + 1e-9 for s in statistics])
    upper = np.mean([s >= own - 1e-9 for s in statistics])
    assert p == pytest.approx(2 * min(lower, upper))


def test_samples_that_do_not_overlap_or_are_too_small():
    apart = brunner_munzel(np.arange(20.0), np.arange(20.0) + 100)
    assert np.isnan(apart[0]) and apart[1] == pytest.approx(2 / comb(40, 20))
    assert brunner_munzel(np.ones(4), np.zeros(3))[1] == pytest.approx(2 / comb(7, 3))
    assert brunner_munzel(np.ones(20), np.ones(30)) == (0.0, 1.0)
    assert np.isnan(brunner_munzel(np.array([1.0]), np.arange(4.0))).all()
    # One sample lies in a gap of the other: its placements do not vary, but the others' do.
    assert 0 < brunner_munzel(np.array([1.0, 1.0, 1.0]), np.array([0.0, 2.0, 3.0]))[1] <= 1


def test_welchs_test_is_that_of_scipy():
    rng = np.random.default_rng(1)
    own = [rng.normal(size=9), rng.normal(0.4, 3, size=15), np.round(rng.normal(size=12))]
    expected = stats.f_oneway(*own, equal_var=False)
    np.testing.assert_allclose(welch(own), [expected.statistic, expected.pvalue], rtol=1e-10)
    assert welch([np.ones(3), np.ones(2)]) == (0.0, 1.0)
    assert np.isnan(welch([np.ones(3), np.arange(4.0)])).all()
    assert np.isnan(welch([np.arange(3.0), np.ones(1)])).all()


@pytest.mark.parametrize("tied", [False, True])
def test_holm_is_the_closure_of_bonferronis_test(tied: bool):
    """A hypothesis falls if every set of hypotheses that it is in falls by Bonferroni's test."""
    p = np.abs(np.concatenate(samples(5, tied)))[:9] / 20
    expected = [
        max(
            min(1.0, len(others) * min(p[list(others)]))
            for size in range(1, len(p) + 1)
            for others in combinations(range(len(p)), size)
            if i in others
        )
        for i in range(len(p))
    ]
    np.testing.assert_allclose(holm(p), expected, rtol=1e-12)
    reference = multipletests(p, method="holm")[1]
    np.testing.assert_allclose(holm(p), reference, rtol=1e-12)
    np.testing.assert_array_equal(holm([0.01, np.nan, 0.04]), [0.02, np.nan, 0.04])
    assert np.isnan(holm([np.nan])).all()
    assert holm([]).shape == (0,)
