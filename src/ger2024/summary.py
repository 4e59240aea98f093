"""What the study adds to the summary: its numbers in parentheses, and its analyses of people."""

from collections.abc import Iterator, Mapping
from typing import Any

from ger2024.applies import HUMAN, TEST, Subjects, read_subjects, reported_as
from ger2024.findings.analyses import having
from ger2024.findings.findings_text import analyses_sections, findings_sections, holds_words
from ger2024.published import Published
from trnn.study import Reported, Section, SummaryPart, SummaryStudy
from trnn.tables.layout import file_of
from trnn.tables.parquet import read_table

FINDINGS, ANALYSES = "Findings of the original study, computed anew", "Analyses of people"
TITLES = (FINDINGS, ANALYSES)


def summary_study(
    experiments: Mapping[str, Mapping[str, Any]], published: Published
) -> SummaryStudy:
    """Return what the study adds to the summary of some experiments.

    Parameters
    ----------
    experiments : name -> mapping
        `settings` (the whole experiment as plain data), `columns` (those of people's table beside
        those that every one has), `people`, `findings` and `matched` (paths, where they are there).

    Raises
    ------
    TableError
        If a table is unreadable.
    """
    parts = {}
    for name, tables in experiments.items():
        subjects = read_subjects(name, tables["settings"]["model"], tables.get("people"))
        sections = () if subjects.people is None else (_analyses(tables, subjects, published),)
        found = tuple(_found(tables, subjects, published))
        parts[name] = SummaryPart(_means(published, subjects), sections, found)
    reading = (
        f"in parentheses what {published.source} report, or what their published estimates give "
        "where they do not (their simulated agents were others)"
    )
    some = any(part.reported.means for part in parts.values())
    return SummaryStudy(parts, reading if some else "")


def _means(published: Published, subjects: Subjects) -> Reported:
    """Return the means that the study reported of an experiment's subjects."""
    names = {
        population: reported_as(published, subjects, population) for population in (HUMAN, TEST)
    }
    return Reported(
        {
            (population, mean.group, mean.estimator, mean.measure): value
            for dataset, population, mean, value in published.reported_means()
            if dataset == names[population]
        }
    )


def _found(tables: Mapping[str, Any], subjects: Subjects, published: Published) -> Iterator[str]:
    """Yield how many claims of each of the study's findings hold, of its own people."""
    if subjects.people is None or reported_as(published, subjects, HUMAN) is None:
        return
    findings = read_table(tables["findings"])
    claimed = findings[findings["holds"].notna() | findings["undecided"].notna()]
    told = [
        f"{number}: {holds_words(part['holds'], part['undecided'])}"
        for number, part in claimed.groupby("finding", sort=True)
    ]
    if told:
        document = file_of("replication_text")
        yield (
            f"**Findings of {published.source}, computed anew.** {'; '.join(told)}. With their "
            f"controls: [{document}]({document})."
        )


def _analyses(tables: Mapping[str, Any], subjects: Subjects, published: Published) -> Section:
    """Return the analyses of people: the findings, and which could not be computed and why."""
    dataset = reported_as(published, subjects, HUMAN)
    findings = read_table(tables["findings"])
    if dataset is None:
        title, blocks = ANALYSES, analyses_sections(findings)
    else:
        title, blocks = FINDINGS, findings_sections(findings, published, dataset)
    absent = having(
        tables["settings"], tuple(tables["columns"]), control="matched" in tables
    ).not_computed()
    lines = "\n".join(f"- {line}" for line in absent)
    return Section(title, (*blocks, *([lines] if lines else [])))
