"""Functions that compiled loops call for every particle or trial, in steps that vectorise.

A call into the mathematical library costs five times as much inside of a loop, since it is made for
one number at a time. Every step here is one operation on doubles (IEEE 754, no fused or regrouped
sums), so that all processors, and code from the disk or freshly compiled, give the same bits.
"""

import math

import numpy as np

from trnn.compilation import inlined

# 1.5 x 2^52: a double to which it is added has its integer part in the last bits.
_MAGIC = 6755399441055744.0
_LOG2_E = 1.4426950408889634
# The logarithm of 2 in two parts: the first times a small integer is exact.
_LOG_2_HIGH, _LOG_2_LOW = 6.93147180369123816490e-01, 1.90821492927058770002e-10
_SMALLEST, _LARGEST = -708.0, 709.0  # whose exponentials are ordinary doubles
_EXPONENT, _MANTISSA_BITS = np.int64(1023), np.int64(52)
_MAGIC_BITS = np.int64(0x4338000000000000)
_ROOT_HALF_BITS = np.int64(0x3FE6A09E667F3BCD)  # of the square root of 1/2
_SMALLEST_DOUBLE = 2.2250738585072014e-308  # of the ordinary ones
_C2, _C3, _C4, _C5, _C6, _C7, _C8, _C9, _C10, _C11, _C12, _C13 = (
    1 / math.factorial(k) for k in range(2, 14)
)
_A3, _A5, _A7, _A9, _A11, _A13, _A15, _A17, _A19, _A21, _A23, _A25, _A27, _A29, _A31, _A33 = (
    1 / k for k in range(3, 34, 2)
)
# Coefficients of `normal_cdf`, from 40 digits.
_NORMAL = (
    -0.6717940840566923,
    0.6726432239776567,
    0.04734330684190443,
    -0.046895610231184354,
    -0.009872689366390129,
    0.008824938557437954,
    0.0017589335578036792,
    -0.0023458125078232696,
    -0.00014624686344387507,
    0.000673678876415882,
    -9.37350306194921e-05,
    -0.00017430350626236601,
    7.140101116018354e-05,
    3.174776232559942e-05,
    -3.018787378070675e-05,
    1.2945577714822076e-07,
    8.562596309287007e-06,
    -2.9292422587181827e-06,
    -1.2722640226321771e-06,
    1.2197533489378143e-06,
    -1.6855715814054048e-07,
    -2.1496339090115912e-07,
    1.5339350786367613e-07,
    -2.59375890596523e-08,
    -3.9199453421604384e-08,
    2.541837369828896e-08,
    4.0698498727924005e-09,
    -6.275648318222412e-09,
    -1.297351864847992e-12,
    6.051436716090043e-10,
)
(
    _E0,
    _E1,
    _E2,
    _E3,
    _E4,
    _E5,
    _E6,
    _E7,
    _E8,
    _E9,
    _E10,
    _E11,
    _E12,
    _E13,
    _E14,
    _E15,
    _E16,
    _E17,
    _E18,
    _E19,
    _E20,
    _E21,
    _E22,
    _E23,
    _E24,
    _E25,
    _E26,
    _E27,
    _E28,
    _E29,
) = _NORMAL
_ROOT_HALF = 1 / math.sqrt(2)
_LOG_ROOT_TWO_PI = 0.5 * math.log(2 * math.pi)


@inlined
def exp(x):
    """Return e^x within 2 units in the last place; of what lies beyond [-708, 709], at its end."""
    y = min(max(x, _SMALLEST), _LARGEST)
    # e^y = 2^k e^r with |r| <= log(2) / 2, where 13 terms of the series suffice.
    z = y * _LOG2_E + _MAGIC
    k = z - _MAGIC
    r = (y - k * _LOG_2_HIGH) - k * _LOG_2_LOW
    s = _C9 + r * (_C10 + r * (_C11 + r * (_C12 + r * _C13)))
    s = _C4 + r * (_C5 + r * (_C6 + r * (_C7 + r * (_C8 + r * s))))
    s = 1.0 + r * (1.0 + r * (_C2 + r * (_C3 + r * s)))
    bits = np.float64(z).view(np.int64)
    return s * np.int64((bits + _EXPONENT) << _MANTISSA_BITS).view(np.float64)


