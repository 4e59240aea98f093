"""The workflow's stages: the map of constant parameters, and that of moving ones."""

import logging
from pathlib import Path

from trnn.checks.identifiability.agents import agents_summaries
from trnn.checks.identifiability.cells import cells_of
from trnn.checks.identifiability.identifiability_table import identifiability
from trnn.checks.identifiability.rows import exact_rows, table_of
from trnn.checks.identifiability.while_moving import moving_rows
from trnn.config.experiment import Experiment
from trnn.tables.parquet import Provenance, read_table, write_table

log = logging.getLogger(__name__)


def identifiability_stage(
    experiment: Experiment,
    output: str | Path,
    seed: int,
    n_resamples: int,
    provenance: Provenance,
) -> None:
    """Write the map of an experiment's constant parameters, from exact posteriors of its agents."""
    names = tuple(experiment.parameters)
    cells, found = agents_summaries(experiment, seed)
    rows = exact_rows(names, cells, found, n_resamples, seed, experiment.name)
    table = table_of(rows, names, cells)
    for row in table[table["kind"] == "overall"].itertuples():
        log.info("%s after %d: %.3f", row.parameter, row.n_trials, row.relative_error)
    write_table(table, output, identifiability(names), provenance)


def moving_stage(
    experiment: Experiment,
    trials: str | Path,
    estimates: str | Path,
    estimator: str,
    output: str | Path,
    seed: int,
    n_resamples: int,
    provenance: Provenance,
) -> None:
    """Write the map of an experiment's moving parameters, from an estimator's test estimates."""
    names = tuple(experiment.parameters)
    cells = cells_of(experiment.parameters, experiment.identifiability.cells)
    keys = ["subject", "block", "trial"]
    rows = moving_rows(
        names,
        cells,
        read_table(trials, columns=[*keys, "dynamics", *names]),
        read_table(estimates, columns=[*keys, *names, *(f"{name}_sd" for name in names)]),
        estimator,
        n_resamples,
        seed,
        experiment.name,
    )
    write_table(table_of(rows, names, cells), output, identifiability(names), provenance)
