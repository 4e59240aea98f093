"""Intervals of a ratio of means over subjects, and of a share of subjects."""

import numpy as np
from scipy.special import betaincinv

from trnn.evaluation.bootstrap import LEVEL, interval, resamples, weights_of

Array = np.ndarray


def ratio_interval(
    a: Array, b: Array, n_resamples: int, seed: int, *keys: str | int
) -> tuple[float, float, float]:
    """Return mean(a) / mean(b) over subjects and its 95 % paired percentile bootstrap interval.

    A subject is drawn with both its values, (n,) each and none NaN. NaN where it is not defined:
    everything if mean(b) is not above 0, the interval with fewer than two subjects.
    """
    if len(a) == 0 or b.mean() <= 0:
        return np.nan, np.nan, np.nan
    ratio = float(a.mean() / b.mean())
    if len(a) < 2:
        return ratio, np.nan, np.nan
    sums = weights_of(resamples(len(a), n_resamples, seed, *keys)) @ np.stack([a, b], axis=1)
    resampled = np.full(len(sums), np.nan)
    np.divide(sums[:, 0], sums[:, 1], out=resampled, where=sums[:, 1] > 0)
    low, high = interval(resampled)
    return ratio, float(low), float(high)


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
