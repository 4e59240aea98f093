"""At which rates changes are proposed under each hazard that a person may have, compiled."""

from typing import NamedTuple

import numpy as np

from trnn.compilation import compiled
from trnn.estimators.filter.movement import proposed, unchanged
from trnn.theory.hazards import hazards_of, under

Array = np.ndarray


class Rates(NamedTuple):
    """What differs between h hazards (one row where all people share it) of d parameters.

    Parameters
    ----------
    hazard : (h, d), how likely a change is on a trial
    proposed : (h, d), how often it is proposed
    unchanged : (h,), how much likelier it is than as proposed that nothing changes
    """

    hazard: Array
    proposed: Array
    unchanged: Array


@compiled
def rates_of(motions, as_they_come):
    """Return the rates; `as_they_come`: whether changes are proposed as often as they come."""
    hazard = hazards_of(motions)
    often, in_common = np.empty_like(hazard), np.empty(len(hazard))
    for h in range(len(hazard)):
        own = under(motions, hazard[h])
        rates = own.hazard if as_they_come else proposed(own)
        in_common[h] = unchanged(own, rates)
        for k in range(len(rates)):
            often[h, k] = rates[k]
    return Rates(hazard, often, in_common)
