"""Findings 2 and 4: perseveration (κ) by group of people, and in example stretches."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd

from ger2024.findings.finding import (
    ABOVE,
    ABOVE_UNTESTED,
    BELOW,
    BELOW_UNTESTED,
    NAN,
    Row,
    Rule,
    corrected,
)
from ger2024.findings.pairs import pairs_of
from ger2024.findings.slopes import late_minus_early, within_block_slopes
from ger2024.findings.stretches import alternating_stretch, repeating_stretch
from ger2024.findings.summaries import (
    Resampling,
    Statistic,
    contrast,
    describe,
    differ,
    mean,
    spread,
)
from trnn.scores.moving_averages import moving_average, stayed
from trnn.trials.groups import subject_means

Array = np.ndarray
Values = dict[str, Array]  # group -> one value a subject
Pairs = Sequence[tuple[str, str]]  # groups that are compared: first - second

# From the highest κ to the lowest, as the study reports for its own groups.
ORDER = ("healthy", "depression", "bipolar")
ALTERNATING, REPEATING = 0.25, 0.75  # share of stays in the last trials


def kappa_rows(
    frame: pd.DataFrame, groups: Sequence[str], resampling: Resampling, claimed: bool
) -> list[Row]:
    """Return finding 2: κ is higher and less spread in healthy people, and rises in a block.

    Parameters
    ----------
    groups : in the order of their data set's row
    claimed : whether the people are those of the study, who have an order that it reports
    """
    means = by_group(subject_means(frame, "kappa"))
    within = by_group(_within_sd(frame))
    pairs = [(a, b) for a, b in pairs_of(groups) if a in means and b in means]
    return [
        *_level_rows(means, pairs, resampling),
        *([_order_row(means)] if claimed else []),
        *_spread_rows(means, within, pairs, resampling),
        *_rise_rows(frame, resampling),
    ]


def stretch_rows(frame: pd.DataFrame, resampling: Resampling, length: int = 40) -> list[Row]:
    """Return finding 4: κ is negative while a person alternates, positive while one repeats."""
    rows = [
        _example_row("alternating", alternating_stretch(frame, length), length, BELOW_UNTESTED),
        _example_row("repeating", repeating_stretch(frame, length), length, ABOVE_UNTESTED),
    ]
    staying = moving_average(frame, stayed(frame), 10)
    tested = []
    for name, trials, rule in (
        ("alternating", staying <= ALTERNATING, BELOW),
        ("repeating", staying >= REPEATING, ABOVE),
    ):
        bound = f"<= {ALTERNATING}" if rule is BELOW else f">= {REPEATING}"
        row = _row(
            "4",
            f"Mean over people of κ at trials before which the 10-trial moving average of staying "
            f"was {bound}. Corrected with the other of the two as one family.",
            f"kappa_while_{name}",
            "all",
            rule=rule,
        )
        values = subject_means(frame, frame["kappa"].where(trials))["value"].to_numpy(dtype=float)
        tested.append(describe(row, values, resampling, tested=True))
    return rows + corrected(tested, "kappa_while_alternating and _repeating")


def by_group(values: pd.DataFrame) -> Values:
    """Return the values of each group's subjects, groups by first appearance."""
    named = values.dropna(subset=["group"])
    return {
        str(group): named.loc[named["group"] == group, "value"].to_numpy(dtype=float)
        for group in named["group"].unique()
    }


def _row(
    finding: str,
    statement: str,
    quantity: str,
    group: str,
    unit: str = "value",
    rule: Rule | None = None,
) -> Row:
    """Return a row whose numbers are still missing."""
    return Row(finding, statement, quantity, group, unit, value=NAN, n=0, rule=rule)