@inlined
def log(x):
    """Return the logarithm of a number above 0, of those below 2e-308 that of 2e-308."""
    # x = 2^k m with m from the root of 1/2 to the root of 2; log(m) = 2 artanh((m - 1) / (m + 1)).
    bits = np.float64(max(x, _SMALLEST_DOUBLE)).view(np.int64)
    k = (bits - _ROOT_HALF_BITS) >> _MANTISSA_BITS
    m = np.int64(bits - (k << _MANTISSA_BITS)).view(np.float64)
    power = np.int64(_MAGIC_BITS + k).view(np.float64) - _MAGIC
    s = (m - 1.0) / (m + 1.0)
    y = s * s
    r = _A11 + y * (_A13 + y * (_A15 + y * (_A17 + y * _A19)))
    r = _A3 + y * (_A5 + y * (_A7 + y * (_A9 + y * r)))
    # The difference is 0, but of what is not a number, whose bits say nothing.
    return power * _LOG_2_HIGH + (2.0 * (s + s * y * r) + power * _LOG_2_LOW) + (x - x)


@inlined
def logistic(x):
    """Return 1 / (1 + e^-x)."""
    return 1.0 / (1.0 + exp(-x))


@inlined
def log_logistic(x):
    """Return the log of the logistic function of x, exact in the tails."""
    # log(1 + e) = 2 artanh(s) with s = e / (2 + e) <= 1 / 3, whose series ends at s^33.
    e = exp(-abs(x))
    s = e / (2.0 + e)
    y = s * s
    r = _A27 + y * (_A29 + y * (_A31 + y * _A33))
    r = _A15 + y * (_A17 + y * (_A19 + y * (_A21 + y * (_A23 + y * (_A25 + y * r)))))
    r = _A3 + y * (_A5 + y * (_A7 + y * (_A9 + y * (_A11 + y * (_A13 + y * r)))))
    return min(x, 0.0) - 2.0 * (s + s * y * r)


@inlined
def normal_cdf(x):
    """Return the standard normal distribution function of x; relative error 2e-13 at x > -20.

    With z = |x| / sqrt(2) and t = 2 / (2 + z), log(erfc(z) e^(z^2) / t) is smooth in t on all of
    (0, 1]: a polynomial fitted at Chebyshev's points (Press et al. 2007, Numerical Recipes, 6.2.2).
    """
    z = abs(x) * _ROOT_HALF
    u = (2.0 - z) / (2.0 + z)
    p = _E24 + u * (_E25 + u * (_E26 + u * (_E27 + u * (_E28 + u * _E29))))
    p = _E18 + u * (_E19 + u * (_E20 + u * (_E21 + u * (_E22 + u * (_E23 + u * p)))))
    p = _E12 + u * (_E13 + u * (_E14 + u * (_E15 + u * (_E16 + u * (_E17 + u * p)))))
    p = _E6 + u * (_E7 + u * (_E8 + u * (_E9 + u * (_E10 + u * (_E11 + u * p)))))
    p = _E0 + u * (_E1 + u * (_E2 + u * (_E3 + u * (_E4 + u * (_E5 + u * p)))))
    tail = exp(p - z * z) / (2.0 + z)
    return tail if x < 0.0 else 1.0 - tail


@inlined
def log_normal_cdf(x):
    """Return the log of the standard normal distribution function of x, exact in the tails."""
    if x > -20.0:
        if x > 0.0:
            return math.log1p(-0.5 * math.erfc(x * _ROOT_HALF))
        return math.log(0.5 * math.erfc(-x * _ROOT_HALF))
    # Abramowitz & Stegun (1964), 26.2.12: by x = -20 what is left out is below 1e-13.
    y = 1.0 / (x * x)
    s = 1.0 - 9.0 * y * (1.0 - 11.0 * y * (1.0 - 13.0 * y * (1.0 - 15.0 * y)))
    s = -y * (1.0 - 3.0 * y * (1.0 - 5.0 * y * (1.0 - 7.0 * y * s)))
    return -0.5 * x * x - math.log(-x) - _LOG_ROOT_TWO_PI + math.log1p(s)
