"""The exact interval of a share of subjects."""

import numpy as np
from scipy.special import betaincinv

from trnn.statistics.bootstrap import LEVEL


def clopper_pearson(k: int, n: int) -> tuple[float, float, float]:
    """Return k / n and its exact 95 % interval (Clopper & Pearson 1934, Biometrika 26).

    The ends are the probabilities under which k or more, and k or fewer, of n have probability
    2.5 %; NaN throughout for n = 0.
    """
    if n == 0:
        return np.nan, np.nan, np.nan
    tail = (1.0 - LEVEL) / 2.0
    low = float(betaincinv(k, n - k + 1, tail)) if k > 0 else 0.0
    high = float(betaincinv(k + 1, n - k, 1.0 - tail)) if k < n else 1.0
    return k / n, low, high
