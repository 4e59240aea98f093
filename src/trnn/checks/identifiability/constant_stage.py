"""The workflow's stage of the map of constant parameters."""

import logging
from pathlib import Path

from trnn.checks.identifiability.agents import agents_summaries
from trnn.checks.identifiability.exact_rows import exact_rows
from trnn.checks.identifiability.identifiability_table import identifiability
from trnn.checks.identifiability.rows import table_of
from trnn.config.experiment import Experiment
from trnn.tables.parquet import Provenance, write_table
from trnn.theory.models import get_model

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
    schema = identifiability(get_model(experiment.model).unit_of)
    cells, found = agents_summaries(experiment, seed)
    rows = exact_rows(names, cells, found, n_resamples, seed, experiment.name)
    table = table_of(rows, names, schema, cells)
    for row in table[table["kind"] == "overall"].itertuples():
        log.info("%s after %d: %.3f", row.parameter, row.n_trials, row.relative_error)
    write_table(table, output, schema, provenance)
