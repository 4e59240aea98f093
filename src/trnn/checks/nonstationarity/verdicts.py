"""From evidences to Bayes factors, how far these can be off, and verdicts."""

from typing import NamedTuple

import numpy as np

from trnn.checks.nonstationarity.nonstationarity_table import CONSTANT, MOVING, UNDECIDED

Array = np.ndarray

ERRORS = 2.0  # standard errors of a log evidence by which it may be off
_MARGIN = 1e-12  # of what is rounded


class Compared(NamedTuple):
    """Log evidences of n subjects and their standard errors, (n,) each, nats."""

    constant: tuple[Array, Array]
    switching: tuple[Array, Array]
    walking: tuple[Array, Array]


class BayesFactor(NamedTuple):
    """Log Bayes factors of moving against constant, (n,), nats, and how far they can be off.

    `up` and `down`, (3, n): by how much more or less each would be if the evidence of constant,
    switching or walking were off by `ERRORS` standard errors.
    """

    log: Array
    up: Array
    down: Array

    @property
    def low(self) -> Array:
        """The lower end, (n,): the evidences' errors are independent."""
        return self.log - np.sqrt((self.down**2).sum(axis=0))

    @property
    def high(self) -> Array:
        """The upper end, (n,)."""
        return self.log + np.sqrt((self.up**2).sum(axis=0))


def bayes_factor(compared: Compared) -> BayesFactor:
    """Return the Bayes factor of moving against constant: switching or walking, one half each.

    An evidence with a large error counts for what it may be: one that is next to nothing beside
    the other's, but could be ten nats more, can raise the Bayes factor and hardly lower it.
    """

    def log_bf(by: tuple[float, float, float]) -> Array:
        still, switches, walks = (
            log + step * error for (log, error), step in zip(compared, by, strict=True)
        )
        result: Array = np.logaddexp(switches, walks) - np.log(2.0) - still
        return result

    middle = log_bf((0.0, 0.0, 0.0))
    up = [log_bf(by) - middle for by in _one_each(-ERRORS, ERRORS)]
    down = [middle - log_bf(by) for by in _one_each(ERRORS, -ERRORS)]
    return BayesFactor(middle, np.array(up), np.array(down))


def _one_each(still: float, moving: float) -> list[tuple[float, float, float]]:
    return [(still, 0.0, 0.0), (0.0, moving, 0.0), (0.0, 0.0, moving)]


def verdicts(found: BayesFactor, limit: float) -> Array:
    """Return the verdict of each Bayes factor at a limit, (n,): it is beyond it at both ends.

    At most 1 in `limit` data sets from the constant model's prior reach the limit by chance: the
    Bayes factor has mean 1 there, and Markov's inequality does the rest (Royall 2000, J. Am. Stat.
    Assoc. 95, "universal bound").
    """
    beyond = [found.low >= np.log(limit), found.high <= -np.log(limit)]
    return np.select(beyond, [MOVING, CONSTANT], UNDECIDED)


def unclear(low: Array, high: Array, limit: float) -> Array:
    """Return where both ends of a Bayes factor do not have the same verdict, (n,) of bool."""
    different: Array = _side(low, limit) != _side(high, limit)
    return different


def in_doubt(found: BayesFactor, limit: float, tolerance: float) -> Array:
    """Return which evidences put a verdict in doubt, (3, n) of bool: constant, switching, walking.

    A verdict is in doubt where it is another at one end, further off than `ERRORS` times the
    tolerance; by those evidences that make a third of the distance's square.
    """
    middle, doubt = _side(found.log, limit), np.zeros(found.up.shape, dtype=bool)
    for end, parts in ((found.high, found.up), (found.low, found.down)):
        far = np.abs(end - found.log)
        hangs = (_side(end, limit) != middle) & (far > ERRORS * tolerance)
        doubt |= hangs & (parts**2 >= far**2 / 3.0 - _MARGIN)
    return doubt


def _side(log_bf: Array, limit: float) -> Array:
    """Return -1, 0 or 1: below both limits, between them, above."""
    return (log_bf >= np.log(limit)).astype(int) - (log_bf <= -np.log(limit))
