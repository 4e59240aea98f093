"""What an experiment has, which decides its figures."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from trnn.config.networks import base_of
from trnn.figures.keys import ESTIMATES, HISTORIES, HUMAN_TRIALS, TEST_TRIALS


@dataclass(frozen=True)
class There:
    """Tables, estimators and networks of an experiment, its model's parameters, people's columns.

    Attributes
    ----------
    experiment : str
        Its name, which decides nothing.
    tables : collection of str
        The kinds of tables that it has once (`trnn.tables.layout`).
    estimators : population -> names
        Those of the test agents, and those of "human" where there are people, and of "matched"
        where there are agents matched to them.
    networks : network -> parts
        A t-RNN's training seeds, a d-RNN's cohorts.
    parameters : collection of str
        The model's parameters.
    columns : collection of str
        Columns of the people's table beside those that every one has.
    """

    experiment: str
    tables: Collection[str]
    estimators: Mapping[str, Collection[str]]
    networks: Mapping[str, Collection[str]]
    parameters: Collection[str]
    columns: Collection[str] = ()

    @property
    def has_people(self) -> bool:
        """Whether the experiment has people."""
        return "human" in self.estimators

    @property
    def has_variants_of_people(self) -> bool:
        """Whether people have both an estimator and a variant of it."""
        names = self.estimators.get("human", ())
        return any(base_of(name) in names and base_of(name) != name for name in names)

    def has(self, key: str) -> bool:
        """Return whether there is a table of a key (`trnn.figures.keys`)."""
        kind, *rest = key.split(":")
        if key == TEST_TRIALS:
            return "test" in self.estimators
        if key == HUMAN_TRIALS:
            return self.has_people
        if kind == ESTIMATES:
            estimator, population = rest
            return estimator in self.estimators.get(population, ())
        if kind in HISTORIES:
            return any(base_of(name) == HISTORIES[kind] for name in self.networks)
        return kind in self.tables
