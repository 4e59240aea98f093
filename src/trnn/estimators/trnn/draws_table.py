"""The schema of draws from a network's posterior."""

from collections.abc import Mapping

from trnn.estimators.trnn import words
from trnn.tables.layout import shown
from trnn.tables.schema import INTEGER, Column, TableSchema
from trnn.theory.parameters import parameter_columns
from trnn.trials.columns import BLOCK, SUBJECT, TRIAL


def draws_table(unit_of: Mapping[str, str]) -> TableSchema:
    """Return the schema of draws of trajectories; `unit_of`: parameter -> unit."""
    return TableSchema(
        name="draws",
        path=shown("draws"),
        row=words.DRAWS_ROW,
        columns=(
            SUBJECT,
            Column("draw", INTEGER, words.DRAW, low=0),
            BLOCK,
            TRIAL,
            *parameter_columns(unit_of, "drawn"),
        ),
    )
