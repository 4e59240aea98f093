"""Made-up tables of an experiment, in which every claim holds or fails as a test wants."""

import numpy as np
import pandas as pd

from ger2024.published import Check, FindingRows, StatisticRows
from ger2024.replication.evidence import Evidence, Source

GROUPS = ("bipolar", "depression")
TRIALS = (25, 100, 1000)
FINDINGS = [
    "quantity", "group", "value", "ci_low", "ci_high", "unit", "statement", "n", "p", "p_holm",
    "published", "holds", "rule", "undecided",
]  # fmt: skip
STATISTICS = [
    "id", "family", "population", "group", "measure", "contrast", "estimator_a", "estimator_b",
    "n", "difference", "difference_ci_low", "difference_ci_high", "unit", "p", "p_holm",
    "trials_seen",
]  # fmt: skip


def evidence(
    value: float = -0.1,
    half: float = 0.05,
    p_holm: float = 0.001,
    met: bool | None = True,
    published: float = np.nan,
    quantity: str = "bce_trnn_minus_mle",
) -> Evidence:
    """A number with an interval of `half` on either side."""
    return Evidence(
        quantity=quantity,
        group="all",
        unit="nats",
        value=value,
        source="x/statistics.parquet",
        ci_low=value - half,
        ci_high=value + half,
        n=10,
        p=p_holm / 2,
        p_holm=p_holm,
        published=published,
        met=met,
        rule="the value is below 0",
        n_tests=6,
    )


def metrics(
    population: str = "human", estimators: tuple[str, ...] = ("mle", "trnn"), n: int = 6
) -> pd.DataFrame:
    """Subjects whose `bce` is 0.3 to 0.4 under the first estimator, 0.01 less under each next."""
    groups = np.array(["bipolar", "depression", "healthy"])[np.arange(n) % 3]
    return pd.concat(
        [
            pd.DataFrame(
                {
                    "population": population,
                    "subject": [f"s{i}" for i in range(n)],
                    "group": groups if population == "human" else None,
                    "dynamics": None if population == "human" else "stationary",
                    "estimator": name,
                    "bce": np.linspace(0.3, 0.4, n) - 0.01 * place,
                    "mse_alpha": np.nan if population == "human" else 0.02,
                }
            )
            for place, name in enumerate(estimators)
        ],
        ignore_index=True,
    )


def source(
    name: str = "dezfouli",
    human: str | None = "dezfouli",
    simulated: bool = False,
    table: pd.DataFrame | None = None,
    statistics: pd.DataFrame | None = None,
    findings: pd.DataFrame | None = None,
    reported: dict[str, str] | None = None,
) -> Source:
    """An experiment of the study, unless `reported` says of whom the study reports."""
    table = metrics("human" if human else "test") if table is None else table
    empty = pd.DataFrame(columns=STATISTICS)
    return Source(
        name=name,
        human=human,
        simulated=simulated,
        reported={"test": name} | ({"human": human} if human else {})
        if reported is None
        else reported,
        metrics=table,
        units=dict.fromkeys(table.columns, "nats"),
        statistics=empty if statistics is None else statistics,
        findings=findings,
        seed=1,
        n_resamples=100,
    )


def finding_row(quantity: str, group: str = "all", **changes: object) -> dict[str, object]:
    row = {
        "quantity": quantity,
        "group": group,
        "value": 0.6,
        "ci_low": 0.5,
        "ci_high": 0.7,
        "unit": "1",
        "statement": "Something. Holds if the value is above 0.",
        "n": 9,
        "p": 0.001,
        "p_holm": 0.002,
        "published": np.nan,
        "holds": True,
        "rule": "the value is above 0",
        "undecided": None,
    }
    return row | changes


def comparison_row(
    measure: str,
    a: str | None,
    b: str | None,
    difference: float,
    p_holm: float = 0.001,
    **changes: object,
) -> dict[str, object]:
    row = {
        "contrast": f"{a} - {b}",
        "family": f"x/human/{measure}",
        "population": "human",
        "group": "all",
        "measure": measure,
        "estimator_a": a,
        "estimator_b": b,
        "n": 9,
        "difference": difference,
        "difference_ci_low": difference - 0.01,
        "difference_ci_high": difference + 0.02,
        "unit": "nats",
        "p": p_holm / 2,
        "p_holm": p_holm,
        "trials_seen": None,
    }
    row |= changes
    return row | {
        "id": "/".join(str(row[k]) for k in ("population", "group", "measure", "contrast"))
    }


def rows_for(check: Check, population: str, holds: bool) -> list[dict[str, object]]:
    """Rows of the table that a check reads, under which it holds or does not."""
    if isinstance(check, FindingRows):
        value = {"below": -0.6, "above": 0.6}.get(check.rule, 0.6)
        value = value if holds or check.rule == "as_stated" else -value
        return [
            finding_row(
                check.quantity,
                check.group.replace("*", name),
                value=value,
                ci_low=value - 0.1,
                ci_high=value + 0.1,
                holds=holds if check.rule == "as_stated" else None,
            )
            for name in (GROUPS if "*" in check.group else ("",))
        ]
    sign = -1.0 if holds == (check.rule != "above") else 1.0
    keys = {"population": population, "group": check.group}
    if isinstance(check, StatisticRows):
        contrast = check.contrast.replace("*", "3-9")
        return [comparison_row(check.measure, None, None, sign, contrast=contrast, **keys)]
    pair = f"{check.second} - {check.first}"
    seen = TRIALS if check.measure.startswith("recovery") else (None,)
    return [
        comparison_row(
            check.measure,
            check.second,
            check.first,
            -sign / (1 + place),
            contrast=pair if n is None else f"{pair} after {n} trials",
            trials_seen=n,
            **keys,
        )
        for place, n in enumerate(seen)
    ]
