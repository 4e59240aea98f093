"""The interval of a ratio of means over subjects."""

import numpy as np

from trnn.statistics.bootstrap import interval, resamples, weights_of

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
