"""The schema of the maximum-likelihood fits."""

from collections.abc import Sequence

from trnn.tables.layout import shown
from trnn.tables.schema import BOOLEAN, FLOAT, INTEGER, Column, TableSchema
from trnn.theory.agents_table import parameter_columns
from trnn.trials.columns import POPULATION, SUBJECT


def mle(parameters: Sequence[str]) -> TableSchema:
    """Return the schema of the maximum-likelihood fits."""
    return TableSchema(
        name="fits",
        path=shown("fits"),
        row="a subject",
        columns=(
            POPULATION,
            SUBJECT,
            *parameter_columns(parameters, "maximum-likelihood"),
            Column("nll", FLOAT, "negative log likelihood at the optimum", "nats", low=0),
            Column("n_trials", INTEGER, "trials of the subject", "trial", low=1),
            Column("converged", BOOLEAN, "whether the best start's optimiser converged"),
            Column("at_bound", BOOLEAN, "whether a parameter lies on a bound of its range"),
        ),
    )
