"""Which subjects the study's reported numbers apply to: one rule for every table and text."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from ger2024.published import Published
from trnn.tables.parquet import read_metadata

HUMAN, TEST = "human", "test"
SIMULATED = "simulated"


@dataclass(frozen=True)
class Subjects:
    """The subjects of an experiment: its name, its model, and the metadata of people's table.

    `people` holds the metadata of the table of people's trials; None: there are no people.
    """

    experiment: str
    model: str
    people: Mapping[str, str] | None = None

    @property
    def simulated(self) -> bool:
        """Whether the people are simulated stand-ins."""
        return self.people is not None and self.people.get("data_source") == SIMULATED


def read_subjects(experiment: str, model: str, people: str | Path | None) -> Subjects:
    """Return the subjects of an experiment; `people` is the table of people's trials, if any.

    Raises
    ------
    TableError
        If the table is absent or unreadable.
    """
    return Subjects(experiment, model, None if people is None else read_metadata(people))


def reported_as(published: Published, subjects: Subjects, population: str) -> str | None:
    """Return the name under which the study reports on these subjects; None if it does not.

    For people the name is that of their data set. They must be the people of the study, by the
    digest of their trials, or simulated stand-ins for them, and the model must be the one that the
    study fitted. For simulated agents it is the name of the experiment, with the model that it has
    in the study.
    """
    if population == TEST:
        name = subjects.experiment
        return name if published.experiments.get(name) == subjects.model else None
    people = subjects.people or {}
    dataset = people.get("dataset")
    theirs = None if dataset is None else published.people.get(dataset)
    if theirs is None or theirs.model != subjects.model:
        return None
    same = people.get("content_sha256") == theirs.content_sha256
    return dataset if same or subjects.simulated else None


def is_of_the_study(published: Published, experiment: str, model: str, dataset: str | None) -> bool:
    """Return whether the study may report on an experiment, as far as its settings show.

    Whether the people are the study's is known once their trials are read: see `reported_as`.
    """
    theirs = None if dataset is None else published.people.get(dataset)
    people = theirs is not None and theirs.model == model
    return people or published.experiments.get(experiment) == model
