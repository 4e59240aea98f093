"""How far estimates can be trusted: a few numbers, each beside the exact posterior's.

The rows are questions, so that a reader compares experiments along a line.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pandas as pd

from trnn.checks.calibration.calibration_table import ABOVE_OPTIMUM, SESSION
from trnn.estimators.registry import FOCUS
from trnn.report.text.judged import Judged
from trnn.report.text.markdown import interval_words, markdown_table
from trnn.report.text.targets import REFERENCE, count_words, percent_words, with_fresh
from trnn.statistics.proportions import clopper_pearson
from trnn.theory.meanings import MEANINGS

SIDE_BY_SIDE = 4  # experiments of one table: more do not fit on a page
COVERED = "True values inside the 90 % intervals, on agents like those of the training"
ABOVE = "Squared error above the exact posterior's, the worst parameter"
LEFT = "Error that even an ideal observer is left with (100 %: a guess)"
OUTSIDE = "People unlike all training agents (by chance at most 3 %)"
TARGETS = "Targets met; missed; missed by the exact posterior no less"


def trust_tables(experiments: Mapping[str, Mapping[str, str]]) -> list[str]:
    """Return tables of some experiments' answers (`answers`), a column an experiment."""
    names = list(experiments)
    tables = []
    for start in range(0, len(names), SIDE_BY_SIDE):
        own = {name: experiments[name] for name in names[start : start + SIDE_BY_SIDE]}
        asked = dict.fromkeys(question for answers in own.values() for question in answers)
        lines = [
            {"": question} | {name: answers.get(question, "–") for name, answers in own.items()}
            for question in asked
        ]
        if lines:
            tables.append(markdown_table(pd.DataFrame(lines)))
    return tables


def answers(
    settings: Mapping[str, Any],
    tables: Mapping[str, pd.DataFrame | None],
    judged: Sequence[Judged],
) -> dict[str, str]:
    """Return what is known of an experiment, by question.

    Parameters
    ----------
    settings : mapping
        The whole experiment as plain data.
    tables : mapping
        By their kinds `calibration`, `calibration_fresh`, `optimality`, `identifiability` and
        `misspecification`; None for one that is not there.
    judged : its targets
    """
    trained_on = settings["train"]["dynamics"]
    covered = with_fresh(tables.get("calibration"), tables.get("calibration_fresh"))
    found = dict(
        [
            *_covered(covered, trained_on),
            *_above(tables.get("optimality")),
            *_left(tables.get("identifiability")),
            *_outside(tables.get("misspecification")),
        ]
    )
    return found | ({TARGETS: count_words(judged)} if judged else {})


def _covered(calibration: pd.DataFrame | None, dynamics: str) -> Iterator[tuple[str, str]]:
    """Yield the least and the greatest coverage of the parameters, of the t-RNN and the filter."""
    if calibration is None:
        return
    rows = calibration[
        (calibration["measure"] == "coverage_90")
        & (calibration["by"] == SESSION)
        & calibration["parameter"].isin(list(MEANINGS))
    ]
    if (rows["dynamics"] == dynamics).any():
        rows = rows[rows["dynamics"] == dynamics]
    told = [
        f"{words}{100 * own['share'].min():.1f} to {100 * own['share'].max():.1f} %"
        for name, words in ((FOCUS, ""), (REFERENCE, f"`{REFERENCE}`: "))
        if len(own := rows[rows["estimator"] == name])
    ]
    if told:
        yield COVERED, "; ".join(told)


def _above(optimality: pd.DataFrame | None) -> Iterator[tuple[str, str]]:
    if optimality is None:
        return
    rows = optimality[
        (optimality["criterion"] == ABOVE_OPTIMUM)
        & (optimality["estimator"] == FOCUS)
        & optimality["measure"].str.startswith("mse_")
    ]
    # On agents of other dynamics the filter is not exact.
    rows = rows[rows["target"].notna()] if rows["target"].notna().any() else rows
    if len(rows := rows.dropna(subset=["value"])):
        row = rows.sort_values("value").iloc[-1]
        ends = interval_words(row["value"], row["ci_low"], row["ci_high"], digits=1, signed=True)
        yield ABOVE, f"{MEANINGS[row['measure'].removeprefix('mse_')].symbol} {ends} %"


def _left(identifiability: pd.DataFrame | None) -> Iterator[tuple[str, str]]:
    if identifiability is None:
        return
    overall = identifiability[identifiability["kind"] == "overall"]
    last = overall[overall["n_trials"] == overall["n_trials"].max()]
    told = [
        f"{MEANINGS[row['parameter']].symbol} {100 * row['relative_error']:.0f} %"
        for _, row in last.iterrows()
    ]
    yield LEFT, f"{', '.join(told)} after {last['n_trials'].iloc[0]:,} trials"


def _outside(misspecification: pd.DataFrame | None) -> Iterator[tuple[str, str]]:
    if misspecification is None:
        return
    people = misspecification[misspecification["population"] == "human"]
    if len(people):
        ends = clopper_pearson(int(people["outside"].sum()), len(people))
        yield OUTSIDE, f"{percent_words(*ends)} of {len(people)}"
