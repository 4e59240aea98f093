"""Axis labels: words, symbol, unit."""

from collections.abc import Mapping

from trnn.config.dynamics import Range
from trnn.theory.meanings import MEANINGS
from trnn.theory.parameters import error_scale

TRIAL_OF_BLOCK = "trial of the block"
P_ACTION_0 = "P(action 0)"


def symbol(parameter: str) -> str:
    """Return a parameter's symbol, for example κ."""
    return MEANINGS[parameter].symbol


def named(parameter: str) -> str:
    """Return a parameter in words with its symbol, for example ``perseveration κ``."""
    meaning = MEANINGS[parameter]
    return f"{meaning.words.split(' (')[0]} {meaning.symbol}"


def parameter_label(parameter: str, unit_of: Mapping[str, str]) -> str:
    """Return an axis label, for example ``perseveration κ (value)``.

    `unit_of`: the units of the model's parameters.
    """
    unit = unit_of[parameter]
    return named(parameter) + ("" if unit == "1" else f" ({unit})")


def measure_label(measure: str, parameters: Mapping[str, Range]) -> str:
    """Return the axis label of a column of the metrics table.

    `parameters` are those of the model; the error of one with a wide range is that of a tenth.
    """
    if measure == "bce":
        return "mean −log P(choice) (nats)"
    name = measure.removeprefix("mse_")
    scale = error_scale(parameters[name].low, parameters[name].high)
    return f"mean squared error of {symbol(name)}" + ("" if scale == 1 else f"/{scale:g}")


def dynamics_label(dynamics: str) -> str:
    """Return the name of dynamics in words, for example ``random walk``."""
    return dynamics.replace("_", " ")


def two_decimals(value: float) -> str:
    """Return a number for people, with a minus sign (not a hyphen) and no negative zero."""
    return f"{round(value, 2) + 0.0:.2f}".replace("-", "−")
