"""Parameters of models: their columns in tables, and on which scale their errors are compared."""

from collections.abc import Mapping

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
    """Return what an error is divided by: 10 for a parameter whose range is [0, 10], else 1.

    So the errors of an inverse temperature and of a learning rate in [0, 1] are comparable.
    """
    return 10.0 if (low, high) == (0, 10) else 1.0
