"""The unit cube on which maximum likelihood is searched, and the parameters of its points.

One step size and one tolerance serve all parameters there, if equal steps matter alike. They do
along a parameter's range, unless only a corner of the range is of use: an inverse temperature in
[0, 10] suits rewards of 0 and 1, while people who are paid 100 points a reward have theirs below
0.1. So a parameter that multiplies rewards, or is added to them, has a reach, which follows from
the subject's own rewards: within it steps are equal, beyond it they grow with the parameter.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from trnn.config.dynamics import Range
from trnn.theory.model import Model
from trnn.trials.sequences import Sequences

Array = np.ndarray

STEEP = 10.0  # a decision variable of this size leaves no doubt: logistic(-10) is 5e-5
PER = "1/"  # how the unit of a parameter begins that multiplies what it names
VALUE = "value"  # the unit of what rewards are learned as


@dataclass(frozen=True)
class Space:
    """The search's coordinates, in [0, 1], of d parameters of n subjects.

    `low` and `width` (d,) are those of the ranges; `bent` (n, d) says where a coordinate is not a
    share of the range; there the parameter is ``reach * sinh(start + (end - start) * share)``, all
    (n, d).
    """

    low: Array
    width: Array
    bent: Array
    reach: Array
    start: Array
    end: Array

    def parameters(self, unit: Array, rows: Array) -> Array:
        """Return the parameters at points of the unit cube.

        Parameters
        ----------
        unit : (k, m, d)
            m points of each of k subjects.
        rows : (k,) of int
            Which subjects.

        Returns
        -------
        (k, m, d)
        """
        straight = self.low + self.width * unit
        if not self.bent.any():
            return straight
        reach, start, end = (a[rows, None] for a in (self.reach, self.start, self.end))
        curved = reach * np.sinh(start + (end - start) * unit)
        curved = np.clip(curved, self.low, self.low + self.width)
        return np.where(self.bent[rows, None], curved, straight)

    def unit(self, parameters: Array) -> Array:
        """Return the points of the unit cube, (n, d), of one parameter set a subject, (n, d)."""
        straight = (parameters - self.low) / self.width
        curved = (np.arcsinh(parameters / self.reach) - self.start) / (self.end - self.start)
        return np.clip(np.where(self.bent, curved, straight), 0.0, 1.0)


def search_space(model: Model, sequences: Sequences, ranges: Mapping[str, Range]) -> Space:
    """Return the coordinates in which a model's parameters are searched.

    Of a parameter whose unit is ``1/<...>`` the reach is `STEEP` over the subject's largest reward
    (its absolute value), and of one in the units of value or of the model's state that reward.
    Where the range lies within the reach, as with rewards of 0 and 1 in [0, 10], and of every
    other parameter, a coordinate is a share of the range.
    """
    low = np.array([r.low for r in ranges.values()])
    high = np.array([r.high for r in ranges.values()])
    largest = np.abs(sequences.reward).max(axis=1, initial=0.0)
    largest[largest == 0.0] = 1.0  # of who never gets a reward other than 0
    of_value = {VALUE, *(state.unit for state in model.state)} - {"", "1"}
    reach = np.full((len(largest), len(low)), np.inf)
    for p, name in enumerate(ranges):
        unit = model.unit_of[name]
        if unit.startswith(PER):
            reach[:, p] = STEEP / largest
        elif unit in of_value:
            reach[:, p] = largest
    bent = reach < np.maximum(np.abs(low), np.abs(high))
    reach = np.where(bent, reach, 1.0)
    return Space(low, high - low, bent, reach, np.arcsinh(low / reach), np.arcsinh(high / reach))
