"""The tables of the summary: means, the share above the optimum, comparisons."""

import numpy as np
import pandas as pd

from trnn.evaluation.bootstrap import interval, mean_interval, resamples, weights_of
from trnn.evaluation.groups import groups_of
from trnn.evaluation.markdown import digits_for, interval_words, markdown_table, p_words
from trnn.published import Published
from trnn.schemas import ESTIMATORS

REFERENCE = "trnn"
OPTIMUM = "bayes"


def means_table(
    metrics: pd.DataFrame,
    population: str,
    measure: str,
    published: Published,
    reported_as: str,
    seed: int,
    n_resamples: int,
) -> str | None:
    """Return means over subjects by estimator (rows) and group (columns), with 95 % intervals.

    Parameters
    ----------
    metrics : DataFrame
        An experiment's metrics table.
    measure : str
        One of its columns.
    reported_as : str
        The data set (without people: the experiment) of `published` whose numbers stand in
        parentheses. An estimator that is only reported gets a row all the same.

    Returns
    -------
    Markdown, or None if no subject has the measure.
    """
    groups = [(group, part) for name, group, part in groups_of(metrics) if name == population]
    if measure not in metrics or not any(part[measure].notna().any() for _, part in groups):
        return None
    there = set(metrics.loc[metrics["population"] == population, "estimator"])
    # The oracle's error of parameters is 0 by definition.
    if measure.startswith("mse_"):
        there.discard("oracle")
    reported = published.estimators(reported_as, population, measure)
    rows = _in_order(there | set(reported))
    digits = digits_for(max(_largest_mean(part, measure) for _, part in groups))
    columns: dict[str, list[str]] = {"estimator": rows}
    for group, part in groups:
        cells = []
        for estimator in rows:
            values = part.loc[part["estimator"] == estimator, measure].dropna().to_numpy()
            ends = (np.nan, np.nan, np.nan)
            if len(values) and estimator in there:
                # The same resamples for every estimator: the intervals are those of a pair.
                ends = mean_interval(values, n_resamples, seed, reported_as, population, group)
            theirs = published.mean(reported_as, population, group, estimator, measure)
            cells.append(interval_words(*ends, published=theirs, digits=digits))
        columns[f"{group} (n = {part['subject'].nunique()})"] = cells
    return markdown_table(pd.DataFrame(columns))


def above_optimum_table(
    metrics: pd.DataFrame, experiment: str, seed: int, n_resamples: int
) -> str | None:
    """Return how far the t-RNN's mean lies above the exact filter's, in %, for simulated agents.

    100 (mean of trnn / mean of bayes - 1) for `bce` and each `mse_<parameter>`, over agents that
    have both, with 95 % intervals over agents; None if one of the two estimators is not there.
    """
    names = [name for name in metrics.columns if name.startswith("mse_")]
    columns: dict[str, list[str]] = {"measure": ["bce", *names]}
    for population, group, part in groups_of(metrics):
        if population != "test" or not {REFERENCE, OPTIMUM} <= set(part["estimator"]):
            continue
        cells = []
        for measure in columns["measure"]:
            table = part.pivot(index="subject", columns="estimator", values=measure)
            pair = table[[REFERENCE, OPTIMUM]].dropna().to_numpy(dtype=np.float64)
            share = _share_above(pair, seed, n_resamples, experiment, group)
            cells.append(interval_words(*share, digits=1, signed=True))
        columns[f"{group}, %"] = cells
    return markdown_table(pd.DataFrame(columns)) if len(columns) > 1 else None


def comparisons_table(statistics: pd.DataFrame, population: str) -> str | None:
    """Return the comparisons of the t-RNN with each other method; None if there are none.

    People in every group; agents over all dynamics (the rest stands in the table itself). Every
    row is turned so that the t-RNN comes first.
    """
    rows = statistics[
        (statistics["population"] == population)
        & (statistics["kind"] == "estimators")
        & statistics["measure"].str.startswith(("bce", "mse_"))
    ]
    if population == "test":
        rows = rows[rows["group"] == "all"]
    pairs = rows[["estimator_a", "estimator_b"]]
    rows = rows[(pairs == REFERENCE).any(axis=1) & ~(pairs == "oracle").any(axis=1)]
    if rows.empty:
        return None
    lines = []
    for _, row in rows.iterrows():
        first = row["estimator_a"] == REFERENCE
        lines.append(
            {
                "measure": row["measure"],
                "group": row["group"],
                "t-RNN less": row["estimator_b"] if first else row["estimator_a"],
                "mean difference": _turned(row, "difference", first, digits_for(row["mean_a"])),
                "rank-biserial": _turned(row, "effect", first, 2),
                "p": p_words(row["p"]),
                "p (Holm)": p_words(row["p_holm"]),
                "n": str(row["n"]),
            }
        )
    return markdown_table(pd.DataFrame(lines))


def _share_above(
    pair: np.ndarray, seed: int, n_resamples: int, *keys: str
) -> tuple[float, float, float]:
    """Return 100 (mean a / mean b - 1) of (n, 2) values, and its interval; NaN where undefined."""
    if len(pair) == 0 or pair[:, 1].mean() <= 0:
        return np.nan, np.nan, np.nan
    share = 100.0 * (pair[:, 0].mean() / pair[:, 1].mean() - 1.0)
    if len(pair) < 2:
        return share, np.nan, np.nan
    sums = weights_of(resamples(len(pair), n_resamples, seed, "above optimum", *keys)) @ pair
    ratio = np.full(len(sums), np.nan)
    np.divide(sums[:, 0], sums[:, 1], out=ratio, where=sums[:, 1] > 0)
    low, high = interval(100.0 * (ratio - 1.0))
    return share, float(low), float(high)


def _turned(row: pd.Series, name: str, as_is: bool, digits: int) -> str:
    """Return value and interval of a comparison; of b - a in place of a - b unless `as_is`."""
    value, low, high = (row[name], row[f"{name}_ci_low"], row[f"{name}_ci_high"])
    if not as_is:
        value, low, high = -value, -high, -low
    return interval_words(value, low, high, digits=digits, signed=True)


def _largest_mean(part: pd.DataFrame, measure: str) -> float:
    return float(part.groupby("estimator")[measure].mean().max(skipna=True))


def _in_order(estimators: set[str]) -> list[str]:
    known = [name for name in ESTIMATORS if name in estimators]
    return known + sorted(estimators - set(known))
