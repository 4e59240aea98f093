"""The tests of the findings as rows of the statistics table."""

from collections.abc import Sequence
from typing import Any

import pandas as pd

from trnn.statistics.rows import statistics_frame


def with_findings(
    parts: Sequence[pd.DataFrame], findings: pd.DataFrame, experiment_name: str
) -> list[pd.DataFrame]:
    """Return tables of tests with those of the findings among them, after the comparisons.

    Parameters
    ----------
    parts : tables with the columns of the statistics, the comparisons first
    findings : the findings table of the experiment; rows with a test become statistics
    """
    comparisons, *others = parts
    return [with_finding_1(comparisons), finding_tests(findings, experiment_name), *others]


def with_finding_1(comparisons: pd.DataFrame) -> pd.DataFrame:
    """Return the comparisons with finding 1 marked: people's `bce` under `mle` and `trnn`."""
    pair = comparisons[["estimator_a", "estimator_b"]].isin(["mle", "trnn"]).all(axis=1)
    people = (comparisons["population"] == "human") & (comparisons["measure"] == "bce")
    finding = comparisons["finding"].astype(object)
    finding[pair & people] = "1"
    return comparisons.assign(finding=finding)


def finding_tests(findings: pd.DataFrame, experiment_name: str) -> pd.DataFrame:
    """Return the findings' tests as statistics, but those that the comparisons hold already."""
    rows: list[dict[str, Any]] = []
    for _, row in findings[findings["test"].notna()].iterrows():
        if row["kind"] == "estimators":
            continue
        same = ("kind", "finding", "contrast", "n", "unit", "test", "statistic", "p", "p_holm")
        effect = ("effect_name", "effect", "effect_ci_low", "effect_ci_high")
        rows.append(
            {name: row[name] for name in (*same, *effect)}
            | {
                "family": f"{experiment_name}/human/{row['family']}",
                "population": "human",
                # A contrast of groups is of all people.
                "group": "all" if row["kind"] == "groups" else row["group"],
                "side_a": row["side_a"],
                "side_b": row["side_b"],
                "measure": row["quantity"],
                "difference": row["value"],
                "difference_ci_low": row["ci_low"],
                "difference_ci_high": row["ci_high"],
            }
        )
    return statistics_frame(rows, experiment_name)
