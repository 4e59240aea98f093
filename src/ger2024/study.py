"""What the study adds to a run, decided by what an experiment has."""

from trnn.config.experiment import Experiment
from trnn.data.registry import Dataset


def tables_of(experiment: Experiment, dataset: Dataset | None) -> tuple[str, ...]:
    """Return the kinds of tables that the study adds to an experiment: its analyses of people."""
    return () if dataset is None else ("findings", "courses")