def _within_sd(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the SD of κ over each subject's trials (n - 1)."""
    out = subject_means(frame, "kappa")
    sd = frame.groupby("subject", sort=False)["kappa"].std()
    out["value"] = sd.reindex(out["subject"]).to_numpy(dtype=float)
    return out


def _level_rows(means: Values, pairs: Pairs, resampling: Resampling) -> list[Row]:
    rows = [
        describe(
            _row("2", "Mean over people of their mean κ.", "kappa_mean", group),
            values,
            resampling,
        )
        for group, values in means.items()
    ]
    row = _row(
        "2",
        "F of Welch's analysis of variance of people's mean κ between the groups.",
        "kappa_groups_differ",
        "all",
        unit="1",
    )
    rows.append(differ(row, list(means.values()), resampling))
    statement = "Difference between two groups' means over people of their mean κ."
    return rows + _contrast_rows(means, pairs, resampling, statement, "kappa_mean", mean, ABOVE)


def _contrast_rows(
    values: Values,
    pairs: Pairs,
    resampling: Resampling,
    statement: str,
    quantity: str,
    statistic: Statistic,
    rule: Rule,
) -> list[Row]:
    """Return the contrasts of every pair of groups; `rule` is claimed for those with healthy."""
    rows = [
        contrast(
            replace(
                _row("2", statement, f"{quantity}_difference", f"{a} - {b}"),
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


def _order_row(means: Values) -> Row:
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
        unit="value",
        value=value,
        n=sum(int((~np.isnan(v)).sum()) for v in means.values()),
        rule=ABOVE_UNTESTED,
    )


def _spread_rows(means: Values, within: Values, pairs: Pairs, resampling: Resampling) -> list[Row]:
    rows = []
    for group in means:
        between = _row("2", "SD over people of their mean κ.", "kappa_sd_between_people", group)
        over_trials = _row(
            "2",
            "Mean over people of the SD of κ over their trials.",
            "kappa_sd_over_trials",
            group,
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
        ),
        *_contrast_rows(
            within,
            pairs,
            resampling,
            "Difference between two groups' mean SD of κ over a person's trials.",
            "kappa_sd_over_trials",
            mean,
            BELOW,
        ),
    ]


def _rise_rows(frame: pd.DataFrame, resampling: Resampling) -> list[Row]:
    measures: list[tuple[str, str, str, pd.DataFrame, dict[str, Any]]] = [
        (
            "kappa_slope",
            "Mean over people of the slope of κ on the trial of the block (each block with its "
            "own intercept).",
            "value/trial",
            within_block_slopes(frame, "kappa"),
            {},
        ),
        (
            "kappa_late_minus_early",
            "Mean over people of κ in trials 60-99 of a block less that in trials 0-9, over the "
            "blocks that have both.",
            "value",
            late_minus_early(frame, "kappa"),
            {"kind": "conditions", "contrast": "late - early"},
        ),
    ]
    rows = []
    for quantity, statement, unit, values, of_test in measures:
        family = [
            describe(
                replace(_row("2", statement, quantity, group, unit, ABOVE), **of_test),
                v,
                resampling,
                tested=True,
            )
            for group, v in by_group(values).items()
        ]
        rows += corrected(family, quantity)
    return rows


def _example_row(name: str, stretch: pd.DataFrame | None, length: int, rule: Rule) -> Row:
    most = "fewest" if name == "alternating" else "most"
    where = "No block is long enough."
    value = NAN
    if stretch is not None:
        first, last = stretch.iloc[0], stretch.iloc[-1]
        share = float(stayed(stretch).mean())
        where = (
            f"It is {first['subject']}, block {first['block']}, trials {first['trial']}-"
            f"{last['trial']}, with {share:.0%} stays."
        )
        value = float(stretch["kappa"].mean())
    return Row(
        "4",
        f"Mean κ in the stretch of {length} trials with the {most} stays (of those with the most "
        f"extreme κ). {where}",
        f"kappa_in_{name}_stretch",
        "all",
        unit="value",
        value=value,
        n=0 if stretch is None else 1,
        rule=rule,
    )
