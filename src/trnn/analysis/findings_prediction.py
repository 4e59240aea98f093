"""Finding 1: the t-RNN predicts people's choices better than maximum likelihood."""

from dataclasses import replace

import numpy as np
import pandas as pd

from trnn.analysis.rows import NAN, Row, Rule
from trnn.analysis.summaries import Resampling, describe
from trnn.published import Published

Array = np.ndarray

STRICT = Rule(-1, level=0.01)
RULES = {"bipolar": STRICT, "depression": STRICT, "healthy": Rule(0)}
REPORTED = {
    "bipolar": "it is better there",
    "depression": "it is better there",
    "healthy": "there is no difference there",
}


def prediction_rows(
    metrics: pd.DataFrame,
    statistics: pd.DataFrame,
    resampling: Resampling,
    published: Published,
) -> list[Row]:
    """Return bce(trnn) - bce(mle) over all people and, where there are, in each group.

    Parameters
    ----------
    metrics : the experiment's metrics table
    statistics : the experiment's statistics table, from which p and its Holm correction are read
    """
    people = metrics[metrics["population"] == "human"]
    groups = [str(group) for group in people["group"].dropna().unique()]
    return [_row(group, people, statistics, resampling, published) for group in ["all", *groups]]


def _row(
    group: str,
    people: pd.DataFrame,
    statistics: pd.DataFrame,
    resampling: Resampling,
    published: Published,
) -> Row:
    part = people if group == "all" else people[people["group"] == group]
    says = f" The study reports that {REPORTED[group]}." if group in REPORTED else ""
    row = Row(
        finding="1",
        statement="Mean over people of the t-RNN's bce less that of maximum likelihood; p from "
        f"the statistics table.{says}",
        quantity="bce_trnn_minus_mle",
        group=group,
        unit="nats",
        value=NAN,
        n=0,
        published=published.difference(resampling.dataset, group, "trnn", "mle"),
        rule=RULES.get(group),
    )
    row = describe(row, _differences(part), resampling)
    test, p, p_holm = _compared(statistics, group)
    return replace(row, test=test, p=p, p_holm=p_holm)


def _differences(part: pd.DataFrame) -> Array:
    """Return bce(trnn) - bce(mle) of each person that has both."""
    table = part.pivot(index="subject", columns="estimator", values="bce")
    if not {"trnn", "mle"} <= set(table.columns):
        return np.empty(0)
    return (table["trnn"] - table["mle"]).to_numpy(dtype=float)


def _compared(statistics: pd.DataFrame, group: str) -> tuple[str | None, float, float]:
    """Return test, p and Holm-corrected p of the pair in the statistics table, NaN if absent."""
    pair = [
        {"trnn", "mle"} == {a, b}
        for a, b in zip(statistics["estimator_a"], statistics["estimator_b"], strict=True)
    ]
    found = statistics[
        np.array(pair, dtype=bool)
        & (statistics["population"] == "human").to_numpy(dtype=bool)
        & (statistics["group"] == group).to_numpy(dtype=bool)
        & (statistics["measure"] == "bce").to_numpy(dtype=bool)
    ]
    if found.empty:
        return None, NAN, NAN
    first = found.iloc[0]
    return str(first["test"]), float(first["p"]), float(first["p_holm"])
