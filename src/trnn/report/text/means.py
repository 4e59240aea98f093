"""The tables of the summary: means and comparisons."""

import numpy as np
import pandas as pd

from trnn.estimators.registry import FOCUS, in_order, truths
from trnn.report.text.markdown import digits_for, interval_words, markdown_table, p_words, plain
from trnn.scores.metric_groups import groups_of
from trnn.statistics.bootstrap import mean_interval
from trnn.study import Reported


def means_table(
    metrics: pd.DataFrame,
    population: str,
    measure: str,
    reported: Reported,
    key: str,
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
    reported : Reported
        Means that a study reported for these subjects, shown in parentheses. An estimator that is
        only reported gets a row too.
    key : str
        Names the resamples: the data set of people, the experiment of agents.

    Returns
    -------
    Markdown, or None if no subject has the measure.
    """
    groups = [(group, part) for name, group, part in groups_of(metrics) if name == population]
    if measure not in metrics or not any(part[measure].notna().any() for _, part in groups):
        return None
    known = (metrics["population"] == population) & metrics[measure].notna()
    there = set(metrics.loc[known, "estimator"])
    # The true parameters have no error by definition.
    if measure.startswith("mse_"):
        there -= set(truths())
    rows = in_order(there | set(reported.estimators(population, measure)))
    digits = digits_for(max(_largest_mean(part, measure) for _, part in groups))
    columns: dict[str, list[str]] = {"estimator": rows}
    for group, part in groups:
        cells = []
        for estimator in rows:
            values = part.loc[part["estimator"] == estimator, measure].dropna().to_numpy()
            ends = (np.nan, np.nan, np.nan)
            if len(values) and estimator in there:
                # The same resamples for every estimator: the intervals are those of a pair.
                ends = mean_interval(values, n_resamples, seed, key, population, group)
            theirs = reported.mean(population, group, estimator, measure)
            cells.append(interval_words(*ends, published=theirs, digits=digits))
        columns[f"{plain(group)} (n = {part['subject'].nunique()})"] = cells
    return markdown_table(pd.DataFrame(columns))


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
    rows = rows[(pairs == FOCUS).any(axis=1) & ~pairs.isin(truths()).any(axis=1)]
    if rows.empty:
        return None
    lines = []
    for _, row in rows.iterrows():
        first = row["estimator_a"] == FOCUS
        lines.append(
            {
                "measure": row["measure"],
                "group": plain(row["group"]),
                "t-RNN less": row["estimator_b"] if first else row["estimator_a"],
                "mean difference": _turned(row, "difference", first, digits_for(row["mean_a"])),
                "rank-biserial": _turned(row, "effect", first, 2),
                "p": p_words(row["p"]),
                "p (Holm)": p_words(row["p_holm"]),
                "n": str(row["n"]),
            }
        )
    return markdown_table(pd.DataFrame(lines))


def _turned(row: pd.Series, name: str, as_is: bool, digits: int) -> str:
    """Return value and interval of a comparison; of b - a in place of a - b unless `as_is`."""
    value, low, high = (row[name], row[f"{name}_ci_low"], row[f"{name}_ci_high"])
    if not as_is:
        value, low, high = -value, -high, -low
    return interval_words(value, low, high, digits=digits, signed=True)


def _largest_mean(part: pd.DataFrame, measure: str) -> float:
    return float(part.groupby("estimator")[measure].mean().max(skipna=True))
