"""The schema of the evidence that a particle filter finds, with its Monte Carlo error."""

from trnn.tables.layout import shown
from trnn.tables.schema import BOOLEAN, FLOAT, INTEGER, STRING, Column, TableSchema
from trnn.trials.columns import POPULATION, SUBJECT

FILTER_EVIDENCE = TableSchema(
    name="filter_evidence",
    path=shown("convergence"),
    row="a subject, filtered under one dynamics",
    columns=(
        Column("estimator", STRING, "the filter"),
        POPULATION,
        SUBJECT,
        Column("n_trials", INTEGER, "trials of the subject", "trial", low=1),
        Column(
            "log_evidence", FLOAT, "log P(all choices) under the filter's dynamics", "nats", high=0
        ),
        Column(
            "log_evidence_error",
            FLOAT,
            "its Monte Carlo standard error, from independent replicates",
            "nats",
            low=0,
        ),
        Column("n_particles", INTEGER, "particles, those of all replicates together", low=1),
        Column("converged", BOOLEAN, "whether the error is at most the tolerance"),
    ),
)
