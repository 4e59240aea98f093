"""The stage that tests how people's estimates move over a block and around actions."""

from collections.abc import Mapping
from pathlib import Path

from ger2024.findings.course_rows import CourseSettings
from ger2024.findings.course_tests import action_rows, difficulty_course_rows, group_rows
from ger2024.findings.findings_stage import DataSet, constant_agents
from trnn.statistics.rows import statistics_frame
from trnn.statistics.statistics_table import COURSES
from trnn.tables.parquet import Provenance, read_table, write_table
from trnn.trials.join import join_estimates


def courses_stage(
    trials: str | Path,
    estimates: str | Path,
    control: tuple[str | Path, str | Path],
    output: str | Path,
    dataset: DataSet,
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
    dataset : which study's courses
    unit_of : parameter -> unit, of the experiment's model

    Raises
    ------
    TableError
        If a table is unreadable, or trials and estimates are not of the same rows.
    """
    people = join_estimates(read_table(trials), read_table(estimates))
    if dataset == "dezfouli":
        rows = group_rows(people, unit_of, settings)
    else:
        rows = difficulty_course_rows(people, unit_of, settings)
        agents = constant_agents(*(read_table(table) for table in control))
        rows += action_rows(people, agents, settings)
    write_table(statistics_frame(rows, settings.experiment), output, COURSES, provenance)
