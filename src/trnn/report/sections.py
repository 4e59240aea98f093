"""The report's content, as plain values for its template."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd
import yaml
from markupsafe import Markup

from trnn.estimators.registry import in_order
from trnn.report.explorer import look
from trnn.report.markdown import sections
from trnn.report.text.markdown import interval_words
from trnn.statistics.bootstrap import mean_interval
from trnn.study import ReportSection, ReportTable
from trnn.tables.parquet import read_table


@dataclass(frozen=True)
class Table:
    """A table of texts: caption, header, rows (the first cell heads its row), columns that wrap."""

    caption: str
    header: Sequence[str]
    rows: Sequence[Sequence[str]]
    wrapped: frozenset[str] = frozenset()


def glance(
    experiments: Mapping[str, Mapping[str, Any]], people: str, seed: int, n_resamples: int
) -> Table:
    """Return the mean `bce` of every estimator (rows) in every population (columns).

    Parameters
    ----------
    experiments : name -> mapping
        `metrics` (path) and `settings` (the whole experiment as plain data).
    people : str
        What to call people: "people", or what stands in for them.
    seed, n_resamples : int
        Seed and resamples of the bootstrap over subjects; the intervals are those of the summary.
    """
    header, columns = ["estimator"], list[dict[str, str]]()
    metrics = {name: read_table(tables["metrics"]) for name, tables in experiments.items()}
    for population, words in (("human", people), ("test", "simulated agents")):
        for name, tables in experiments.items():
            part = metrics[name][metrics[name]["population"] == population]
            if part.empty:
                continue
            header.append(f"{name}: {words} (n = {part['subject'].nunique()})")
            # The keys that the summary uses, so that both have the same intervals.
            keys = (tables["settings"]["human"] if population == "human" else name, population)
            ends = {
                str(estimator): mean_interval(values.to_numpy(), n_resamples, seed, *keys, "all")
                for estimator, values in part.groupby("estimator")["bce"]
            }
            columns.append({estimator: interval_words(*end) for estimator, end in ends.items()})
    rows = [
        [shown_name(estimator), *(column.get(estimator, "–") for column in columns)]
        for estimator in in_order({estimator for column in columns for estimator in column})
    ]
    caption = (
        "Mean over subjects of bce, the mean over trials of −log P(the action taken) in nats, with "
        "95 % bootstrap intervals over subjects; lower is better, chance is 0.6931"
    )
    return Table(caption, header, rows)


def study_section(section: ReportSection) -> dict[str, Any]:
    """Return a study's section: `title`, `anchor`, `reading`, `overview` (HTML) and `groups`.

    A group has a `title` and `parts` (`table`, and whether it is `folded`).
    """
    groups = [
        {
            "title": title,
            "parts": [{"folded": t.folded, "table": _table(t, section)} for t in tables],
        }
        for title, tables in section.groups
    ]
    return {
        "title": section.title,
        "anchor": section.anchor,
        "reading": Markup(section.reading),
        "overview": Markup(section.overview),
        "groups": groups,
    }


def summary_page(text: str) -> dict[str, Markup]:
    """Return the sections of a run's summary by their titles, each with its subsections."""
    found: dict[str, Markup] = {}
    title = None
    for section in sections(text):
        if section.level == 2:
            title = section.title
            found[title] = Markup(section.body)
        elif section.level > 2 and title is not None:
            found[title] += Markup("<h3>{}</h3>\n").format(section.title) + Markup(section.body)
    return found


def experiment_part(
    name: str, text: str, links: Sequence[tuple[str, str]], folded: Sequence[str] = ()
) -> dict[str, Any]:
    """Return an experiment's summary: `name`, `body`, `sections` and `links`.

    A section has `title`, `body` and `folded`: titles that begin with one of `folded` are.
    """
    opening, *own = sections(text)
    # The page itself says who the people are, and at its end what it was made with.
    return {
        "name": name,
        "body": Markup(opening.body),
        "links": links,
        "sections": [
            {
                "title": section.title,
                "body": Markup(section.body),
                "folded": section.title.startswith(tuple(folded)),
            }
            for section in own
        ],
    }


def yaml_parts(run: Mapping[str, Any], experiments: Mapping[str, Any]) -> list[dict[str, str]]:
    """Return the settings of the run and of every experiment as YAML, each with a title."""
    parts = {"The run": run} | {f"Experiment {name}": e for name, e in experiments.items()}
    return [
        {
            "title": title,
            "yaml": yaml.safe_dump(dict(data), sort_keys=False, allow_unicode=True, width=100),
        }
        for title, data in parts.items()
    ]


def versions_table(versions: pd.DataFrame) -> Table:
    """Return the versions as a table of texts."""
    caption = "Versions: what the environment file asks for, and what wrote this report"
    return Table(caption, list(versions.columns), versions.astype(str).to_numpy().tolist())


def durations_table(durations: pd.DataFrame) -> Table:
    """Return the durations as a table of texts."""
    rows = [
        [
            str(row["rule"]),
            str(row["jobs"]),
            f"{row['total_s']:,.0f}",
            f"{row['longest_s']:,.0f}",
            "–" if pd.isna(row["peak_mb"]) else f"{row['peak_mb']:,.0f}",
        ]
        for row in durations.to_dict("records")
    ]
    total = durations["total_s"].sum()
    caption = (
        f"Durations by rule, of the last time each job ran: {total / 60:,.1f} min in all, one job "
        "after another"
    )
    header = ["rule", "jobs", "seconds in all", "longest job, s", "largest memory, MB"]
    return Table(caption, header, rows)


def shown_name(estimator: str) -> str:
    """Return an estimator's name for people, and the name that tables use."""
    return f"{look(estimator)['name']} ({estimator})"


def _table(own: ReportTable, section: ReportSection) -> Table:
    """Return a study's table without its empty columns, with its marks styled."""
    header = [name for name in own.rows[0] if any(row[name] for row in own.rows)]
    rows = [
        [_marked(row[name], section) if name == section.marked else row[name] for name in header]
        for row in own.rows
    ]
    return Table(own.caption, header, rows, section.wrapped)


def _marked(text: str, section: ReportSection) -> str:
    if not text:
        return ""
    look = section.marks.get(text, "")
    return Markup('<span class="verdict {}">{}</span>').format(look, text)
