"""What simulated error rates share: laws of people, and exact bounds of a rate."""

from collections.abc import Callable, Iterable

import numpy as np

from trnn.statistics.proportions import clopper_pearson

Array = np.ndarray
LEVEL = 0.05


def normal(rng: np.random.Generator, *shape: int) -> Array:
    return rng.standard_normal(shape)


def heavy(rng: np.random.Generator, *shape: int) -> Array:
    """Student's t with 5 degrees of freedom, of SD 1."""
    return rng.standard_t(5, shape) / np.sqrt(5 / 3)


def skewed(rng: np.random.Generator, *shape: int) -> Array:
    """Log-normal (skewness 1.75), of mean 0 and SD 1."""
    mean, variance = np.exp(1 / 8), np.exp(1 / 4) * (np.exp(1 / 4) - 1)
    return (rng.lognormal(0, 0.5, shape) - mean) / np.sqrt(variance)


LAWS: dict[str, Callable[..., Array]] = {"normal": normal, "heavy": heavy, "skewed": skewed}


def rate(falls: Iterable[bool], promise: float = LEVEL) -> float:
    """Return a rate, having checked that it is not above its promise for certain.

    The lower end of the exact 95 % interval of the rate must be at most the promise.
    """
    hits = np.array(list(falls), dtype=bool)
    share, low, high = clopper_pearson(int(hits.sum()), len(hits))
    print(f"{share:.3f} [{low:.3f}, {high:.3f}] of {len(hits)}, promised {promise:g}")
    assert low <= promise, (share, low, high)
    return share


def coverage(inside: Iterable[bool], promise: float) -> float:
    """Return a coverage, having checked that it is not below a promise for certain.

    The upper end of the exact 95 % interval of the coverage must be at least the promise.
    """
    hits = np.array(list(inside), dtype=bool)
    share, low, high = clopper_pearson(int(hits.sum()), len(hits))
    print(f"{share:.3f} [{low:.3f}, {high:.3f}] of {len(hits)}, promised {promise:g}")
    assert high >= promise, (share, low, high)
    return share
