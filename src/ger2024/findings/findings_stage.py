"""The stage that repeats the analyses of people of Ger et al. (2024) and writes their table."""

from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from ger2024.applies import HUMAN, Subjects, reported_as
from ger2024.findings.alternation import stretch_rows
from ger2024.findings.analyses import (
    ACCURACY,
    CERTAINTY,
    EVENTS,
    PERSEVERATION,
    STAYING,
    STRETCHES,
    Having,
)
from ger2024.findings.correlations import correlation_rows
from ger2024.findings.exploration import difficulty_rows, event_rows
from ger2024.findings.finding import findings_frame
from ger2024.findings.findings_table import FINDINGS
from ger2024.findings.perseveration import kappa_rows
from ger2024.findings.prediction import prediction_rows
from ger2024.findings.summaries import Resampling
from ger2024.published import Published
from trnn.checks.matched.control import matched_agents
from trnn.tables.parquet import Provenance, read_metadata, read_table, write_table
from trnn.trials.join import join_estimates


def findings_stage(
    trials_path: str | Path,
    estimates_path: str | Path,
    metrics_path: str | Path,
    comparisons_path: str | Path,
    matched_paths: tuple[str | Path, str | Path] | None,
    output: str | Path,
    experiment: tuple[str, str],
    having: Having,
    unit_of: Mapping[str, str],
    resampling: Resampling,
    published: Published,
    provenance: Provenance,
) -> None:
    """Write the findings table of an experiment with people.

    Parameters
    ----------
    trials_path, estimates_path : the people's trials, and the t-RNN's estimates for them
    metrics_path, comparisons_path : the experiment's tables of all estimators, and of their pairs
    matched_paths : the trials of the agents matched to the people, and the t-RNN's estimates for
        them, which go through the same analysis; None: there is no control
    experiment : its name and its model
    having : what the experiment has, which decides what is computed
    unit_of : parameter -> unit, of the experiment's model
    resampling : the bootstrap over subjects
    published : what the study reports; it is shown beside the results where the people are the
        study's

    Raises
    ------
    TableError
        If a table is unreadable, or trials and estimates are not of the same rows.
    """
    subjects = Subjects(*experiment, people=read_metadata(trials_path))
    theirs = published if reported_as(published, subjects, HUMAN) is not None else None
    people = join_estimates(read_table(trials_path), read_table(estimates_path))
    agents = None
    if matched_paths is not None:
        agents = matched_agents(people, *(read_table(path) for path in matched_paths))
    frame = findings(
        people,
        read_table(metrics_path),
        read_table(comparisons_path),
        agents,
        having,
        unit_of,
        resampling,
        theirs,
    )
    write_table(frame, output, FINDINGS, provenance)


def findings(
    people: pd.DataFrame,
    metrics: pd.DataFrame,
    comparisons: pd.DataFrame,
    agents: pd.DataFrame | None,
    having: Having,
    unit_of: Mapping[str, str],
    resampling: Resampling,
    published: Published | None,
) -> pd.DataFrame:
    """Return the findings table; see `findings_stage`.

    Parameters
    ----------
    people, agents : joined frames; `agents`, matched to the people, None: there is no control
    published : what the study reports of these people; None: nothing, and no row is judged
    """
    rows = prediction_rows(metrics, comparisons, resampling, published)
    if having.has(PERSEVERATION):
        claimed = published is not None
        rows += kappa_rows(people, agents, having.groups, resampling, claimed, unit_of["kappa"])
    if having.has(STAYING):
        certainty = having.has(CERTAINTY)
        rows += correlation_rows(people, agents, resampling, published, certainty)
    if having.has(STRETCHES):
        rows += stretch_rows(people, agents, resampling, unit_of["kappa"])
    if having.has(EVENTS):
        rows += event_rows(people, agents, resampling, unit_of["beta"])
    if having.has(ACCURACY):
        rows += difficulty_rows(people, agents, having, resampling, unit_of)
    return findings_frame(rows, judged=published is not None)
