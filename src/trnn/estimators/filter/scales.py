"""Walks on their own scale and in the parameter's units, one number at a time, compiled."""

import math

from trnn.compilation import inlined
from trnn.theory.motions import FROM_THE_END, LOGIT
from trnn.theory.numeric import exp, logistic


@inlined
def value_of(motions, k, x):
    """Return parameter k where its walk stands at x."""
    low, high = motions.low[k], motions.high[k]
    if motions.scale[k] == LOGIT:
        return low + (high - low) * logistic(x)
    return min(max(exp(x), low), high)


@inlined
def on_its_scale(motions, k, value):
    """Return where a walk stands whose parameter has a value; held off the interval's ends."""
    low, width = motions.low[k], motions.high[k] - motions.low[k]
    share = min(max((value - low) / width, FROM_THE_END), 1.0 - FROM_THE_END)
    if motions.scale[k] == LOGIT:
        return math.log(share) - math.log1p(-share)
    return math.log(low + width * share)
