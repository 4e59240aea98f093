"""Intervals of standard deviations over subjects, of their difference and of their ratio.

The bootstrap of log SD in units of its standard error (Efron & Tibshirani 1993, An Introduction to
the Bootstrap, chapter 12). The percentile interval of an SD is too low and too narrow with few
subjects: a resample has fewer different values than the sample, and the SD of an SD grows with it.
"""

import numpy as np

from trnn.statistics.bootstrap import interval
from trnn.statistics.intervals import difference_ends

Array = np.ndarray
Ends = tuple[float, float]


def sd(values: Array) -> Array:
    """Return the sample standard deviation (n - 1) over the last axis; NaN for one value."""
    if values.shape[-1] < 2:
        return np.full(values.shape[:-1], np.nan)
    return np.std(values, axis=-1, ddof=1)


def sd_interval(values: Array, indices: Array, largest: float = np.inf) -> Ends:
    """Return the 95 % interval of the SD that (n,) values are a sample of.

    Parameters
    ----------
    indices : (n_resamples, n)
        Resamples of the subjects; those whose values are all equal say nothing and are left out.
    largest : float
        The largest SD that there can be: half of the width of the range in which values lie. One
        outlier can carry the upper end beyond it, since resamples without it know their SD well.

    Returns
    -------
    Lower and upper end, in the unit of the values; NaN with fewer than three values, values that
    do not vary, or none of whose resamples does.
    """
    if len(values) < 3 or np.ptp(values) == 0:
        return np.nan, np.nan
    drawn = values[indices]
    drawn = drawn[np.ptp(drawn, axis=1) > 0]
    own = sd(values)
    if not len(drawn):
        return np.nan, np.nan
    low, high = interval((np.log(sd(drawn)) - np.log(own)) / _error_of_log(drawn))
    error = _error_of_log(values)
    ends = np.minimum(own * np.exp(-np.array([high, low]) * error), largest)
    return float(ends[0]), float(ends[1])


def difference_interval(a: Array, b: Array, of_a: Ends, of_b: Ends) -> Ends:
    """Return the interval of SD(a) - SD(b) of independent samples from the intervals of both.

    See `trnn.statistics.intervals.difference_ends`.
    """
    return difference_ends((float(sd(a)), *of_a), (float(sd(b)), *of_b))


def log_ratio_interval(a: Array, b: Array, of_a: Ends, of_b: Ends) -> Ends:
    """Return the interval of ln(SD(a) / SD(b)), made in the same way."""
    with np.errstate(divide="ignore"):
        logs = [np.log((float(sd(v)), *ends)) for v, ends in ((a, of_a), (b, of_b))]
    return difference_ends(*logs)


def _error_of_log(values: Array) -> Array:
    """Return the standard error of log SD along the last axis, by the fourth moment."""
    n = values.shape[-1]
    deviation = values - values.mean(axis=-1, keepdims=True)
    kurtosis = (deviation**4).mean(axis=-1) / (deviation**2).mean(axis=-1) ** 2
    # Var of a sample variance over its square is (kurtosis - (n - 3) / (n - 1)) / n.
    return np.sqrt((kurtosis - (n - 3) / (n - 1)) / n) / 2.0
