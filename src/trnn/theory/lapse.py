"""Choices of which a share is made by a coin, as a decision variable of the logistic function."""

from trnn.compilation import inlined
from trnn.theory.numeric import log


@inlined
def log_odds(x, tail, lapse):
    """Return the log odds of action 0 if a share `lapse` of the choices is a coin's.

    P(0) = lapse / 2 + (1 - lapse) F(x), with a symmetric distribution function F. No odds are above
    708: of a smaller probability than e^-708 there is no ordinary double.

    Parameters
    ----------
    x : number
        The decision variable of those choices that do not lapse.
    tail : number
        F(-|x|), as `trnn.theory.numeric` has it. It holds a small probability to the last digit,
        where 1 - F(|x|) would have lost it.
    lapse : number
        In [0, 1].
    """
    less = 0.5 * lapse + (1.0 - lapse) * tail  # the probability of the less likely action
    odds = log(less / (1.0 - less))
    return -odds if x > 0.0 else odds
