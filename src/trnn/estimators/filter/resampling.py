"""Systematic resampling that moves as few particles as it can."""

import math

from trnn.compilation import compiled


@compiled
def survivors(weights, total, u, copies, moves):
    """Find which particles die, and whose copies take their columns.

    Particle i gets as many copies as points (u + j) / n, j = 0 ... n - 1, fall into its share of
    the cumulative weights, about weight x n (Kitagawa 1996, J. Comput. Graph. Stat. 5). The first
    copy stays in its own column.

    Parameters
    ----------
    weights : (n,), which sum to `total`
    u : float
        In [0, 1).
    copies : (n,) of int, written
        Workspace.
    moves : (2, n) of int, written
        Columns that are overwritten, and those that they are overwritten with.

    Returns
    -------
    How many columns of `moves` are in use.
    """
    n = len(weights)
    scale, cumulative, done = n / total, 0.0, 0
    for i in range(n):
        cumulative += weights[i]
        # By rounding the last point might fall beyond the last particle's share.
        upto = n if i == n - 1 else min(max(math.ceil(cumulative * scale - u), done), n)
        copies[i] = upto - done
        done = upto
    n_moves, dead = 0, 0
    for i in range(n):
        for _ in range(copies[i] - 1):
            while copies[dead] > 0:
                dead += 1
            moves[0, n_moves], moves[1, n_moves] = dead, i
            n_moves += 1
            dead += 1
    return n_moves


@compiled
def given_first(u, v, expected):
    """Return the first point of `survivors` given that the first particle lives on.

    One of its copies is followed, so that a point counts as often as it gives copies (conditional
    systematic resampling: Chopin & Singh 2015, Bernoulli 21).

    Parameters
    ----------
    u, v : float
        Uniform in [0, 1).
    expected : float
        How many copies the first particle has on average, n w.
    """
    fewest = math.floor(expected)
    more = expected - fewest  # the share of points by which there is one copy more
    if v * expected < more * (fewest + 1):
        return u * more
    return more + u * (1.0 - more)
