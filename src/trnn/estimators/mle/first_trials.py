"""Maximum likelihood on the first trials of a session: how recovery grows with their number."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import pandas as pd

from trnn.config.experiment import Experiment
from trnn.estimators.mle.fit import fit
from trnn.tables.layout import shown
from trnn.tables.parquet import Provenance, write_table
from trnn.tables.schema import BOOLEAN, FLOAT, INTEGER, Column, TableSchema
from trnn.theory.models import get_model
from trnn.theory.parameters import parameter_columns
from trnn.trials.columns import SUBJECT
from trnn.trials.read import TRIAL_COLUMNS, read_trial_table
from trnn.trials.sequences import first_trials, from_frame


def recovery_fits(unit_of: Mapping[str, str]) -> TableSchema:
    """Return the schema of the fits to the first trials; `unit_of`: parameter -> unit."""
    return TableSchema(
        name="recovery_fits",
        path=shown("recovery_fits"),
        row="a stationary test agent, fitted to the first trials of its session",
        columns=(
            SUBJECT,
            Column("n_trials", INTEGER, "how many of the first trials", "trial", low=1),
            *parameter_columns(unit_of, "maximum-likelihood"),
            Column("nll", FLOAT, "negative log likelihood at the optimum", "nats", low=0),
            Column(
                "converged",
                BOOLEAN,
                "whether it slopes by at most 0.01 nats a range there",
            ),
            Column("at_bound", BOOLEAN, "whether a parameter lies on a bound of its range"),
        ),
    )


def fit_recovery(
    trials: str | Path,
    output: str | Path,
    experiment: Experiment,
    dynamics: Sequence[str],
    seed: int,
    provenance: Provenance,
) -> None:
    """Fit the agents of some dynamics of a test table to their first trials; write the fits.

    `dynamics` are the names of those under which parameters never change. The numbers of trials
    are those of `experiment.test.recovery_trials` that every session has. Without such agents or
    such numbers the table has no rows.
    """
    model = get_model(experiment.model)
    frame = read_trial_table(trials, [*TRIAL_COLUMNS, "dynamics"])
    sequences = from_frame(frame[frame["dynamics"].isin(dynamics)])
    shortest = int(sequences.lengths.min()) if sequences.subjects else 0
    schema = recovery_fits(model.unit_of)
    parts = []
    for n_trials in sorted(n for n in experiment.test.recovery_trials if n <= shortest):
        part = fit(
            model,
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
