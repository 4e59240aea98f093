"""Finding 2: perseveration (κ) by group of people."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pandas as pd

from ger2024.findings.finding import (
    ABOVE,
    ABOVE_UNTESTED,
    BELOW,
    NAN,
    Row,
    Rule,
    corrected,
)
from ger2024.findings.kappa import Values, by_group, kappa_row
from ger2024.findings.rise import rise_rows
from ger2024.findings.summaries import (
    Resampling,
    Statistic,
    contrast,
    describe,
    differ,
    mean,
    spread,
)
from trnn.trials.groups import pairs_of, subject_means, subject_sds

Array = np.ndarray
Pairs = Sequence[tuple[str, str]]  # groups that are compared: first - second

# From the highest κ to the lowest, as the study reports for its own groups.
ORDER = ("healthy", "depression", "bipolar")


def kappa_rows(
    frame: pd.DataFrame,
    agents: pd.DataFrame | None,
    groups: Sequence[str],
    resampling: Resampling,
    claimed: bool,
    unit: str,
) -> list[Row]:
    """Return finding 2: κ is higher and less spread in healthy people, and rises in a block.

    Parameters
    ----------
    agents : the joined frame of the agents matched to people; None: no control
    groups : in the order of their data set's row
    claimed : whether the people are those of the study, who have an order that it reports
    unit : that of κ in the model
    """
    means = by_group(subject_means(frame, "kappa"))
    within = by_group(subject_sds(frame, "kappa"))
    pairs = [(a, b) for a, b in pairs_of(groups) if a in means and b in means]
    return [
        *_level_rows(means, pairs, resampling, unit),
        *([_order_row(means, unit)] if claimed else []),
        *_spread_rows(means, within, pairs, resampling.within("kappa"), unit),
        *rise_rows(frame, agents, resampling, unit),
    ]


def _level_rows(means: Values, pairs: Pairs, resampling: Resampling, unit: str) -> list[Row]:
    rows = [
        describe(
            kappa_row("2", "Mean over people of their mean κ.", "kappa_mean", group, unit),
            values,
            resampling,
        )
        for group, values in means.items()
    ]
    row = kappa_row(
        "2",
        "F of Welch's analysis of variance of people's mean κ between the groups.",
        "kappa_groups_differ",
        "all",
        unit="1",
    )
    rows.append(differ(row, list(means.values()), resampling))
    statement = "Difference between two groups' means over people of their mean κ."
    return rows + _contrast_rows(
        means, pairs, resampling, statement, "kappa_mean", mean, ABOVE, unit
    )


def _contrast_rows(
    values: Values,
    pairs: Pairs,
    resampling: Resampling,
    statement: str,
    quantity: str,
    statistic: Statistic,
    rule: Rule,
    unit: str,
) -> list[Row]:
    """Return the contrasts of every pair of groups; `rule` is claimed for those with healthy."""
    rows = [
        contrast(
            replace(
                kappa_row("2", statement, f"{quantity}_difference", f"{a} - {b}", unit),
                rule=rule if a == ORDER[0] else None,
                side_a=a,
                side_b=b,
            ),
            values[a],
            values[b],
            resampling,
            statistic,
        )
        for a, b in pairs
    ]
    return corrected(rows, f"{quantity}_difference")


def _order_row(means: Values, unit: str) -> Row:
    """Return the smaller of the two steps in the reported order of the groups."""
    level = {
        group: float(np.nanmean(values))
        for group, values in means.items()
        if (~np.isnan(values)).any()
    }
    value = NAN
    if set(ORDER) <= set(level):
        value = min(level[a] - level[b] for a, b in pairwise(ORDER))
    return Row(
        "2",
        "Smaller step between the groups' mean κ in the reported order: above 0 only if they have "
        "that order.",
        "kappa_mean_order",
        " > ".join(ORDER),
        unit=unit,
        value=value,
        n=sum(int((~np.isnan(v)).sum()) for v in means.values()),
        rule=ABOVE_UNTESTED,
    )


def _spread_rows(
    means: Values, within: Values, pairs: Pairs, resampling: Resampling, unit: str
) -> list[Row]:
    rows = []
    for group in means:
        between = kappa_row(
            "2", "SD over people of their mean κ.", "kappa_sd_between_people", group, unit
        )
        over_trials = kappa_row(
            "2",
            "Mean over people of the SD of κ over their trials.",
            "kappa_sd_over_trials",
            group,
            unit,
        )
        rows.append(describe(between, means[group], resampling, spread))
        rows.append(describe(over_trials, within[group], resampling))
    return [
        *rows,
        *_contrast_rows(
            means,
            pairs,
            resampling,
            "Difference between two groups' SD over people of their mean κ.",
            "kappa_sd_between_people",
            spread,
            BELOW,
            unit,
        ),
        *_contrast_rows(
            within,
            pairs,
            resampling,
            "Difference between two groups' mean SD of κ over a person's trials.",
            "kappa_sd_over_trials",
            mean,
            BELOW,
            unit,
        ),
    ]
