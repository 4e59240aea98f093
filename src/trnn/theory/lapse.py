"""Choices of which a share is made by a coin, as a decision variable of the logistic function."""

import numpy as np

from trnn.compilation import inlined

# 1.5 x 2^52: a double whose last bits hold the integer that is added to them.
_MAGIC = 6755399441055744.0
_MAGIC_BITS = np.int64(0x4338000000000000)
_ROOT_HALF_BITS = np.int64(0x3FE6A09E667F3BCD)  # of the square root of 1/2
_MANTISSA_BITS = np.int64(52)
_SMALLEST = 2.2250738585072014e-308  # of the ordinary doubles
_LOG_2_HIGH, _LOG_2_LOW = 6.93147180369123816490e-01, 1.90821492927058770002e-10
_A3, _A5, _A7, _A9, _A11, _A13, _A15, _A17, _A19 = (1 / k for k in range(3, 20, 2))


@inlined
def log_odds(x, tail, lapse):
    """Return the log odds of action 0 if a share `lapse` of the choices is a coin's.

    P(0) = lapse / 2 + (1 - lapse) F(x), with a symmetric distribution function F. No odds are above
    708: of a smaller probability than e^-708 there is no ordinary double.

    Parameters
    ----------
    x : number
        The decision variable of those choices that do not lapse.
    tail : number
        F(-|x|), as `trnn.theory.numeric` has it. It holds a small probability to the last digit,
        where 1 - F(|x|) would have lost it.
    lapse : number
        In [0, 1].
    """
    less = 0.5 * lapse + (1.0 - lapse) * tail  # the probability of the less likely action
    odds = log(less / (1.0 - less))
    return -odds if x > 0.0 else odds


@inlined
def log(x):
    """Return the logarithm of a number above 0, of those below 2e-308 that of 2e-308.

    In steps that vectorise, as the functions of `trnn.theory.numeric`; a call into the mathematical
    library would have the whole loop over particles done one by one.
    """
    # x = 2^k m with m from the root of 1/2 to the root of 2; log(m) = 2 artanh((m - 1) / (m + 1)).
    bits = np.float64(max(x, _SMALLEST)).view(np.int64)
    k = (bits - _ROOT_HALF_BITS) >> _MANTISSA_BITS
    m = np.int64(bits - (k << _MANTISSA_BITS)).view(np.float64)
    power = np.int64(_MAGIC_BITS + k).view(np.float64) - _MAGIC
    s = (m - 1.0) / (m + 1.0)
    y = s * s
    r = _A11 + y * (_A13 + y * (_A15 + y * (_A17 + y * _A19)))
    r = _A3 + y * (_A5 + y * (_A7 + y * (_A9 + y * r)))
    # The difference is 0, but of what is not a number, whose bits say nothing.
    return power * _LOG_2_HIGH + (2.0 * (s + s * y * r) + power * _LOG_2_LOW) + (x - x)
