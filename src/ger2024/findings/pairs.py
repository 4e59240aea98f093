"""Which groups of people are compared, and which way round."""

from collections.abc import Sequence
from itertools import combinations


def pairs_of(groups: Sequence[str]) -> list[tuple[str, str]]:
    """Return the pairs (first, second) of groups: each less every one before it, the last first.

    `groups` are in the order of their data set's row.
    """
    return list(combinations(list(groups)[::-1], 2))
