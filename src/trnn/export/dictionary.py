"""What every column of an export holds, as a JSON sidecar tells it."""

from typing import Any

import pyarrow as pa

from trnn.export.regressors import Regressors
from trnn.export.source import GIVEN, Source

METHOD = (
    "Parameters and predictions are an estimator's own. Latent quantities (values, prediction "
    "error) are means over draws of the parameters' trajectories, each of which learns by the "
    "model's equations along the choices and rewards of the person; their SD is that over draws. "
    "'causal': the parameters of a trial are estimated from the trials before it, and values build "
    "up from those estimates. 'smoothed': they are estimated from the whole session, so that they "
    "describe it and predict nothing in it."
)


def about(source: Source, made: Regressors) -> dict[str, Any]:
    """Return what is to be known of all columns together."""
    notes = {"SourceNotes": dict(source.notes)} if source.notes else {}
    return {"Description": METHOD, "Estimates": dict(made.kinds), **notes}


def dictionary(source: Source, made: Regressors) -> dict[str, dict[str, Any]]:
    """Return description, unit, levels and, of estimates, the mark, of each column."""
    own = {name: _own(source, name) for name in source.own.names}
    added = {}
    for column in made.columns:
        entry: dict[str, Any] = {"Description": column.description, "Units": column.unit or "1"}
        if column.allowed is not None:
            levels = dict(zip(("0", "1"), source.labels, strict=True))
            entry = {"Description": column.description, "Levels": levels}
        if given := made.given[column.name]:
            entry |= {"Given": given, "GivenMeaning": GIVEN[given]}
        added[column.name] = entry
    return own | added


def _own(source: Source, name: str) -> dict[str, Any]:
    column = source.columns.get(name)
    if column is None:
        return {"Description": f"column '{name}' of {source.own.where}, as its owner has it"}
    if column.allowed is not None:
        return {"Description": column.description, "Levels": _levels(column.allowed)}
    # What has a unit is a number, for the validator of BIDS too.
    units = {} if pa.types.is_string(column.type) else {"Units": column.unit or "1"}
    return {"Description": column.description, **units}


def _levels(allowed: tuple[Any, ...]) -> dict[str, str]:
    return {
        f"{value:g}" if isinstance(value, float) else str(value): str(value) for value in allowed
    }
