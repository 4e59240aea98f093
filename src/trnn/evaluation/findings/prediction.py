"""Finding 1: the t-RNN's prediction of choices against maximum likelihood's, by group."""

import pandas as pd

from trnn.evaluation.findings.quantity import Claim, Quantity
from trnn.evaluation.published import Published

STATEMENT = (
    "t-RNN predicts choices better than maximum likelihood in the bipolar and depression groups "
    "(p < 0.01), not in the healthy one"
)
CLAIMS = {"bipolar": Claim(-1, 0.01), "depression": Claim(-1, 0.01), "healthy": Claim(0, 0.05)}
REFERENCE = "mle"


def prediction(
    statistics: pd.DataFrame, published: Published, experiment: str, estimator: str
) -> list[Quantity]:
    """Return the difference in bce between `estimator` and maximum likelihood, by group.

    Everything is taken from the statistics table, with its correction for all comparisons of
    estimators within a group.
    """
    rows = statistics[(statistics["population"] == "human") & (statistics["measure"] == "bce")]
    quantities = []
    for group in rows["group"].unique():
        row, sign = _comparison(rows[rows["group"] == group], estimator)
        if row is None:
            continue
        low, high = sorted((sign * row["difference_ci_low"], sign * row["difference_ci_high"]))
        theirs = [
            published.mean(experiment, "human", group, name, "bce")
            for name in (estimator, REFERENCE)
        ]
        quantities.append(
            Quantity(
                name="bce_difference",
                description=f"mean bce of {estimator} - {REFERENCE}; below 0: {estimator} better",
                group=group,
                unit="nats",
                value=sign * row["difference"],
                n=int(row["n"]),
                ci_low=low,
                ci_high=high,
                test=f"{row['test']}; Holm over the pairs of estimators",
                p=row["p"],
                p_holm=row["p_holm"],
                claim=CLAIMS.get(group),
                published=float("nan") if None in theirs else theirs[0] - theirs[1],  # type: ignore[operator]
            )
        )
    return quantities


def _comparison(rows: pd.DataFrame, estimator: str) -> tuple[pd.Series | None, int]:
    """Return the pair's row, and 1 if `estimator` stands first in it, -1 if second."""
    for a, b, sign in ((estimator, REFERENCE, 1), (REFERENCE, estimator, -1)):
        found = rows[(rows["estimator_a"] == a) & (rows["estimator_b"] == b)]
        if len(found):
            return found.iloc[0], sign
    return None, 1
