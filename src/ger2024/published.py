"""What the original study reported, read from a file, to stand beside this project's numbers."""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, ValidationError

from trnn.config.base import Name, Probability, Settings
from trnn.config.plain import read_yaml
from trnn.errors import ConfigError

Population = Literal["human", "test"]
# data set (of agents: experiment) -> population -> group -> estimator -> measure
Means = dict[str, dict[str, dict[str, dict[str, dict[str, float]]]]]


class Mean(Settings):
    """A mean over subjects of a column of the metrics table."""

    table: Literal["metrics"]
    estimator: str = Field(description="estimator of the metrics table")
    measure: str = Field(description="column of the metrics table")
    group: str = Field("all", description="'all', a group, or dynamics of agents")


class FindingRows(Settings):
    """Rows of the findings table, and the rule by which they decide a claim."""

    table: Literal["findings"]
    quantity: str = Field(description="quantity of the findings table; * stands for any text")
    group: str = Field("all", description="its group; * stands for any text")
    rule: Literal["as_stated", "below", "above"] = Field(
        "as_stated", description="as_stated: the row's own rule, its column `holds`"
    )
    level: Probability = Field(0.05, description="of the Holm-corrected p")


class Comparisons(Settings):
    """Paired comparisons of two estimators, and the rule by which they decide a claim."""

    table: Literal["statistics"]
    measure: str = Field(description="what is compared")
    first: str = Field(description="estimator; differences are first - second")
    second: str = Field(description="estimator")
    group: str = Field("all", description="'all', a group, or dynamics of agents")
    rule: Literal["below", "above", "lowest_at_first"] = Field(
        description="side of 0 with Holm-corrected p under the level, in every row of the pair; "
        "lowest_at_first: the difference after the fewest trials is the lowest, and below 0"
    )
    level: Probability = Field(0.05, description="of the Holm-corrected p")


class StatisticRows(Settings):
    """Any other tests of the statistics table; of several rows the one with the smallest p."""

    table: Literal["tests"]
    measure: str = Field(description="what is tested")
    contrast: str = Field(description="its contrast; * stands for any text")
    group: str = "all"
    rule: Literal["below", "above"]
    level: Probability = Field(0.05, description="of the Holm-corrected p")


Check = Annotated[FindingRows | Comparisons | StatisticRows, Field(discriminator="table")]
Effect = Annotated[Mean | FindingRows | Comparisons | StatisticRows, Field(discriminator="table")]


class Measured(Settings):
    """Means that the study does not report, measured on its data or its estimates."""

    what: str = Field(description="what was measured")
    dataset: Name
    population: Population
    group: str = "all"
    means: dict[str, dict[str, float]] = Field(description="estimator -> measure -> mean")


class Part(Settings):
    """A part of a finding that the tables can decide.

    It holds if every row of `decided_by` does. `controls` cannot refute it: one that does not hold
    narrows what is claimed, which counts as a correction.
    """

    id: Name
    finding: str | None = Field(None, description="its number; none for an order of numbers")
    datasets: tuple[Name, ...] = Field(
        min_length=1, description="data sets of which it is claimed (without people: experiments)"
    )
    population: Population = "human"
    text: str = Field(description="what was reported")
    decided_by: tuple[Check, ...] = Field(min_length=1)
    controls: tuple[Check, ...] = ()
    control_failed: str | None = Field(None, description="what it means if a control fails")
    needed: str | None = Field(
        None, description="a correction without which the study's own analysis does not show it"
    )


class Mark(Settings):
    """A significance mark that the study drew from an uncorrected p."""

    id: Name
    dataset: Name
    group: str = "all"
    measure: str = "bce"
    first: str = Field(description="estimator with the smaller error, as reported")
    second: str
    text: str
    p: Probability = Field(description="as reported")
    p_corrected: Probability = Field(description="after correction for the comparisons made")


class Correction(Settings):
    """A defect of the original analysis and what this project does instead."""

    id: Name
    dataset: Name | None = Field(None, description="none: it concerns all")
    population: Population = "human"
    original: str = Field(description="what the original does")
    here: str = Field(description="what this project does")
    published: float | None = Field(None, description="the number under the original's analysis")
    effect: Effect | None = Field(None, description="this project's number that shows the effect")
    effect_says: str | None = Field(None, description="what that number is")


class People(Settings):
    """The people about whom something was reported, and the model under which it was."""

    model: str = Field(description="the model that was fitted to them")
    content_sha256: str = Field(
        description="SHA-256 of the canonical content of their trials (trnn.data.prepare)",
        pattern=r"^[0-9a-f]{64}$",
    )


