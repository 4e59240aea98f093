"""Scores of estimates of agents' true values, the same for all estimators."""

import numpy as np

Array = np.ndarray
INTERVAL = (0.05, 0.95)  # quantiles that bound the intervals of 90 %
PROBABILITIES = (0.05, 0.25, 0.5, 0.75, 0.95)  # as the project's estimates have


def errors(estimate: Array, truth: Array) -> Array:
    """Return the root mean squared error of each parameter, (d,).

    Parameters
    ----------
    estimate, truth : (n, ..., d)
    """
    axes = tuple(range(truth.ndim - 1))
    return np.sqrt(np.mean((estimate - truth) ** 2, axis=axes))


def coverage(low: Array, high: Array, truth: Array) -> tuple[float, float]:
    """Return how often true values lie in intervals, and its standard error over agents.

    Parameters
    ----------
    low, high, truth : (n, ..., d)
    """
    return of_agents((low <= truth) & (truth <= high))


def of_agents(values: Array) -> tuple[float, float]:
    """Return the mean of values (n, ...) and its standard error over the n agents."""
    each = values.reshape(len(values), -1).mean(axis=1)
    error = each.std(ddof=1) / np.sqrt(len(each)) if len(each) > 1 else np.nan
    return float(each.mean()), float(error)


def summaries(draws: Array) -> tuple[Array, Array]:
    """Return means (..., d) and quantiles (5, ..., d) of draws (n_draws, ..., d)."""
    return draws.mean(axis=0), np.quantile(draws, PROBABILITIES, axis=0)
