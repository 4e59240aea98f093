"""Parameters of models: their columns in tables, and on which scale their errors are compared."""

from collections.abc import Mapping
from math import floor, log10

from trnn.tables.schema import FLOAT, Column
from trnn.theory.meanings import MEANINGS
from trnn.theory.words import PARAMETER


def parameter_columns(unit_of: Mapping[str, str], what: str) -> tuple[Column, ...]:
    """Return one column a parameter.

    Parameters
    ----------
    unit_of : parameter -> unit
        In the model's order: `trnn.theory.model.Model.unit_of`.
    what : str
        "true", "estimated" and the like, for the columns' descriptions.
    """
    return tuple(
        Column(
            name,
            FLOAT,
            PARAMETER.format(what=what, words=MEANINGS[name].words, symbol=MEANINGS[name].symbol),
            unit,
        )
        for name, unit in unit_of.items()
    )


def error_scale(low: float, high: float) -> float:
    """Return what an error is divided by: the power of ten that the range spans, at least 1.

    10 for an inverse temperature in [0, 10] or [-5, 10], 1 for a learning rate in [0, 1] or
    [0, 0.2], 100 for a weight in [0, 100]. So the errors of parameters of different sizes are
    comparable, and those of usual ranges are divided by a round number.
    """
    return 10.0 ** max(0, floor(log10(high - low)))
