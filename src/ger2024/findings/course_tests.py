"""Which courses of people are tested: groups over the block, kinds of blocks, actions."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from ger2024.findings.course_rows import CONTRASTS, CourseSettings, cluster_rows
from ger2024.findings.difficulty import chose_better, difficulty
from ger2024.findings.events import AROUND, event_subjects, greedy, ungreedy
from ger2024.findings.pairs import pairs_of
from trnn.statistics.clusters import Courses
from trnn.statistics.course_slopes import Coefficient, slope_tests
from trnn.statistics.hypothesis_tests import holm
from trnn.trials.block_courses import subject_courses

SLOPE = "{} t of subjects' own slopes"
# Names of clusters, by their first and last trial.
TRIALS, OFFSETS = "trials {}-{}", "offsets {} to {}"
EASY_HARD = ("easy", "hard")
UNGREEDY_GREEDY = ("ungreedy", "greedy")
PEOPLE_CONTROL = ("people", "control agents")


def group_rows(
    frame: pd.DataFrame,
    unit_of: Mapping[str, str],
    order: Sequence[str],
    settings: CourseSettings,
) -> list[dict[str, Any]]:
    """Return the courses of every parameter over the block, each pair of groups.

    First by clusters of trials, then by the slopes of their own courses. Courses are those of the
    figure: the trials that three quarters of the blocks have, and the people with a block as long.

    Parameters
    ----------
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
        contrasts = [
            Courses(f"{a} - {b}", values[a], values[b], paired=False, sides=(a, b))
            for a, b in pairs_of(present)
        ]
        unit = unit_of[parameter]
        rows += cluster_rows(parameter, unit, finding, contrasts, TRIALS, 0, settings)
        # In the order of the contrasts: the last group first.
        rows += _slope_rows(parameter, unit, finding, courses, groups, present[::-1], settings)
    return rows


def difficulty_course_rows(
    frame: pd.DataFrame,
    unit_of: Mapping[str, str],
    settings: CourseSettings,
    contrasts_words: str = CONTRASTS,
) -> list[dict[str, Any]]:
    """Return accuracy and every parameter over the block, easy blocks less hard ones.

    Only people who have a value at every trial of both kinds of blocks enter.

    Parameters
    ----------
    contrasts_words : what the families of the tests are called
    """
    kinds = difficulty(frame)
    rows = []
    for measure in ("accuracy", *unit_of):
        value = chose_better(frame) if measure == "accuracy" else frame[measure]
        sides = [
            subject_courses(frame, value.where((kinds == kind).fillna(False))).dropna()
            for kind in EASY_HARD
        ]
        unit = "1" if measure == "accuracy" else unit_of[measure]
        contrasts = [_paired(EASY_HARD, *sides)]
        rows += cluster_rows(measure, unit, "5", contrasts, TRIALS, 0, settings, contrasts_words)
    return rows


def action_rows(
    frame: pd.DataFrame,
    control: pd.DataFrame | None,
    unit_of: Mapping[str, str],
    settings: CourseSettings,
) -> list[dict[str, Any]]:
    """Return β around actions against the better arm less that around actions for it.

    The difference of people, and that of people less that of agents with constant parameters. Only
    subjects who have a value at every offset around both kinds of actions enter.
    """
    people = _around(frame)
    contrasts = [_paired(UNGREEDY_GREEDY, *people)]
    if control is not None:
        agents = _around(control)
        change, still = (
            (against - with_it).dropna().to_numpy() for against, with_it in (people, agents)
        )
        name = f"{' - '.join(PEOPLE_CONTROL)} ({' - '.join(UNGREEDY_GREEDY)})"
        contrasts.append(Courses(name, change, still, paired=False, sides=PEOPLE_CONTROL))
    measure, unit = "beta_around_actions", unit_of["beta"]
    return cluster_rows(measure, unit, "5", contrasts, OFFSETS, -AROUND, settings)


def _around(frame: pd.DataFrame) -> list[pd.DataFrame]:
    """Return (subject x offset) means of β around ungreedy and around greedy actions."""
    sides = []
    for events in (ungreedy(frame), greedy(frame)):
        means = event_subjects(frame, events, "beta", AROUND, AROUND)
        table = means.pivot(index="subject", columns="offset", values="value")
        sides.append(table.reindex(columns=range(-AROUND, AROUND + 1)).dropna())
    return sides


def _paired(sides: tuple[str, str], first: pd.DataFrame, second: pd.DataFrame) -> Courses:
    """Return the courses of the subjects that both tables have."""
    both = first.index.intersection(second.index)
    a, b = (table.loc[both].to_numpy() for table in (first, second))
    return Courses(" - ".join(sides), a, b, paired=True, sides=sides)


def _slope_rows(
    parameter: str,
    unit: str,
    finding: str | None,
    courses: pd.DataFrame,
    groups: pd.Series,
    order: Sequence[str],
    settings: CourseSettings,
) -> list[dict[str, Any]]:
    coefficients = slope_tests(courses, groups, order)
    measure = f"{parameter}_slope"
    corrected = holm([c.p for c in coefficients])
    return [
        {
            "kind": "course",
            "family": f"{settings.experiment}/human/{measure}",
            "finding": finding,
            "population": "human",
            "group": c.first if c.second is None else "all",
            "measure": measure,
            "contrast": "slope" if c.second is None else f"slope: {c.first} - {c.second}",
            "side_a": None if c.second is None else c.first,
            "side_b": c.second,
            "n": int(groups.isin([c.first, c.second]).sum()),
            "difference": c.value,
            "difference_ci_low": c.low,
            "difference_ci_high": c.high,
            "unit": f"{unit} per 10 trials",
            "test": _slope_test(c),
            "statistic": c.t,
            "p": c.p,
            "p_holm": p_holm,
            **_effect(c),
        }
        for c, p_holm in zip(coefficients, corrected, strict=True)
    ]


def _slope_test(coefficient: Coefficient) -> str:
    test = SLOPE.format("Student's" if coefficient.second is None else "Welch's")
    return test if coefficient.problem is None else f"{test}: {coefficient.problem}"


def _effect(coefficient: Coefficient) -> dict[str, Any]:
    """Return the coefficient in SDs of the subjects' own slopes, where those differ at all."""
    if not coefficient.sd_of_slopes > 0:
        return {}
    sd = coefficient.sd_of_slopes
    return {
        "effect_name": "in SDs of subjects' slopes",
        "effect": coefficient.value / sd,
        "effect_ci_low": coefficient.low / sd,
        "effect_ci_high": coefficient.high / sd,
    }
