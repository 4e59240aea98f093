"""Percentile bootstrap over subjects.

Resamples are kept as weights, (n_resamples, n): how often each subject was drawn. The mean of any
measure over all resamples is then one matrix product, also for curves with gaps.
"""

import numpy as np

from trnn.seeds import generator

Array = np.ndarray

LEVEL = 0.95


def resamples(n: int, n_resamples: int, seed: int, *keys: str | int) -> Array:
    """Return indices of subjects, (n_resamples, n), drawn with replacement."""
    return generator(seed, "bootstrap", *keys).integers(max(n, 1), size=(n_resamples, n))


def weights_of(indices: Array) -> Array:
    """Return how often each of n subjects stands in each row of `indices`, (n_resamples, n)."""
    n_resamples, n = indices.shape
    flat = (np.arange(n_resamples)[:, None] * n + indices).ravel()
    return np.bincount(flat, minlength=n_resamples * n).reshape(n_resamples, n).astype(float)


def interval(resampled: Array) -> tuple[Array, Array]:
    """Return both ends of the percentile interval along the first axis, ignoring NaN."""
    tail = (1.0 - LEVEL) / 2.0
    if np.isnan(resampled).all():
        nothing = np.full(resampled.shape[1:], np.nan)
        return nothing, nothing
    low, high = np.nanquantile(resampled, [tail, 1.0 - tail], axis=0)
    return low, high


def mean_interval(
    values: Array, n_resamples: int, seed: int, *keys: str | int
) -> tuple[float, float, float]:
    """Return mean and 95 % interval of (n,) values; the interval is NaN for n < 2."""
    values = np.asarray(values, dtype=np.float64)
    mean, low, high = curve_interval(values[:, None], n_resamples, seed, *keys)
    return float(mean[0]), float(low[0]), float(high[0])


def curve_interval(
    values: Array, n_resamples: int, seed: int, *keys: str | int
) -> tuple[Array, Array, Array]:
    """Return means and pointwise 95 % intervals of curves (n, t), one a subject.

    NaN marks a value that a subject does not have. A point with values of fewer than two subjects
    has no interval, and a point without any value has no mean: both are NaN.
    """
    n, t = values.shape
    there = ~np.isnan(values)
    count = there.sum(axis=0)
    mean = np.full(t, np.nan)
    np.divide(np.where(there, values, 0.0).sum(axis=0), count, out=mean, where=count > 0)
    low, high = np.full(t, np.nan), np.full(t, np.nan)
    if n < 2 or not (count > 1).any():
        return mean, low, high
    weights = weights_of(resamples(n, n_resamples, seed, *keys))
    total = weights @ there
    resampled = np.full(total.shape, np.nan)
    np.divide(weights @ np.where(there, values, 0.0), total, out=resampled, where=total > 0)
    enough = count > 1
    low[enough], high[enough] = interval(resampled[:, enough])
    return mean, low, high
