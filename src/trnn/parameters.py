"""What each parameter is: its name in words, symbol, unit."""

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
MSE_SCALE = {"beta": 10.0}
