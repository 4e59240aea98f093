"""The schema of the maximum-likelihood fits."""

from collections.abc import Mapping

from trnn.tables.layout import shown
from trnn.tables.schema import BOOLEAN, FLOAT, INTEGER, Column, TableSchema
from trnn.theory.meanings import MEANINGS
from trnn.theory.parameters import parameter_columns
from trnn.trials.columns import POPULATION, SUBJECT

IDENTIFIED = (
    "whether the choices tell the {words}: half its range or more away from the estimate the "
    "profile log likelihood is lower by at least 1.92 nats; where not, the estimate is arbitrary"
)


def mle(unit_of: Mapping[str, str]) -> TableSchema:
    """Return the schema of the maximum-likelihood fits; `unit_of`: parameter -> unit."""
    return TableSchema(
        name="fits",
        path=shown("fits"),
        row="a subject",
        columns=(
            POPULATION,
            SUBJECT,
            *parameter_columns(unit_of, "maximum-likelihood"),
            Column("nll", FLOAT, "negative log likelihood at the optimum", "nats", low=0),
            Column("n_trials", INTEGER, "trials of the subject", "trial", low=1),
            Column(
                "converged",
                BOOLEAN,
                "whether it slopes by at most 0.01 nats a range there",
            ),
            Column("at_bound", BOOLEAN, "whether a parameter lies on a bound of its range"),
            *(
                Column(
                    f"{name}_identified",
                    BOOLEAN,
                    IDENTIFIED.format(words=MEANINGS[name].words),
                )
                for name in unit_of
            ),
        ),
    )
