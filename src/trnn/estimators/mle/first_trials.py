"""Maximum likelihood on the first trials of a session: how recovery grows with their number."""

from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from trnn.config.experiment import Experiment
from trnn.estimators.mle.fit import fit
from trnn.tables.layout import shown
from trnn.tables.parquet import Provenance, read_table, write_table
from trnn.tables.schema import BOOLEAN, FLOAT, INTEGER, Column, TableSchema
from trnn.theory.agents_table import parameter_columns
from trnn.theory.models import get_model
from trnn.trials.columns import SUBJECT
from trnn.trials.sequences import first_trials, from_frame

CONSTANT = "stationary"


def recovery_fits(parameters: Sequence[str]) -> TableSchema:
    """Return the schema of the fits to the first trials of stationary agents."""
    return TableSchema(
        name="recovery_fits",
        path=shown("recovery_fits"),
        row="a stationary test agent, fitted to the first trials of its session",
        columns=(
            SUBJECT,
            Column("n_trials", INTEGER, "how many of the first trials", "trial", low=1),
            *parameter_columns(parameters, "maximum-likelihood"),
            Column("nll", FLOAT, "negative log likelihood at the optimum", "nats", low=0),
            Column("converged", BOOLEAN, "whether the best start's optimiser converged"),
            Column("at_bound", BOOLEAN, "whether a parameter lies on a bound of its range"),
        ),
    )


def fit_recovery(
    trials: str | Path,
    output: str | Path,
    experiment: Experiment,
    seed: int,
    provenance: Provenance,
) -> None:
    """Fit the stationary agents of a test table to their first trials; write the fits.

    The numbers of trials are `experiment.test.recovery_trials`, those that every session has.
    Without stationary agents or such numbers the table has no rows.
    """
    names = tuple(experiment.parameters)
    frame = read_table(
        trials, columns=["subject", "dynamics", "block", "trial", "action", "reward"]
    )
    sequences = from_frame(frame[frame["dynamics"] == CONSTANT])
    shortest = int(sequences.lengths.min()) if sequences.subjects else 0
    schema = recovery_fits(names)
    parts = []
    for n_trials in sorted(n for n in experiment.test.recovery_trials if n <= shortest):
        part = fit(
            get_model(experiment.model),
            first_trials(sequences, n_trials),
            experiment.parameters,
            experiment.estimators.mle,
            seed,
            experiment.name,
            "recovery",
        )
        parts.append(part[schema.names()])
    table = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=schema.names())
    write_table(table, output, schema, provenance)
