"""The schema of the evidence of constant parameters, with its Monte Carlo error."""

from trnn.tables.layout import shown
from trnn.tables.schema import FLOAT, INTEGER, STRING, Column, TableSchema
from trnn.trials.columns import POPULATION, SUBJECT

CONSTANT_EVIDENCE = TableSchema(
    name="constant_evidence",
    path=shown("constant_evidence"),
    row="a subject, whose parameters are taken to be constant",
    columns=(
        Column("estimator", STRING, "the estimator that takes parameters to be constant"),
        POPULATION,
        SUBJECT,
        Column("n_trials", INTEGER, "trials of the subject", "trial", low=1),
        Column(
            "log_evidence",
            FLOAT,
            "log P(all choices) of constant parameters, uniform over their ranges",
            "nats",
            high=0,
        ),
        Column(
            "log_evidence_error",
            FLOAT,
            "its Monte Carlo standard error, from the weights of the draws",
            "nats",
            low=0,
        ),
    ),
)
