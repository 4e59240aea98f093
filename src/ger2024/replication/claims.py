"""Rows of marks, findings and corrections."""

from collections.abc import Iterator, Sequence

from ger2024.published import Comparisons, Correction, Mark, Mean, Part, Published
from ger2024.replication.evidence import NAN, Evidence, Source, gather, mean_of, rows_of
from ger2024.replication.records import Record, experiments_on, record
from ger2024.replication.verdicts import (
    CORRECTED,
    HOLDS,
    NOT_IN_RUN,
    Verdict,
    finding_verdict,
    mark_verdict,
    part_verdict,
    words_of,
)

PARTS_THAT_HOLD = "parts_that_hold"


def mark_rows(published: Published, sources: Sequence[Source]) -> Iterator[Record]:
    """Yield a row for every mark and experiment on its data set: the uncorrected p of both."""
    for mark in published.marks:
        for source in experiments_on(sources, mark.dataset, "human"):
            yield _mark_row(mark, source)


def finding_rows(published: Published, sources: Sequence[Source]) -> Iterator[Record]:
    """Yield each finding of a data set as a whole, then its parts; then parts of no finding."""
    for dataset in published.datasets():
        parts = [part for part in published.parts if dataset in part.datasets]
        for finding in (*published.claims.get(dataset, {}), None):
            own = [part for part in parts if part.finding == finding]
            if not own:
                continue
            population = own[0].population
            for source in experiments_on(sources, dataset, population):
                judged = [_judge(part, source) for part in own]
                if finding is not None:
                    claim = published.claims[dataset][finding]
                    yield _whole(dataset, population, finding, claim, source, judged)
                for part, verdict in zip(own, judged, strict=True):
                    theirs = NAN if verdict.row is None else verdict.row.published
                    yield record(
                        "finding",
                        dataset,
                        population,
                        part.text,
                        source,
                        verdict,
                        theirs,
                        finding=finding,
                    )


def correction_rows(published: Published, sources: Sequence[Source]) -> Iterator[Record]:
    """Yield a row for every correction, with the number that shows its effect if there is one.

    That number is of the experiment that bears the data set's name: variants of it may lack the
    correction.
    """
    for entry in published.corrections:
        own = (
            source
            for source in sources
            if source.name == entry.dataset == source.reported_as(entry.population)
        )
        yield _correction_row(entry, next(own, None))


def _mark_row(mark: Mark, source: Source | None) -> Record:
    check = Comparisons(
        table="statistics",
        measure=mark.measure,
        group=mark.group,
        first=mark.first,
        second=mark.second,
        rule="below",
    )
    found = [] if source is None else rows_of(source, "human", check)
    judged = mark_verdict(mark, found[0] if found else None)
    out = record(
        "significance",
        mark.dataset,
        "human",
        f"{mark.text} (p = {mark.p:g})",
        source,
        judged,
        group=mark.group,
    )
    # The reported p is uncorrected, so an uncorrected one is shown beside it.
    p = NAN if judged.row is None else judged.row.p
    quantity = f"p_of_{mark.measure}_{mark.first}_minus_{mark.second}"
    out |= {"quantity": quantity, "unit": "1", "published": mark.p, "ours": p}
    return out | {"difference": p - mark.p, "ci_low": NAN, "ci_high": NAN, "relation": None}


def _judge(part: Part, source: Source | None) -> Verdict:
    if source is None:
        return Verdict(None, NOT_IN_RUN)
    decided = gather(source, part.population, part.decided_by)
    return part_verdict(part, decided, gather(source, part.population, part.controls))


def _whole(
    dataset: str,
    population: str,
    finding: str,
    claim: str,
    source: Source | None,
    judged: Sequence[Verdict],
) -> Record:
    """Return the row of a whole finding: how many of its parts hold here."""
    out = record(
        "finding", dataset, population, claim, source, finding_verdict(judged), finding=finding
    )
    known = [verdict.verdict for verdict in judged if verdict.verdict is not None]
    out |= {"quantity": PARTS_THAT_HOLD, "unit": "parts", "published": float(len(judged))}
    if known:
        holding = float(sum(verdict in (HOLDS, CORRECTED) for verdict in known))
        out |= {"ours": holding, "difference": holding - len(judged)}
    return out


def _correction_row(entry: Correction, source: Source | None) -> Record:
    shown = None if source is None else _effect(entry, source)
    note = f"Here {entry.here}."
    if shown is not None and entry.effect_says is not None:
        note += f" {entry.effect_says[:1].upper()}{entry.effect_says[1:]}: {words_of(shown)}."
    return record(
        "correction",
        entry.dataset,
        None if entry.dataset is None else entry.population,
        entry.original,
        source,
        Verdict(None, note, shown),
        NAN if entry.published is None else entry.published,
    )


def _effect(entry: Correction, source: Source) -> Evidence | None:
    if entry.effect is None:
        return None
    if isinstance(entry.effect, Mean):
        return mean_of(source, entry.population, entry.effect)
    found = rows_of(source, entry.population, entry.effect)
    return found[0] if found else None
