"""Cells of equal size over the parameters' ranges."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from trnn.config.dynamics import Range

Array = np.ndarray


def root(number: int, degree: int) -> int:
    """Return the greatest whole number (at least 1) whose power does not exceed `number`."""
    guess = max(1, round(number ** (1.0 / degree)))
    return guess if guess == 1 or guess**degree <= number else guess - 1


@dataclass(frozen=True)
class Cells:
    """The ranges of d parameters, each cut into `per_parameter` equal parts.

    A cell is numbered as in a C-ordered array, the last parameter's part running fastest.
    """

    low: Array  # (d,) of the ranges
    width: Array  # (d,)
    per_parameter: int

    @property
    def n(self) -> int:
        """Number of cells."""
        return int(self.per_parameter ** len(self.low))

    def bounds(self) -> tuple[Array, Array]:
        """Return both ends of every cell, (n, d) each."""
        shape = (self.per_parameter,) * len(self.low)
        part = np.stack(np.unravel_index(np.arange(self.n), shape), axis=1)
        step = self.width / self.per_parameter
        return self.low + part * step, self.low + (part + 1) * step

    def number_of(self, values: Array) -> Array:
        """Return the cell of each of `values`, (..., d); one outside counts to the nearest."""
        part = np.floor((values - self.low) / self.width * self.per_parameter).astype(np.intp)
        part = np.clip(part, 0, self.per_parameter - 1)
        shape = (self.per_parameter,) * len(self.low)
        return np.ravel_multi_index(tuple(np.moveaxis(part, -1, 0)), shape)


def cells_of(ranges: Mapping[str, Range], at_most: int) -> Cells:
    """Return the cells over `ranges`, as many as can be up to `at_most`."""
    low = np.array([r.low for r in ranges.values()])
    high = np.array([r.high for r in ranges.values()])
    return Cells(low, high - low, root(at_most, len(low)))
