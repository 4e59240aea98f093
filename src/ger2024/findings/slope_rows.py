"""Rows of the statistics table from the slopes over the block."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from ger2024.findings.course_rows import CourseSettings
from trnn.checks.matched.control import AGENTS, PEOPLE, in_both
from trnn.statistics.course_slopes import Coefficient, slope_tests
from trnn.statistics.hypothesis_tests import holm

SLOPE = "{} t of subjects' own slopes"
SHOWN = "not tested: shown beside the difference"


@dataclass(frozen=True)
class Slopes:
    """A parameter whose slopes are told, its unit, the people's groups and the groups' order.

    `groups` are indexed as the courses, (n_people,).
    """

    parameter: str
    unit: str
    finding: str | None
    groups: pd.Series
    order: Sequence[str]


def slope_rows(
    of: Slopes, courses: pd.DataFrame, control: pd.DataFrame | None, settings: CourseSettings
) -> list[dict[str, Any]]:
    """Return the slope of each group, and the differences of groups' slopes.

    With a control the slopes are those of each person's course less that of the agents matched to
    the person, and the slopes of both are shown beside it.

    Parameters
    ----------
    courses, control : (person x trial), without NaN; `control` None: there is none
    """
    if control is None:
        return _rows(of, courses, "slope", settings)
    people, agents = in_both(courses, control.dropna())
    rows = []
    for name, table in ((PEOPLE, people), (AGENTS, agents)):
        rows += _rows(of, table, f"slope: {name}", settings, shown=True)
    name = f"slope: {PEOPLE} - {AGENTS}"
    return rows + _rows(of, people - agents, name, settings, (PEOPLE, AGENTS))


def _rows(
    of: Slopes,
    courses: pd.DataFrame,
    name: str,
    settings: CourseSettings,
    sides: tuple[str | None, str | None] = (None, None),
    shown: bool = False,
) -> list[dict[str, Any]]:
    """Return the slopes of some courses; if only `shown`, of groups, untested."""
    groups = of.groups.reindex(courses.index)
    measure = f"{of.parameter}_slope"
    kept = [c for c in slope_tests(courses, groups, of.order) if c.second is None or not shown]
    corrected = holm([c.p for c in kept])
    return [
        {
            "kind": "course",
            "family": f"{settings.experiment}/human/{measure}",
            "finding": of.finding,
            "population": "human",
            "group": c.first if c.second is None else "all",
            "measure": measure,
            "contrast": name if c.second is None else f"{name}: {c.first} - {c.second}",
            "side_a": sides[0] if c.second is None else c.first,
            "side_b": sides[1] if c.second is None else c.second,
            "n": int(groups.isin([c.first, c.second]).sum()),
            "difference": c.value,
            "difference_ci_low": c.low,
            "difference_ci_high": c.high,
            "unit": f"{of.unit} per 10 trials",
            **({"test": f"{_test(c)}; {SHOWN}"} if shown else _tested(c, p_holm)),
        }
        for c, p_holm in zip(kept, corrected, strict=True)
    ]


def _test(coefficient: Coefficient) -> str:
    test = SLOPE.format("Student's" if coefficient.second is None else "Welch's")
    return test if coefficient.problem is None else f"{test}: {coefficient.problem}"


def _tested(coefficient: Coefficient, p_holm: float) -> dict[str, Any]:
    p = {
        "test": _test(coefficient),
        "statistic": coefficient.t,
        "p": coefficient.p,
        "p_holm": p_holm,
    }
    return p | _effect(coefficient)


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
