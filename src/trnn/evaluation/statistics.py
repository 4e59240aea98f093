"""Paired comparisons of estimators, the subject as unit."""

from collections.abc import Iterator
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from trnn.evaluation.bootstrap import interval, resamples, weights_of
from trnn.evaluation.hypothesis_tests import holm, rank_biserial, wilcoxon
from trnn.evaluation.schemas import STATISTICS
from trnn.schemas import ESTIMATORS
from trnn.tables import Provenance, read_table, write_table

Array = np.ndarray

NOT_COMPARED = frozenset({"prior"})  # the floor, not a method
KNOWS_THE_TRUTH = frozenset({"oracle"})  # its error of parameters is 0 by definition
TEST = "Wilcoxon signed-rank"


def statistics_stage(
    metrics: str | Path,
    output: str | Path,
    experiment_name: str,
    seed: int,
    n_resamples: int,
    provenance: Provenance,
) -> None:
    """Write the comparisons of an experiment's metrics table (all its populations)."""
    frame = compare(read_table(metrics), experiment_name, seed, n_resamples)
    write_table(frame, output, STATISTICS, provenance)


def compare(
    metrics: pd.DataFrame, experiment_name: str, seed: int, n_resamples: int
) -> pd.DataFrame:
    """Return a row for every pair of estimators, in every population, group and measure.

    Measures are `bce` and, where the truth is known, `mse_<parameter>`. Groups are "all" and each
    diagnosis group (people) or law of the dynamics (synthetic agents). Intervals are percentile
    bootstraps over subjects. Holm's correction runs over the pairs of one experiment, population,
    measure and group: a family.
    """
    rows: list[dict[str, Any]] = []
    for population, group, part in groups_of(metrics):
        measures = ["bce", *(c for c in part.columns if c.startswith("mse_"))]
        for measure in measures:
            table = _wide(part, measure)
            if table.empty:  # the truth is not known
                continue
            family = f"{experiment_name}/{population}/{measure}/{group}"
            indices = resamples(
                len(table), n_resamples, seed, experiment_name, "statistics", population, group
            )
            compared = [
                {"family": family, "population": population, "group": group, "measure": measure}
                | _compare_pair(table, pair, indices)
                for pair in combinations(table.columns, 2)
            ]
            for row, p in zip(compared, holm([row["p"] for row in compared]), strict=True):
                row["p_holm"] = p
            rows += compared
    return pd.DataFrame(rows, columns=STATISTICS.names())


def groups_of(metrics: pd.DataFrame) -> Iterator[tuple[str, str, pd.DataFrame]]:
    """Yield population, group and its rows: "all" first, then each group or dynamics."""
    for population, part in metrics.groupby("population", sort=True):
        yield str(population), "all", part
        column = "group" if population == "human" else "dynamics"
        # In order of first appearance: that of the studies and of the configuration.
        for name in part[column].dropna().unique():
            yield str(population), str(name), part[part[column] == name]


def _wide(part: pd.DataFrame, measure: str) -> pd.DataFrame:
    """Return (subject x estimator) values of subjects that every estimator has."""
    excluded = NOT_COMPARED | (frozenset() if measure == "bce" else KNOWS_THE_TRUTH)
    kept = part[~part["estimator"].isin(list(excluded))]
    table = kept.pivot(index="subject", columns="estimator", values=measure)
    known = [name for name in ESTIMATORS if name in table.columns]
    others = sorted(set(table.columns) - set(known))
    return table[known + others].dropna()


def _compare_pair(table: pd.DataFrame, pair: tuple[str, str], indices: Array) -> dict[str, Any]:
    a, b = (table[name].to_numpy() for name in pair)
    row = {
        "estimator_a": pair[0],
        "estimator_b": pair[1],
        "n": len(table),
        "mean_a": a.mean(),
        "mean_b": b.mean(),
        "test": TEST,
    }
    difference = a - b
    row["difference"] = difference.mean()
    row["statistic"], row["p"] = wilcoxon(difference)
    row["effect"] = float(rank_biserial(difference))
    names = ("difference_ci_low", "difference_ci_high", "effect_ci_low", "effect_ci_high")
    if len(table) < 2:
        return row | dict.fromkeys(names, np.nan)
    means = weights_of(indices) @ difference / len(table)
    ends = (*interval(means), *interval(rank_biserial(difference[indices])))
    return row | {name: float(end) for name, end in zip(names, ends, strict=True)}
