"""The functions of compiled loops against mpmath, over the whole line."""

import math

import mpmath
import numpy as np
import pytest
from numba import njit
from scipy.special import expit, ndtr

from trnn.theory import numeric

mpmath.mp.dps = 40
SMALLEST = 2.3e-308  # what lies below is no ordinary double


@njit(error_model="numpy")
def each(x):
    out = np.empty((5, len(x)))
    for i in range(len(x)):
        out[0, i] = numeric.exp(x[i])
        out[1, i] = numeric.logistic(x[i])
        out[2, i] = numeric.log_logistic(x[i])
        out[3, i] = numeric.normal_cdf(x[i])
        out[4, i] = numeric.log_normal_cdf(x[i])
    return out


@pytest.fixture(scope="module")
def line():
    """Points of the line: everywhere, near nothing, at the ends, at the seams of the formulas."""
    rng = np.random.default_rng(0)
    near = 10.0 ** rng.uniform(-20, 0, 200)
    seams = [0.0, -0.0, 0.5 * math.log(2), -20.0, np.nextafter(-20, 0), np.nextafter(-20, -99), 1.0]
    return np.concatenate(
        [rng.uniform(-40, 40, 1500), rng.uniform(-708, 709, 1500), near, -near, seams]
    )


def of_mpmath(function, x):
    return np.array([float(function(mpmath.mpf(float(v)))) for v in x])


def test_exp_within_two_units_in_the_last_place(line):
    expected = of_mpmath(mpmath.exp, line)
    assert (np.abs(each(line)[0] - expected) <= 2 * np.spacing(expected)).all()
    beyond = each(np.array([-709.0, -1e300, -np.inf, 710.0, np.inf]))[0]
    ends = [math.exp(-708)] * 3 + [math.exp(709)] * 2
    np.testing.assert_allclose(beyond, ends, rtol=1e-15)


def test_logistic(line):
    expected = of_mpmath(lambda x: 1 / (1 + mpmath.exp(-x)), line)
    np.testing.assert_allclose(each(line)[1], expected, rtol=1e-15)
    np.testing.assert_allclose(each(line)[1], expit(line), rtol=1e-15)


def test_log_logistic(line):
    found = each(line)[2]
    expected = of_mpmath(lambda x: -mpmath.log1p(mpmath.exp(-x)), line)
    np.testing.assert_allclose(found, expected, rtol=4e-15, atol=SMALLEST)
    np.testing.assert_array_equal(each(np.array([-1e4, -1e300]))[2], [-1e4, -1e300])


def test_normal_cdf(line):
    within = line[line > -37]
    expected = of_mpmath(mpmath.ncdf, within)
    np.testing.assert_allclose(each(within)[3], expected, rtol=1e-12)
    np.testing.assert_allclose(each(within)[3], ndtr(within), rtol=1e-12)
    assert (each(line)[3] >= 0).all() and (each(line)[3] <= 1).all()


def log_ncdf(x):
    """Return log Phi(x) by the complementary error function, which mpmath has in the tail too."""
    if x > 0:
        return mpmath.log1p(-mpmath.erfc(x / mpmath.sqrt(2)) / 2)
    return mpmath.log(mpmath.erfc(-x / mpmath.sqrt(2)) / 2)


def test_log_normal_cdf(line):
    found = each(line)[4]
    np.testing.assert_allclose(found, of_mpmath(log_ncdf, line), rtol=1e-12, atol=SMALLEST)
    far = np.array([-1e4, -1e8, -1e150])
    np.testing.assert_allclose(each(far)[4], -0.5 * far**2, rtol=1e-6)


def test_what_is_not_a_number_stays_so():
    assert np.isnan(each(np.array([np.nan]))[1:]).all()
