"""When a row of the findings holds, does not, or cannot be told."""

import math
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from ger2024.findings.finding import (
    ABOVE,
    BELOW,
    NAN,
    NoDifference,
    Row,
    Rule,
    corrected,
    findings_frame,
)
from ger2024.findings.prediction import equivalence_interval
from ger2024.findings.summaries import Resampling, contrast, describe, median, spread


def a_row(**numbers: Any) -> Row:
    return replace(Row("2", "A statement.", "q", "all", "1", NAN, 3), **numbers)


def test_rules_decide_by_side_limit_and_corrected_p() -> None:
    cases = [
        (ABOVE, 1.0, 0.04, True),
        (ABOVE, 1.0, 0.05, False),
        (ABOVE, -1.0, 0.001, False),
        (BELOW, -1.0, 0.001, True),
        (BELOW, 0.0, 0.001, False),
        (Rule(1, 0.5), 0.4, 0.001, False),
        (Rule(1, 0.5), 0.6, 0.001, True),
        (Rule(1, level=None), 1.0, NAN, True),
        (ABOVE, 1.0, NAN, None),
        (ABOVE, NAN, 0.01, None),
    ]
    rows = [a_row(rule=rule, value=value, p_holm=p) for rule, value, p, _ in cases]
    out = findings_frame(rows)
    assert [None if pd.isna(h) else bool(h) for h in out["holds"]] == [c[3] for c in cases]
    assert out["statement"].str.contains("Holds if").all()
    assert "above 0.5 and p_holm < 0.05" in out["statement"][5]


def test_correction_is_holms() -> None:
    rows = corrected([a_row(p=p) for p in (0.01, 0.04, NAN, 0.03)], "a family")
    np.testing.assert_allclose([r.p_holm for r in rows], [0.03, 0.06, np.nan, 0.06])


def test_summaries_of_few_and_missing_values() -> None:
    resampling = Resampling("dezfouli", 0, 50)
    row = describe(a_row(), np.array([1.0, np.nan, 3.0, 8.0]), resampling, median, tested=True)
    assert (row.value, row.n) == (3, 3) and 1 <= row.ci_low <= 3 <= row.ci_high <= 8
    assert row.p == pytest.approx(0.25)  # all three of one sign: 2 / 2^3
    single = describe(a_row(), np.array([2.0]), resampling)
    assert single.value == 2 and math.isnan(single.ci_low)
    none = contrast(a_row(), np.array([]), np.array([np.nan]), resampling)
    assert math.isnan(none.value) and math.isnan(none.p) and none.n == 0
    one = contrast(a_row(), np.array([1.0]), np.array([1.0, 2.0]), resampling, spread)
    assert math.isnan(one.value) and math.isnan(one.p)


@pytest.mark.parametrize(
    ("differences", "p_holm", "holds"),
    [
        (np.linspace(-0.01, 0.01, 20), 0.9, True),
        # A small difference that is sure is small all the same.
        (np.linspace(-0.008, -0.002, 20), 0.001, True),
        # No difference is found, for want of people: that is no evidence that there is none.
        (np.linspace(-0.1, 0.06, 6), 0.6, None),
        (np.linspace(-0.1, -0.0, 12), 0.01, False),
        (np.array([0.001]), np.nan, None),
    ],
)
def test_no_difference_is_shown_by_an_interval_and_not_by_a_large_p(
    differences: np.ndarray, p_holm: float, holds: bool | None
) -> None:
    rule = NoDifference(limit=0.02)
    within = equivalence_interval(differences)
    row = a_row(rule=rule, value=differences.mean(), p_holm=p_holm, within=within)
    if len(differences) > 1:
        # The two one-sided tests themselves.
        p = [
            stats.ttest_1samp(differences, bound, alternative=side).pvalue
            for bound, side in ((-0.02, "greater"), (0.02, "less"))
        ]
        assert (max(p) < 0.05) == (holds is True)
    out = findings_frame([row]).iloc[0]
    assert (None if pd.isna(out["holds"]) else bool(out["holds"])) is holds
    assert pd.isna(out["undecided"]) == (holds is not None)
