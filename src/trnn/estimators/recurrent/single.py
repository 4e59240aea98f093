"""Functions of single-precision numbers for compiled loops, in steps that vectorise."""

import numpy as np

from trnn.compilation import inlined

ZERO, HALF, ONE, TWO = (np.float32(x) for x in (0, 0.5, 1, 2))
_LOG2_E = np.float32(1.44269504)
# The logarithm of 2 in two parts: the first times an integer is exact.
_LOG_2_HIGH, _LOG_2_LOW = np.float32(0.693359375), np.float32(-2.12194440e-4)
_LARGEST = np.float32(87)  # e^87 is still a float32
_C3, _C4, _C5, _C6 = (np.float32(1 / d) for d in (6, 24, 120, 720))


@inlined
def exp(x):
    """Return e^x, |x| up to 87, within 3 units in the last place."""
    y = min(max(x, -_LARGEST), _LARGEST)
    if x != x:
        y = x
    # e^y = 2^k e^r with |r| <= log(2) / 2, where six terms of the series suffice.
    k = np.floor(y * _LOG2_E + HALF)
    r = y - k * _LOG_2_HIGH - k * _LOG_2_LOW
    series = ONE + r * (ONE + r * (HALF + r * (_C3 + r * (_C4 + r * (_C5 + r * _C6)))))
    # The exponent's bits of a float32 are 2^k.
    power = np.int32((np.int32(k) + np.int32(127)) << np.int32(23)).view(np.float32)
    return series * power


@inlined
def logistic(x):
    """Return 1 / (1 + e^-x)."""
    return ONE / (ONE + exp(-x))
