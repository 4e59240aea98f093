"""Slopes of courses: how fast a value changes over the block, by group.

Each subject's mean course has its own least-squares slope. A group's slope is the mean of its
subjects' slopes and its error comes from their spread: neighbouring trials, whose estimates are
alike, do not make the error small. Groups may differ in spread: one is tested by Student's t, two
are compared by Welch's, with Satterthwaite's degrees of freedom.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd
from scipy import stats

Array = np.ndarray

TRIALS = 10  # a slope is the change over this many trials
LEVEL = 0.95
# Slopes that differ by less than this share of the course's size differ by rounding.
NO_SPREAD = 1e-9


@dataclass(frozen=True)
class Coefficient:
    """A slope, or the difference of two (per 10 trials), with its t interval and test.

    `sd_of_slopes` is that of the subjects' own slopes, of two groups the root of their mean
    variance. `problem` is the reason why the numbers are NaN, if they are.
    """

    first: str
    second: str | None
    value: float = np.nan
    low: float = np.nan
    high: float = np.nan
    t: float = np.nan
    p: float = np.nan
    sd_of_slopes: float = np.nan
    problem: str | None = None


def slope_tests(
    courses: pd.DataFrame, groups: pd.Series, order: Sequence[str]
) -> list[Coefficient]:
    """Return each group's slope over the block and the differences of every two.

    Parameters
    ----------
    courses : DataFrame (subjects x trials)
        Without NaN; columns are trials of the block.
    groups : Series
        Each subject's group, by the subjects of `courses`.
    order : sequence of str
        The groups; differences are of the earlier less the later one.
    """
    names: list[tuple[str, str | None]] = [(group, None) for group in order]
    names += combinations(order, 2)
    values = courses.to_numpy(dtype=float)
    if values.shape[1] < 3 or not len(values):
        problem = "no subjects" if not len(values) else "fewer than three trials"
        return [Coefficient(*name, problem=problem) for name in names]
    trial = courses.columns.to_numpy(dtype=float) / TRIALS
    trial = trial - trial.mean()
    slopes = values @ trial / (trial @ trial)
    rounding = NO_SPREAD * np.abs(values).max() / np.ptp(trial)
    own = {group: slopes[(groups == group).to_numpy()] for group in order}
    return [
        _coefficient(first, second, own[first], None if second is None else own[second], rounding)
        for first, second in names
    ]


def _coefficient(
    first: str, second: str | None, a: Array, b: Array | None, rounding: float
) -> Coefficient:
    parts = [a] if b is None else [a, b]
    if min(len(part) for part in parts) < 2:
        return Coefficient(first, second, problem="fewer than two subjects in a group")
    if all(np.ptp(part) <= rounding for part in parts):
        return Coefficient(first, second, problem="all subjects have the same slope")
    found: Any = stats.ttest_1samp(a, 0.0) if b is None else stats.ttest_ind(a, b, equal_var=False)
    ends = found.confidence_interval(LEVEL)
    return Coefficient(
        first,
        second,
        value=float(a.mean() - (0.0 if b is None else b.mean())),
        low=float(ends.low),
        high=float(ends.high),
        t=float(found.statistic),
        p=float(found.pvalue),
        sd_of_slopes=float(np.sqrt(np.mean([part.var(ddof=1) for part in parts]))),
    )
