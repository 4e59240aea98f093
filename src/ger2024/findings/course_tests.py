"""Which courses of people are tested: groups over the block, kinds of blocks, actions."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from ger2024.findings.course_rows import CourseSettings, Measured, cluster_rows
from ger2024.findings.difficulty import EASY_HARD, chose_better, difficulty
from ger2024.findings.events import AROUND, event_subjects, greedy, ungreedy
from ger2024.findings.slope_rows import Slopes, slope_rows
from trnn.checks.matched.control import SIDES, courses_of_people, in_both
from trnn.statistics.clusters import Courses
from trnn.trials.block_courses import subject_courses
from trnn.trials.groups import pairs_of

# Names of clusters, by their first and last trial.
TRIALS, OFFSETS = "trials {}-{}", "offsets {} to {}"
UNGREEDY_GREEDY = ("ungreedy", "greedy")


def group_rows(
    frame: pd.DataFrame,
    agents: pd.DataFrame | None,
    unit_of: Mapping[str, str],
    order: Sequence[str],
    settings: CourseSettings,
) -> list[dict[str, Any]]:
    """Return the courses of every parameter over the block, each pair of groups.

    First by clusters of trials, then by the slopes of their own courses. Courses are those of the
    figure: the trials that three quarters of the blocks have, and the people with a block as long.

    Parameters
    ----------
    agents : the joined frame of the agents matched to people, whose slopes are taken from those of
        the people; None: no control
    order : the groups, in the order of their data set's row
    """
    rows = []
    for parameter in unit_of:
        finding = "2" if parameter == "kappa" else None
        courses = subject_courses(frame, parameter).dropna()
        groups = frame.drop_duplicates("subject").set_index("subject")["group"]
        groups = groups.reindex(courses.index)
        present = [group for group in order if (groups == group).any()]
        values = {group: courses[groups == group].to_numpy() for group in present}
        unit = unit_of[parameter]
        contrasts = [
            Measured(
                parameter,
                unit,
                Courses(f"{a} - {b}", values[a], values[b], paired=False, sides=(a, b)),
            )
            for a, b in pairs_of(present)
        ]
        family = f"{parameter} over the course: groups"
        rows += cluster_rows(contrasts, family, finding, TRIALS, 0, settings)
        control = None
        if agents is not None:
            control = courses_of_people(agents, subject_courses(agents, parameter))
        # In the order of the contrasts: the last group first.
        slopes = Slopes(parameter, unit, finding, groups, present[::-1])
        rows += slope_rows(slopes, courses, control, settings)
    return rows


def difficulty_course_rows(
    frame: pd.DataFrame,
    agents: pd.DataFrame | None,
    unit_of: Mapping[str, str],
    settings: CourseSettings,
) -> list[dict[str, Any]]:
    """Return accuracy and every parameter over the block, easy blocks less hard ones.

    Of a parameter the difference of each person is compared with that of the agents matched to the
    person; accuracy is counted and needs no control. Only people who have a value at every trial
    of both kinds of blocks enter.

    Parameters
    ----------
    agents : the joined frame of the agents matched to people; None: no control
    """
    contrasts = []
    for measure in ("accuracy", *unit_of):
        unit = "1" if measure == "accuracy" else unit_of[measure]
        beside = None if measure == "accuracy" or agents is None else agents
        courses = _against_control(
            EASY_HARD,
            _in_blocks(frame, measure),
            None if beside is None else (beside, _in_blocks(beside, measure)),
        )
        contrasts.append(Measured(measure, unit, courses))
    family = "courses over easy and over hard blocks"
    return cluster_rows(contrasts, family, "5", TRIALS, 0, settings)


def action_rows(
    frame: pd.DataFrame,
    agents: pd.DataFrame | None,
    unit_of: Mapping[str, str],
    settings: CourseSettings,
) -> list[dict[str, Any]]:
    """Return β around actions against the better arm less that around actions for it.

    The difference of each person is compared with that of the agents matched to the person. Only
    people who have a value at every offset around both kinds of actions enter, and whose agents
    have one.

    Parameters
    ----------
    agents : the joined frame of the agents matched to people; None: no control
    """
    control = None if agents is None else (agents, _around(agents))
    courses = _against_control(UNGREEDY_GREEDY, _around(frame), control)
    measured = Measured("beta_around_actions", unit_of["beta"], courses)
    return cluster_rows(
        [measured], "beta around actions, by offset", "5", OFFSETS, -AROUND, settings
    )


def _in_blocks(frame: pd.DataFrame, measure: str) -> list[pd.DataFrame]:
    """Return each subject's courses over easy and over hard blocks, (subject x trial)."""
    value = chose_better(frame) if measure == "accuracy" else frame[measure]
    kinds = difficulty(frame)
    return [
        subject_courses(frame, value.where((kinds == kind).fillna(False))) for kind in EASY_HARD
    ]


def _around(frame: pd.DataFrame) -> list[pd.DataFrame]:
    """Return (subject x offset) means of β around ungreedy and around greedy actions."""
    sides = []
    for events in (ungreedy(frame), greedy(frame)):
        means = event_subjects(frame, events, "beta", AROUND, AROUND)
        table = means.pivot(index="subject", columns="offset", values="value")
        sides.append(table.reindex(columns=range(-AROUND, AROUND + 1)))
    return sides


def _against_control(
    sides: tuple[str, str],
    own: Sequence[pd.DataFrame],
    control: tuple[pd.DataFrame, Sequence[pd.DataFrame]] | None,
) -> Courses:
    """Return the people's first courses less their second beside those of their control.

    Without a control, the first courses beside the second. Who lacks a value anywhere is left out.

    Parameters
    ----------
    own : of the people, (subject x point) each
    control : the agents' joined frame and their courses
    """
    contrast = " - ".join(sides)
    if control is None:
        first, second = (table.dropna() for table in own)
        return _paired(contrast, sides, first, second)
    agents, theirs = control
    beside = (theirs[0] - theirs[1]).dropna()
    people = (own[0] - own[1]).dropna()
    name = f"{' - '.join(SIDES)} ({contrast})"
    return _paired(name, SIDES, people, courses_of_people(agents, beside))


def _paired(
    name: str, sides: tuple[str, str], first: pd.DataFrame, second: pd.DataFrame
) -> Courses:
    """Return the courses of the subjects that both tables have."""
    a, b = (table.to_numpy() for table in in_both(first, second))
    return Courses(name, a, b, paired=True, sides=sides)
