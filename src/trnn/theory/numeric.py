"""Functions that compiled loops call for every particle or trial, in steps that vectorise.

A call into the mathematical library costs five times as much inside of a loop, since it is made for
one number at a time. Every step here is one operation on doubles (IEEE 754, no fused or regrouped
sums), so that all processors, and code from the disk or freshly compiled, give the same bits.
"""

import math

import numpy as np
from numba.extending import register_jitable

# Part of the loop that calls it, and optimised with it.
inlined = register_jitable(forceinline=True)

# 1.5 x 2^52: a double to which it is added has its integer part in the last bits.
_MAGIC = 6755399441055744.0
_MAGIC_BITS = np.float64(_MAGIC).view(np.int64)
_LOG2_E = 1.4426950408889634
# The logarithm of 2 in two parts: the first times a small integer is exact.
_LOG_2_HIGH, _LOG_2_LOW = 6.93147180369123816490e-01, 1.90821492927058770002e-10
_SMALLEST, _LARGEST = -708.0, 709.0  # whose exponentials are ordinary doubles
_EXPONENT, _MANTISSA_BITS = np.int64(1023), np.int64(52)
_C2, _C3, _C4, _C5, _C6, _C7, _C8, _C9, _C10, _C11, _C12, _C13 = (
    1 / math.factorial(k) for k in range(2, 14)
)
_A3, _A5, _A7, _A9, _A11, _A13, _A15, _A17, _A19, _A21, _A23, _A25, _A27, _A29, _A31, _A33 = (
    1 / k for k in range(3, 34, 2)
)
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
    """Return the standard normal distribution function of x."""
    return 0.5 * math.erfc(-x * _ROOT_HALF)


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
