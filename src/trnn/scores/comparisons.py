"""Paired comparisons of estimators, the subject as unit."""

from collections.abc import Mapping, Sequence
from itertools import combinations
from pathlib import Path
from typing import Any

import pandas as pd

from trnn.config.networks import NETWORKS, base_of
from trnn.estimators.registry import FIT, estimator, in_order
from trnn.scores.metric_groups import groups_of
from trnn.scores.metrics_table import unit_of_measure
from trnn.scores.model_evidence import COLUMNS, evidence_rows
from trnn.statistics.bootstrap import resamples
from trnn.statistics.hypothesis_tests import holm
from trnn.statistics.paired import paired_row
from trnn.statistics.rows import statistics_frame
from trnn.statistics.statistics_table import COMPARISONS
from trnn.tables.parquet import Provenance, read_table, write_table


def comparisons_stage(
    metrics: str | Path,
    evidence: Sequence[str | Path],
    output: str | Path,
    experiment_name: str,
    unit_of: Mapping[str, str],
    seed: int,
    n_resamples: int,
    provenance: Provenance,
) -> None:
    """Write the comparisons of an experiment's metrics table (all its populations).

    Parameters
    ----------
    evidence : sequence of path
        Tables of the log evidence of models, with `trnn.scores.model_evidence.COLUMNS`.
    unit_of : mapping
        Parameter -> unit, of the experiment's model.
    """
    table = read_table(metrics)
    columns = list(COLUMNS)
    weighed = pd.concat([read_table(path, columns=columns) for path in evidence])
    rows = [
        *pair_rows(table, experiment_name, unit_of, seed, n_resamples),
        *(
            row
            for population, group, part in groups_of(table)
            for row in evidence_rows(population, group, part, weighed, experiment_name, seed)
        ),
    ]
    write_table(statistics_frame(rows, experiment_name), output, COMPARISONS, provenance)


def pair_rows(
    metrics: pd.DataFrame,
    experiment_name: str,
    unit_of: Mapping[str, str],
    seed: int,
    n_resamples: int,
) -> list[dict[str, Any]]:
    """Return a row for every compared pair, in every population, group and measure.

    Every pair of main estimators is compared; a variant only with its base and, for the `bce` of
    people, with `mle`. Measures are `bce`, `bce_theory` for pairs with a network (for other
    estimators it is their `bce`) and, where the truth is known, `mse_<parameter>`. Groups are "all"
    and each diagnosis group (people) or dynamics (synthetic agents). Intervals are percentile
    bootstraps over subjects. Holm's correction runs over a family: the pairs of main estimators of
    one experiment, population, measure and group, or those of variants.
    """
    rows: list[dict[str, Any]] = []
    for population, group, part in groups_of(metrics):
        for measure in _measures(part):
            table = _wide(part, measure)
            keys = {"population": population, "group": group, "measure": measure}
            keys["unit"] = unit_of_measure(measure, unit_of)
            family = f"{experiment_name}/{population}/{measure}/{group}"
            key = (experiment_name, "statistics", population, group)
            pairs = main_pairs(list(table.columns), measure)
            if pairs:
                # Every pair of the family is compared over the same subjects: those that all
                # estimators have.
                whole = table[[name for name in table.columns if base_of(name) == name]].dropna()
                own = keys | {"kind": "estimators", "family": family}
                rows += _family(own, pairs, whole, seed, n_resamples, key)
            pairs = variant_pairs(list(table.columns), population, measure)
            own = keys | {"kind": "variants", "family": f"{family}/variants"}
            rows += _family(own, pairs, table, seed, n_resamples, key)
    return rows


def main_pairs(estimators: Sequence[str], measure: str) -> list[tuple[str, str]]:
    """Return the pairs of main estimators that are compared, in the order given."""
    main = [name for name in estimators if base_of(name) == name]
    return [pair for pair in combinations(main, 2) if _differs(pair, measure)]


def variant_pairs(
    estimators: Sequence[str], population: str, measure: str
) -> list[tuple[str, str]]:
    """Return each variant's pairs: with its base and, for the `bce` of people, with `mle`."""
    pairs = []
    for name in estimators:
        if base_of(name) == name:
            continue
        others = [base_of(name), *([FIT] if (population, measure) == ("human", "bce") else [])]
        pairs += [(other, name) for other in others if other in estimators]
    return pairs


def _measures(part: pd.DataFrame) -> list[str]:
    names = [c for c in part.columns if c in ("bce", "bce_theory") or c.startswith("mse_")]
    return [name for name in names if part[name].notna().any()]


def _differs(pair: tuple[str, str], measure: str) -> bool:
    """Return whether the measure is more than the pair's `bce` under another name."""
    return measure != "bce_theory" or any(base_of(name) in NETWORKS for name in pair)


def _wide(part: pd.DataFrame, measure: str) -> pd.DataFrame:
    """Return (subject x estimator) values of the estimators that have the measure at all."""
    records = {name: estimator(name) for name in part["estimator"].unique()}
    errors = measure.startswith("mse_")
    compared = [n for n, e in records.items() if e.method and not (errors and e.truth)]
    kept = part[part["estimator"].isin(compared)]
    table = kept.pivot(index="subject", columns="estimator", values=measure)
    table = table.dropna(axis="columns", how="all")
    return table[in_order(table.columns)]


def _family(
    own: dict[str, Any],
    pairs: Sequence[tuple[str, str]],
    table: pd.DataFrame,
    seed: int,
    n_resamples: int,
    key: tuple[str, ...],
) -> list[dict[str, Any]]:
    """Return the rows of a family's pairs, each over the subjects that have both.

    `own` is what the rows share, `key` names the resamples.
    """
    rows = []
    for a, b in pairs:
        values = table[[a, b]].dropna().to_numpy(dtype=float)
        if not len(values):
            continue
        indices = resamples(len(values), n_resamples, seed, *key)
        names = {"contrast": f"{a} - {b}", "estimator_a": a, "estimator_b": b}
        rows.append(own | names | paired_row(values[:, 0], values[:, 1], indices))
    for row, p in zip(rows, holm([row["p"] for row in rows]), strict=True):
        row["p_holm"] = p
    return rows
