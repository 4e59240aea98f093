"""Systematic resampling of many weighted particle sets at once."""

import numpy as np

Array = np.ndarray


def systematic_ancestors(weights: Array, uniform: Array) -> Array:
    """Return the particles that survive, each about weight x n_particles times.

    The points (u + i) / n, i = 0 ... n - 1, are looked up in the cumulative weights, with one
    uniform u a set (Kitagawa 1996, J. Comput. Graph. Stat. 5; Douc, Cappe & Moulines 2005).

    Parameters
    ----------
    weights : (n_sets, n_particles)
        Not negative; each row sums to 1 up to rounding.
    uniform : (n_sets,)
        In [0, 1).

    Returns
    -------
    (n_sets, n_particles) of int: ancestors within the set, in increasing order.
    """
    n_sets, n = weights.shape
    cumulative = np.cumsum(weights, axis=1)
    # Points up to and including the cumulative weight of each particle; by rounding the last
    # one might fall short of n.
    points = np.ceil(cumulative * (n / cumulative[:, -1:]) - uniform[:, None]).astype(np.intp)
    np.clip(points, 0, n, out=points)
    points[:, -1] = n
    copies = np.diff(points, axis=1, prepend=0)
    particles = np.broadcast_to(np.arange(n), (n_sets, n))
    return np.repeat(particles.ravel(), copies.ravel()).reshape(n_sets, n)
