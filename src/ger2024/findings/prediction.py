"""Finding 1: the t-RNN predicts people's choices better than maximum likelihood."""

from dataclasses import replace

import numpy as np
import pandas as pd
from scipy.special import stdtrit

from ger2024.findings.finding import EQUIVALENT, NAN, NoDifference, Row, Rule
from ger2024.findings.summaries import Resampling, describe
from ger2024.published import Published

Array = np.ndarray

STRICT = Rule(-1, level=0.01)
BETTER, ALIKE = ("bipolar", "depression"), "healthy"
# A difference this small a part of the least that the study calls an effect counts as none. Set
# before it was looked at: a prediction that gains less than half of what is called an effect in
# another group does not show that effect.
NEGLIGIBLE = 0.5
REPORTED = {
    "bipolar": "it is better there",
    "depression": "it is better there",
    "healthy": "there is no difference there",
}


def prediction_rows(
    metrics: pd.DataFrame,
    comparisons: pd.DataFrame,
    resampling: Resampling,
    published: Published | None,
) -> list[Row]:
    """Return bce(trnn) - bce(mle) over all people and, where there are, in each group.

    Parameters
    ----------
    metrics : the experiment's metrics table
    comparisons : the experiment's comparisons, from which p and its Holm correction are read
    published : what the study reports of these people, None if nothing
    """
    people = metrics[metrics["population"] == "human"]
    groups = [str(group) for group in people["group"].dropna().unique()]
    return [_row(group, people, comparisons, resampling, published) for group in ["all", *groups]]


def _row(
    group: str,
    people: pd.DataFrame,
    comparisons: pd.DataFrame,
    resampling: Resampling,
    published: Published | None,
) -> Row:
    part = people if group == "all" else people[people["group"] == group]
    claimed = published is not None and group in REPORTED
    says = f" The study reports that {REPORTED[group]}." if claimed else ""
    theirs = NAN if published is None else _reported(published, resampling.dataset, group)
    row = Row(
        finding="1",
        statement="Mean over people of the t-RNN's bce less that of maximum likelihood; p from "
        f"the comparisons table.{says}",
        quantity="bce_trnn_minus_mle",
        group=group,
        unit="nats",
        value=NAN,
        n=0,
        published=theirs,
    )
    differences = _differences(part)
    row = describe(row, differences, resampling)
    if group in BETTER:
        row = replace(row, rule=STRICT)
    if claimed and group == ALIKE:
        row = _alike(row, differences, _margin(published, resampling.dataset))
    return _with_test(row, comparisons, group)


def _alike(row: Row, differences: Array, margin: float) -> Row:
    """Return the row of a group in which the study reports no difference."""
    low, high = equivalence_interval(differences)
    words = (
        f"A difference below {margin:.4f} nats, half of the least reported effect in another "
        f"group, counts as none; the 90 % interval is [{low:.4f}, {high:.4f}]."
    )
    return replace(
        row,
        statement=f"{row.statement} {words}",
        rule=NoDifference(limit=margin),
        within=(low, high),
    )


def equivalence_interval(differences: Array) -> tuple[float, float]:
    """Return the t interval of the mean that belongs to two one-sided tests at 5 %: of 90 %.

    Parameters
    ----------
    differences : (n,), NaN is left out; with fewer than two values both ends are NaN
    """
    kept = differences[~np.isnan(differences)]
    if len(kept) < 2:
        return NAN, NAN
    half = stdtrit(len(kept) - 1, 1.0 - EQUIVALENT) * kept.std(ddof=1) / np.sqrt(len(kept))
    return float(kept.mean() - half), float(kept.mean() + half)


def _margin(published: Published | None, dataset: str) -> float:
    """Return the largest difference that counts as none, nats; NaN if no effect was reported."""
    if published is None:
        return NAN
    return NEGLIGIBLE * min(abs(_reported(published, dataset, group)) for group in BETTER)


def _reported(published: Published, dataset: str, group: str) -> float:
    return published.difference(dataset, group, "trnn", "mle")


def _differences(part: pd.DataFrame) -> Array:
    """Return bce(trnn) - bce(mle) of each person that has both."""
    table = part.pivot(index="subject", columns="estimator", values="bce")
    if not {"trnn", "mle"} <= set(table.columns):
        return np.empty(0)
    return (table["trnn"] - table["mle"]).to_numpy(dtype=float)


def _with_test(row: Row, comparisons: pd.DataFrame, group: str) -> Row:
    """Return the row with the test of the pair in the comparisons table, if it is there."""
    pair = [
        {"trnn", "mle"} == {a, b}
        for a, b in zip(comparisons["estimator_a"], comparisons["estimator_b"], strict=True)
    ]
    found = comparisons[
        np.array(pair, dtype=bool)
        & (comparisons["population"] == "human").to_numpy(dtype=bool)
        & (comparisons["group"] == group).to_numpy(dtype=bool)
        & (comparisons["measure"] == "bce").to_numpy(dtype=bool)
    ]
    if found.empty:
        return row
    first = found.iloc[0]
    effect, low, high = (first[n] for n in ("effect", "effect_ci_low", "effect_ci_high"))
    if first["estimator_a"] != "trnn":
        effect, low, high = -effect, -high, -low
    return replace(
        row,
        kind="estimators",
        family=str(first["family"]),
        contrast="trnn - mle",
        test=str(first["test"]),
        statistic=float(first["statistic"]),
        p=float(first["p"]),
        p_holm=float(first["p_holm"]),
        effect_name=str(first["effect_name"]),
        effect=float(effect),
        effect_ci_low=float(low),
        effect_ci_high=float(high),
    )
