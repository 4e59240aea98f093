"""What `trnn check` tells of people whose file is here: who can be used, and what they faced."""

from collections.abc import Iterator
from pathlib import Path

from trnn.checks.priors.differences import task_differences
from trnn.checks.priors.measured import task_measured
from trnn.config.payoffs import arms_move
from trnn.data.prepare import prepare_people
from trnn.data.registry import Dataset
from trnn.workflow.settings import AllSettings

PEOPLE, LEFT_OUT, DOUBTFUL = "people", "left out", "doubtful"


def people_here(settings: AllSettings) -> Iterator[tuple[str, str]]:
    """Yield the kind of each line and its words, experiment by experiment.

    Where stand-ins are asked for, or a data set's file is not on this disk, there is none.

    Raises
    ------
    DataError
        If a file is here and a run could not use it.
    """
    for name, experiment in settings.experiments.items():
        if experiment.human is None or settings.run.data_source != "real":
            continue
        dataset = settings.registry[experiment.human]
        path = _file_of(dataset)
        if path is None:
            continue
        read = prepare_people(path, dataset, arms_move=arms_move(experiment.task))
        n_trials, n_subjects = len(read.frame), read.frame["subject"].nunique()
        yield PEOPLE, f"{name}: {n_subjects:,} people, {n_trials:,} trials, of {path}"
        for person, reason in read.left_out.items():
            yield LEFT_OUT, f"{name}: {person}: {reason}"
        for difference in task_differences(task_measured(read.frame, experiment.task)):
            yield DOUBTFUL, f"{name}: {difference}"


def _file_of(dataset: Dataset) -> Path | None:
    """Return the file of a data set that a run would read; None if it would have to fetch one."""
    named = [Path(dataset.manual_folder) / name for name in dataset.file_names]
    fetched = Path("data/raw") / dataset.name
    places = [Path(dataset.on_disk)] if dataset.on_disk is not None else [*named, fetched]
    return next((place for place in places if place.is_file()), None)
