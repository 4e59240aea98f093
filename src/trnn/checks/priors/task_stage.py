"""The workflow's stage: the people's task, measured."""

from pathlib import Path

from trnn.checks.priors.measured import task_measured
from trnn.checks.priors.priors_table import TASK_MEASURED
from trnn.config.experiment import Experiment
from trnn.tables.parquet import Provenance, write_table
from trnn.trials.read import read_trial_table


def measure_task(
    trials: str | Path, output: str | Path, experiment: Experiment, provenance: Provenance
) -> None:
    """Measure the people's task; write it beside the configured one."""
    frame = task_measured(read_trial_table(trials), experiment.task)
    write_table(frame, output, TASK_MEASURED, provenance)
