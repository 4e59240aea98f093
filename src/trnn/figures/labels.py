"""Axis labels: words, symbol, unit."""

from trnn.theory.words import MEANINGS

# Of each parameter that has one.
UNITS = {"beta": "1/value", "kappa": "value", "gamma": "1/points"}
# The hybrid model multiplies beta by V / TU, a ratio of points to points.
UNITLESS = {"gershman": ("beta",)}

# The errors that figure 2A shows are of parameters in [0, 1], or in [0, 10] and then of a tenth.
ERROR_OF_A_TENTH = {"beta": "/10"}

TRIAL_OF_BLOCK = "trial of the block"
P_ACTION_0 = "P(action 0)"


def symbol(parameter: str) -> str:
    """Return a parameter's symbol, for example κ."""
    return MEANINGS[parameter].symbol


def parameter_label(parameter: str, experiment: str = "") -> str:
    """Return an axis label, for example ``perseveration κ (value)``."""
    meaning = MEANINGS[parameter]
    words = meaning.words.split(" (")[0]
    without_unit = parameter not in UNITS or parameter in UNITLESS.get(experiment, ())
    return f"{words} {meaning.symbol}" + ("" if without_unit else f" ({UNITS[parameter]})")


def measure_label(measure: str) -> str:
    """Return the axis label of a column of the metrics table."""
    if measure == "bce":
        return "mean −log P(choice) (nats)"
    name = measure.removeprefix("mse_")
    return f"mean squared error of {symbol(name)}{ERROR_OF_A_TENTH.get(name, '')}"


def dynamics_label(dynamics: str) -> str:
    """Return a law of motion in words, for example ``random walk``."""
    return dynamics.replace("_", " ")


def two_decimals(value: float) -> str:
    """Return a number for people, with a minus sign (not a hyphen) and no negative zero."""
    return f"{round(value, 2) + 0.0:.2f}".replace("-", "−")
