"""The stage that tests how people's estimates move over a block and around actions."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from ger2024.findings.analyses import DIFFICULTY_COURSES, EVENTS, GROUP_COURSES, Having
from ger2024.findings.control import constant_agents
from ger2024.findings.course_rows import CONTRASTS, CourseSettings
from ger2024.findings.course_tests import action_rows, difficulty_course_rows, group_rows
from trnn.statistics.rows import statistics_frame
from trnn.statistics.statistics_table import COURSES
from trnn.tables.parquet import Provenance, read_table, write_table
from trnn.trials.join import join_estimates


def courses_stage(
    trials: str | Path,
    estimates: str | Path,
    control: tuple[str | Path, str | Path],
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
    control : the synthetic test trials and the t-RNN's estimates for them; the agents with
        constant parameters among them are the control of what happens around actions
    having : what the experiment has, which decides what is tested
    unit_of : parameter -> unit, of the experiment's model

    Raises
    ------
    TableError
        If a table is unreadable, or trials and estimates are not of the same rows.
    """
    people = join_estimates(read_table(trials), read_table(estimates))
    control_trials, control_estimates = (read_table(table) for table in control)
    agents = constant_agents(control_trials, control_estimates, having.control)
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
    by_group = having.has(GROUP_COURSES)
    if by_group:
        rows += group_rows(people, unit_of, having.groups, settings)
    if having.has(DIFFICULTY_COURSES):
        # Each kind of contrasts is a family of its own.
        words = f"{CONTRASTS} of blocks" if by_group else CONTRASTS
        rows += difficulty_course_rows(people, unit_of, settings, words)
    if having.has(EVENTS):
        rows += action_rows(people, agents, unit_of, settings)
    return rows
