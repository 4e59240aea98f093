"""Whether people's statistics lie inside the intervals of their own re-simulations."""

from collections.abc import Sequence

import numpy as np

from trnn.seeds import generator

Array = np.ndarray

LEVEL = 0.9  # from 5 to 95 % of the re-simulations
DIGITS = 10  # to which values are compared: sums may be taken in another order


def person_ranks(
    observed: Array, simulated: Array, subjects: Sequence[str], seed: int, keys: Sequence[str | int]
) -> Array:
    """Return the rank of each person's value among its re-simulations, uniform on (0, 1).

    If a person is one more agent of those that were simulated, the place of the person's value
    among n + 1 values is any with equal probability. Statistics of choices are counts and have
    ties: among equal values the place is drawn, and so is where in its (n + 1)th of the unit
    interval a place lies. So 90 % of such people are inside of an interval of 0.9, exactly,
    whatever n is and however few values a statistic has (randomised probability integral transform:
    Czado, Gneiting & Held 2009, Biometrics 65).

    Parameters
    ----------
    observed : (n_people, n_columns)
    simulated : (n_people, n_draws, n_columns)
        Draws without a value (NaN) do not count.
    seed, keys
        A person's numbers come from (seed, *keys, "rank", subject) alone.

    Returns
    -------
    (n_people, n_columns), NaN where the person or all re-simulations have no value.
    """
    again, own = np.round(simulated, DIGITS), np.round(observed, DIGITS)[:, None, :]
    known = np.isfinite(again) & np.isfinite(own)
    count = known.sum(axis=1)
    below, equal = ((known & side).sum(axis=1) for side in (again < own, again == own))
    drawn = np.stack(
        [generator(seed, *keys, "rank", name).random(observed.shape[1]) for name in subjects]
    )
    rank = (below + drawn * (equal + 1)) / (count + 1)
    return np.where(count > 0, rank, np.nan)


def is_inside(ranks: Array) -> Array:
    """Return 1.0 where a rank is inside the central interval, 0.0 where not; NaN stays NaN."""
    return np.where(np.isnan(ranks), np.nan, np.abs(ranks - 0.5) <= LEVEL / 2)
