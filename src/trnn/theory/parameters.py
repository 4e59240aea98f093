"""What each parameter is: its name in words, symbol, unit."""

from collections.abc import Collection
from dataclasses import dataclass


@dataclass(frozen=True)
class ParameterMeaning:
    """A parameter's name, its symbol in figures, and its unit."""

    words: str
    symbol: str
    unit: str


MEANINGS: dict[str, ParameterMeaning] = {
    "alpha": ParameterMeaning("learning rate", "α", "1"),
    "beta": ParameterMeaning("inverse temperature", "β", "1/value"),
    "kappa": ParameterMeaning("perseveration", "κ", "value"),
    "gamma": ParameterMeaning(
        "directed exploration (weight of relative uncertainty)", "γ", "1/points"
    ),
}


def unit_of(name: str, parameters: Collection[str]) -> str:
    """Return the unit of a parameter of the model that has `parameters`.

    In Q-learning beta multiplies values; in hybrid exploration, the model of beta and gamma, it
    multiplies V / TU, a ratio of points to points.
    """
    return "1" if name == "beta" and set(parameters) == {"beta", "gamma"} else MEANINGS[name].unit


def error_scale(low: float, high: float) -> float:
    """Return what an error is divided by: 10 for a parameter whose range is [0, 10], else 1.

    So the errors of an inverse temperature and of a learning rate in [0, 1] are comparable.
    """
    return 10.0 if (low, high) == (0, 10) else 1.0
