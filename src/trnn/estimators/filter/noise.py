"""Random numbers for compiled loops: the number at a place of a stream is a function of the place.

SplitMix64 (Steele, Lea & Flood 2014, OOPSLA): the stream's key and the place are mixed by shifts
and multiplications. So whole rows are drawn in steps that vectorise, and no order of computing
changes a number.
"""

import math

import numpy as np

from trnn.compilation import inlined
from trnn.seeds import seed_sequence

Array = np.ndarray

_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_MIX_1, _MIX_2 = np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)
_S27, _S30, _S31, _S32 = (np.uint64(n) for n in (27, 30, 31, 32))
_ONE = np.uint64(1)
_LOW_BITS = np.uint64(0xFFFFFFFF)
_ONE_BITS = np.uint64(0x3FF0000000000000)
_MANTISSA = np.uint64(0x000FFFFFFFFFFFFF)
_TO_52 = np.uint64(12)
_S20 = np.uint64(20)
# Places in a subject's stream that are far from those that a filter uses.
FAR = np.uint64(1 << 50)
_HALF_STEP = 2.0**-33
_EXPONENT_SHIFT = np.uint64(52)
_MAGIC = 4503599627370496.0  # 2^52: its bits or-ed with a small integer are 2^52 + the integer
_MAGIC_BITS = np.uint64(0x4330000000000000)
_LOG_2 = math.log(2.0)
_ROOT_2 = math.sqrt(2.0)
_A3, _A5, _A7, _A9, _A11, _A13, _A15 = (1 / k for k in range(3, 16, 2))
_H = math.pi / 2
_S3, _S5, _S7, _S9, _S11 = (
    (-1) ** k * _H ** (2 * k + 1) / math.factorial(2 * k + 1) for k in range(1, 6)
)
_C2, _C4, _C6, _C8, _C10 = ((-1) ** k * _H ** (2 * k) / math.factorial(2 * k) for k in range(1, 6))


def stream(seed: int, *keys: str | int) -> np.uint64:
    """Return the key of the stream (seed, *keys)."""
    return np.uint64(seed_sequence(seed, *keys).generate_state(1, np.uint64)[0])


@inlined
def bits(key, place):
    """Return 64 random bits at a place (uint64) of a stream."""
    z = key + place * _GOLDEN
    z = (z ^ (z >> _S30)) * _MIX_1
    z = (z ^ (z >> _S27)) * _MIX_2
    return z ^ (z >> _S31)


@inlined
def _unit(high_bits):
    """Return 52 bits as a double in [0, 1)."""
    return np.uint64(_ONE_BITS | high_bits).view(np.float64) - 1.0


@inlined
def uniform(key, place):
    """Return a number in (0, 1) at a place of a stream."""
    return _unit(bits(key, place) >> _TO_52) + 2.0**-53


@inlined
def _log(x):
    """Return the log of x in (0, 1], within 1e-13."""
    whole = np.float64(x).view(np.uint64)
    exponent = np.uint64((whole >> _EXPONENT_SHIFT) | _MAGIC_BITS).view(np.float64) - _MAGIC
    mantissa = np.uint64((whole & _MANTISSA) | _ONE_BITS).view(np.float64)
    s = (mantissa - _ROOT_2) / (mantissa + _ROOT_2)
    y = s * s
    series = _A3 + y * (_A5 + y * (_A7 + y * (_A9 + y * (_A11 + y * (_A13 + y * _A15)))))
    return (exponent - 1022.5) * _LOG_2 + 2.0 * (s + s * y * series)


@inlined
def normal_pair(key, place):
    """Return two standard normal numbers at a place of a stream (Box & Muller 1958)."""
    z = bits(key, place)
    # 32 bits each: the largest normal number is 6.8.
    u = _unit((z >> _S32) << _S20) + _HALF_STEP
    turn = 4.0 * _unit((z & _LOW_BITS) << _S20)
    # An angle of `quarter` right angles, and of r in [-1/2, 1/2] right angles more.
    quarter = (turn + 6755399441055744.0) - 6755399441055744.0
    r = turn - quarter
    y = r * r
    sine = r * (_H + y * (_S3 + y * (_S5 + y * (_S7 + y * (_S9 + y * _S11)))))
    cosine = 1.0 + y * (_C2 + y * (_C4 + y * (_C6 + y * (_C8 + y * _C10))))
    odd = quarter == 1.0 or quarter == 3.0
    first = -sine if odd else cosine
    second = cosine if odd else sine
    flip = quarter == 2.0 or quarter == 3.0
    radius = math.sqrt(-2.0 * _log(u))
    radius = -radius if flip else radius
    return radius * first, radius * second


@inlined
def whole(n, key, place):
    """Draw a whole number from 0 to n - 1 from the next place of a stream, (1,), advanced."""
    u = uniform(key, place[0])
    place[0] += _ONE
    return min(int(u * n), n - 1)
