"""What the study adds to a run; it is decided by what an experiment has, before anything is run."""

from collections.abc import Mapping

from ger2024.applies import TEST, Subjects, is_of_the_study, reported_as
from ger2024.published import Published
from trnn.config.experiment import Experiment
from trnn.data.registry import Dataset


def tables_of(experiment: Experiment, dataset: Dataset | None) -> tuple[str, ...]:
    """Return the kinds of tables that the study adds to an experiment: its analyses of people."""
    return () if dataset is None else ("findings", "courses")


def finding_of_recovery(published: Published, experiment: Experiment) -> str | None:
    """Return the finding that tests of recovery belong to: the study's sixth, of its own agents."""
    subjects = Subjects(experiment.name, experiment.model)
    return "6" if reported_as(published, subjects, TEST) is not None else None


def replicated(published: Published, experiments: Mapping[str, Experiment]) -> list[str]:
    """Return the experiments that a replication table is made from; none: there is no table."""
    return [
        name
        for name, e in experiments.items()
        if is_of_the_study(published, name, e.model, e.human)
    ]
