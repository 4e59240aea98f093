"""Rows of numbers: each reported or measured mean or median beside this project's."""

from collections.abc import Iterator, Sequence

from ger2024.published import FindingRows, Mean, Published
from ger2024.replication.evidence import NAN, Source, mean_of, rows_of
from ger2024.replication.records import Record, experiments_on, record
from ger2024.replication.verdicts import NOT_OF_THE_STUDY, OTHER_AGENTS, STAND_INS, number_verdict
from trnn.estimators.registry import estimator


def number_rows(published: Published, sources: Sequence[Source]) -> Iterator[Record]:
    """Yield a row for every published number and experiment on its data set."""
    for dataset, population, mean, value in published.reported_means():
        corrected = published.correction(dataset, population, mean)
        after = NAN if corrected is None else corrected
        whose = estimator(mean.estimator).words
        for source in experiments_on(sources, dataset, population):
            reason = _incomparable(source, population)
            yield _row(dataset, population, mean, value, source, reason, whose, after)
    for entry, mean, value in published.measured_means():
        for source in experiments_on(sources, entry.dataset, entry.population):
            reason = _incomparable(source, entry.population) or NOT_OF_THE_STUDY
            yield _row(entry.dataset, entry.population, mean, value, source, reason, entry.what)
    for dataset, medians in published.medians.items():
        for quantity, value in medians.items():
            for source in experiments_on(sources, dataset, "human"):
                yield _median_row(dataset, quantity, value, source)


def _row(
    dataset: str,
    population: str,
    mean: Mean,
    value: float,
    source: Source | None,
    incomparable: str | None,
    whose: str,
    corrected: float = NAN,
) -> Record:
    ours = None if source is None else mean_of(source, population, mean)
    return record(
        "number",
        dataset,
        population,
        f"mean {mean.measure}: {whose}",
        source,
        number_verdict(value, ours, incomparable, corrected),
        value,
        group=mean.group,
        quantity=f"{mean.measure}_{mean.estimator}",
    )


def _median_row(dataset: str, quantity: str, value: float, source: Source | None) -> Record:
    check = FindingRows(table="findings", quantity=quantity)
    found = [] if source is None else rows_of(source, "human", check)
    ours = found[0] if found else None
    judged = number_verdict(value, ours, _incomparable(source, "human"), NAN)
    claim = f"median over people: {quantity.replace('_', ' ')}"
    return record(
        "number", dataset, "human", claim, source, judged, value, group="all", quantity=quantity
    )


def _incomparable(source: Source | None, population: str) -> str | None:
    """Return why numbers of other subjects cannot be compared; None if they are of the same."""
    if population == "test":
        return OTHER_AGENTS
    return STAND_INS if source is not None and source.simulated else None
