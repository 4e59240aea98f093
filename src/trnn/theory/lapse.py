"""Choices of which a share is made by a coin, as a decision variable of the logistic function."""

import math

from trnn.compilation import inlined


@inlined
def log_odds(x, tail, lapse):
    """Return the log odds of action 0 if a share `lapse` of the choices is a coin's.

    P(0) = lapse / 2 + (1 - lapse) F(x), with a symmetric distribution function F.

    Parameters
    ----------
    x : number
        The decision variable of those choices that do not lapse.
    tail : number
        F(-|x|), above 0: as `trnn.theory.numeric` has it, which ends near e^-709. It holds a small
        probability to the last digit, where 1 - F(|x|) would have lost it.
    lapse : number
        In [0, 1].
    """
    less = 0.5 * lapse + (1.0 - lapse) * tail  # the probability of the less likely action
    odds = math.log1p(-less) - math.log(less)  # of the smallest numbers a ratio would be infinite
    return odds if x > 0.0 else -odds
