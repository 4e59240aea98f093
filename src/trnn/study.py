"""What a study may hand in to the library's stages; where there is no study, nothing is.

A study is a package beside this one. Its modules make these objects, the workflow's scripts hand
them over, and no stage knows whose they are. Targets, which the stage of optimality takes, are
`trnn.checks.calibration.targets.Target`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from trnn.tables.schema import TableSchema


@dataclass(frozen=True)
class Reported:
    """Means over subjects that a study reported of the very subjects of an experiment.

    `means` has them by population, group, estimator and column of the metrics.
    """

    means: Mapping[tuple[str, str, str, str], float] = field(default_factory=dict)

    def mean(self, population: str, group: str, estimator: str, measure: str) -> float | None:
        """Return a reported mean, None if there is none."""
        return self.means.get((population, group, estimator, measure))

    def estimators(self, population: str, measure: str) -> list[str]:
        """Return the estimators of which a mean was reported, in any group."""
        known = [key[2] for key in self.means if (key[0], key[3]) == (population, measure)]
        return list(dict.fromkeys(known))


NOTHING = Reported()


@dataclass(frozen=True)
class Section:
    """A section of the summary: its title and its blocks of Markdown."""

    title: str
    blocks: tuple[str, ...]


@dataclass(frozen=True)
class SummaryPart:
    """What a study adds to an experiment's summary, and to what was `found` on the run's page."""

    reported: Reported = NOTHING
    sections: tuple[Section, ...] = ()
    found: tuple[str, ...] = ()


@dataclass(frozen=True)
class SummaryStudy:
    """What a study adds to the summary.

    `parts` has what it adds to an experiment, by name; `reading` explains the numbers in
    parentheses, and is empty where there are none.
    """

    parts: Mapping[str, SummaryPart] = field(default_factory=dict)
    reading: str = ""

    def part(self, experiment: str) -> SummaryPart:
        """Return what is added to an experiment; nothing if the study does not know it."""
        return self.parts.get(experiment, SummaryPart())


NO_SUMMARY_STUDY = SummaryStudy()


@dataclass(frozen=True)
class ReportTable:
    """A table of texts for the report: a row is column -> text, every row with the same columns.

    Columns in which nothing stands are left out. A `folded` table is shown on demand.
    """

    caption: str
    rows: Sequence[Mapping[str, str]]
    folded: bool = False


@dataclass(frozen=True)
class ReportSection:
    """A section of its own in the report.

    `anchor` is its address in the page, `reading` (HTML) explains how to read it, `overview` (HTML)
    comes first, `groups` are tables below headings. `marks` gives a text of the column `marked` the
    look that it has on the page: good, partly, bad or open. Long texts of the columns `wrapped`
    wrap. `files` are what it was made from.
    """

    title: str
    anchor: str
    reading: str
    overview: str
    groups: Sequence[tuple[str, Sequence[ReportTable]]]
    marked: str
    marks: Mapping[str, str]
    wrapped: frozenset[str]
    files: Sequence[str | Path]


@dataclass(frozen=True)
class ReportStudy:
    """What a study adds to the report: a section, and titles in the summary that are folded.

    A title is folded if it begins with one of `folded`.
    """

    section: ReportSection | None = None
    folded: tuple[str, ...] = ()


@dataclass(frozen=True)
class GuideEntry:
    """A table in the guide to the tables: its schema, a title, a note."""

    schema: TableSchema
    title: str
    note: str = ""


@dataclass(frozen=True)
class GuideStudy:
    """What a study adds to the guide to the tables: a paragraph on its texts, and its tables."""

    texts: str = ""
    tables: tuple[GuideEntry, ...] = ()
