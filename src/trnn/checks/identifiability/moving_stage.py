"""The workflow's stage of the map of moving parameters."""

from collections.abc import Sequence
from pathlib import Path

from trnn.checks.identifiability.cells import cells_of
from trnn.checks.identifiability.identifiability_table import identifiability
from trnn.checks.identifiability.rows import table_of
from trnn.checks.identifiability.while_moving import moving_rows
from trnn.config.experiment import Experiment
from trnn.tables.parquet import Provenance, read_table, write_table
from trnn.theory.models import get_model
from trnn.trials.join import join_estimates


def moving_stage(
    experiment: Experiment,
    trials: str | Path,
    estimates: str | Path,
    estimator: str,
    dynamics: Sequence[str],
    output: str | Path,
    seed: int,
    n_resamples: int,
    provenance: Provenance,
) -> None:
    """Write the map of an experiment's moving parameters, from an estimator's test estimates.

    `dynamics` are the names of the test agents' dynamics that are mapped, each apart.
    """
    names = tuple(experiment.parameters)
    schema = identifiability(get_model(experiment.model).unit_of)
    cells = cells_of(experiment.parameters, experiment.identifiability.cells)
    keys = ["subject", "block", "trial"]
    joined = join_estimates(
        read_table(trials, columns=[*keys, "dynamics", *names]),
        read_table(estimates, columns=[*keys, *names, *(f"{name}_sd" for name in names)]),
    )
    rows = [
        row
        for own in dynamics
        for row in moving_rows(
            names, cells, joined, own, estimator, n_resamples, seed, experiment.name
        )
    ]
    write_table(table_of(rows, names, schema, cells), output, schema, provenance)
