"""The stage that tests how people's estimates move over a block and around actions."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from ger2024.findings.analyses import DIFFICULTY_COURSES, EVENTS, GROUP_COURSES, Having
from ger2024.findings.course_rows import CourseSettings
from ger2024.findings.course_tests import action_rows, difficulty_course_rows, group_rows
from trnn.checks.matched.control import matched_agents
from trnn.statistics.rows import statistics_frame
from trnn.statistics.statistics_table import COURSES
from trnn.tables.parquet import Provenance, read_table, write_table
from trnn.trials.join import join_estimates


def courses_stage(
    trials: str | Path,
    estimates: str | Path,
    matched: tuple[str | Path, str | Path] | None,
    output: str | Path,
    having: Having,
    unit_of: Mapping[str, str],
    settings: CourseSettings,
    provenance: Provenance,
) -> None:
    """Write the tests of courses of an experiment with people.

    Parameters
    ----------
    trials, estimates : the people's trials, and the t-RNN's estimates for them
    matched : the trials of the agents matched to the people, and the t-RNN's estimates for them;
        None: there is no control
    having : what the experiment has, which decides what is tested
    unit_of : parameter -> unit, of the experiment's model

    Raises
    ------
    TableError
        If a table is unreadable, or trials and estimates are not of the same rows.
    """
    people = join_estimates(read_table(trials), read_table(estimates))
    agents = None
    if matched is not None:
        agents = matched_agents(people, *(read_table(table) for table in matched))
    rows = course_rows(people, agents, having, unit_of, settings)
    write_table(statistics_frame(rows, settings.experiment), output, COURSES, provenance)


def course_rows(
    people: pd.DataFrame,
    agents: pd.DataFrame | None,
    having: Having,
    unit_of: Mapping[str, str],
    settings: CourseSettings,
) -> list[dict[str, Any]]:
    """Return the rows of the table; none where nothing applies."""
    rows = []
    if having.has(GROUP_COURSES):
        rows += group_rows(people, agents, unit_of, having.groups, settings)
    if having.has(DIFFICULTY_COURSES):
        rows += difficulty_course_rows(people, agents, unit_of, settings)
    if having.has(EVENTS):
        rows += action_rows(people, agents, unit_of, settings)
    return rows