class Published(Settings):
    """Reported numbers and claims."""

    source: str = Field(description="who reported them")
    people: dict[str, People] = Field(
        {}, description="data set -> the people and the model that what is reported of it is of"
    )
    experiments: dict[str, str] = Field(
        {}, description="the study's experiments, by name -> the model of each"
    )
    means: Means = Field(description="means over subjects")
    corrected: Means = Field(
        {}, description="the same means after a correction of the study's own analysis"
    )
    measured: tuple[Measured, ...] = ()
    medians: dict[str, dict[str, float]] = Field(
        {}, description="data set -> quantity of the findings table -> median over subjects"
    )
    claims: dict[str, dict[str, str]] = Field(
        {}, description="data set -> number of a finding -> what was reported, in words"
    )
    parts: tuple[Part, ...] = Field((), description="the claims, in parts that can be decided")
    marks: tuple[Mark, ...] = Field((), description="marks that do not survive a correction")
    corrections: tuple[Correction, ...] = ()

    def mean(
        self, dataset: str, population: str, group: str, estimator: str, measure: str
    ) -> float | None:
        """Return the reported mean over subjects, or None if none was reported."""
        return _look_up(self.means, dataset, population, group, estimator, measure)

    def correction(self, dataset: str, population: str, mean: Mean) -> float | None:
        """Return a mean after a correction of the study's own analysis, or None."""
        at = (dataset, population, mean.group, mean.estimator, mean.measure)
        return _look_up(self.corrected, *at)

    def reported_means(self) -> Iterator[tuple[str, str, Mean, float]]:
        """Yield data set, population, averaged quantity and value of every reported mean."""
        for dataset, populations in self.means.items():
            for population, groups in populations.items():
                for group, means in groups.items():
                    for mean, value in _flat(group, means):
                        yield dataset, population, mean, value

    def measured_means(self) -> Iterator[tuple[Measured, Mean, float]]:
        """Yield every mean that was measured, as `reported_means`, with where it comes from."""
        for entry in self.measured:
            for mean, value in _flat(entry.group, entry.means):
                yield entry, mean, value

    def datasets(self) -> list[str]:
        """Return the data sets of which anything was published, by first appearance."""
        names = [*self.means, *self.medians, *self.claims]
        names += [name for part in self.parts for name in part.datasets]
        names += [entry.dataset for entry in self.measured]
        names += [mark.dataset for mark in self.marks]
        names += [entry.dataset for entry in self.corrections if entry.dataset is not None]
        return list(dict.fromkeys(names))

    def estimators(self, dataset: str, population: str, measure: str) -> tuple[str, ...]:
        """Return the estimators for which a mean of `measure` was reported, in any group."""
        groups = self.means.get(dataset, {}).get(population, {})
        names = [
            name for group in groups.values() for name, known in group.items() if measure in known
        ]
        return tuple(dict.fromkeys(names))

    def difference(self, dataset: str, group: str, first: str, second: str) -> float:
        """Return people's mean bce under `first` less that under `second`; NaN if not reported."""
        a, b = (self.mean(dataset, "human", group, name, "bce") for name in (first, second))
        return float("nan") if a is None or b is None else round(a - b, 4)

    def median(self, dataset: str, quantity: str) -> float:
        """Return the reported median over subjects of a finding's quantity; NaN if none was."""
        return self.medians.get(dataset, {}).get(quantity, float("nan"))

    def claim(self, dataset: str, finding: str) -> str | None:
        """Return what was reported of a finding, in words, or None if nothing was."""
        return self.claims.get(dataset, {}).get(finding)


def _look_up(
    means: Means, dataset: str, population: str, group: str, estimator: str, measure: str
) -> float | None:
    groups = means.get(dataset, {}).get(population, {})
    return groups.get(group, {}).get(estimator, {}).get(measure)


def _flat(group: str, means: dict[str, dict[str, float]]) -> Iterator[tuple[Mean, float]]:
    for estimator, measures in means.items():
        for measure, value in measures.items():
            yield Mean(table="metrics", estimator=estimator, measure=measure, group=group), value


def read_published(path: str | Path) -> Published:
    """Read the file of reported numbers; ConfigError if it is absent or malformed."""
    try:
        return Published.model_validate(read_yaml(Path(path)))
    except ValidationError as error:
        raise ConfigError(f"{path}: {error}") from error
