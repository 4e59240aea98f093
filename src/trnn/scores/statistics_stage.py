"""The statistics table: every test of an experiment in one table."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from ger2024.findings.findings_table import CONTROL
from trnn.errors import TableError
from trnn.statistics.rows import statistics_frame
from trnn.statistics.statistics_table import STATISTICS
from trnn.tables.parquet import Provenance, read_table, write_table
from trnn.theory.constant import CONSTANT


def statistics_stage(
    tables: Sequence[str | Path],
    findings: str | Path | None,
    output: str | Path,
    experiment_name: str,
    provenance: Provenance,
) -> None:
    """Write the statistics of an experiment.

    Parameters
    ----------
    tables : sequence of paths
        Tables with the statistics' own columns, in the order wanted, the comparisons first.
    findings : path, or None
        The findings table of an experiment with people; rows with a test become statistics.

    Raises
    ------
    TableError
        If a table is unreadable or of another kind, or two tests have one id.
    """
    parts = [read_table(path, STATISTICS)[STATISTICS.names()] for path in tables]
    if findings is not None:
        table = read_table(findings)
        parts = [with_finding_1(parts[0]), finding_tests(table, experiment_name), *parts[1:]]
    frame = pd.concat(parts, ignore_index=True)
    twice = frame.loc[frame["id"].duplicated(), "id"]
    if len(twice):
        raise TableError(
            f"{output}: {len(twice)} tests have the id of another, the first '{twice.iloc[0]}'; "
            "ids must be unique. Name the contrast of one of them differently."
        )
    write_table(frame, output, STATISTICS, provenance)


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
        control = row["group"] == CONTROL
        same = ("kind", "finding", "contrast", "n", "unit", "test", "statistic", "p", "p_holm")
        effect = ("effect_name", "effect", "effect_ci_low", "effect_ci_high")
        rows.append(
            {name: row[name] for name in (*same, *effect)}
            | {
                "family": f"{experiment_name}/human/{row['family']}",
                "population": "test" if control else "human",
                "group": CONSTANT if control else _group(row),
                "side_a": row["side_a"],
                "side_b": row["side_b"],
                "measure": row["quantity"],
                "difference": row["value"],
                "difference_ci_low": row["ci_low"],
                "difference_ci_high": row["ci_high"],
            }
        )
    return statistics_frame(rows, experiment_name)


def _group(row: pd.Series) -> str:
    """Return whose values are tested: those of a contrast are of all people."""
    return "all" if pd.notna(row["side_a"]) else str(row["group"])
