"""The warning at the head of a text if the people of a run are simulated stand-ins."""

from collections.abc import Mapping
from typing import Any

from trnn.tables.parquet import read_metadata

STAND_INS = "simulated stand-ins"
WARNING = (
    f"**The people of this run are {STAND_INS}, made by a model. "
    "Nothing about people here is a result.**"
)


def has_stand_ins(tables: Mapping[str, Any]) -> bool:
    """Return whether one of an experiment's tables says that it is of simulated stand-ins.

    Parameters
    ----------
    tables : mapping
        `metrics`, `statistics` and `people`: paths, or None for a table that there is not.
    """
    return any(
        read_metadata(tables[kind]).get("data_source") == "simulated"
        for kind in ("metrics", "statistics", "people")
        if tables.get(kind) is not None
    )
