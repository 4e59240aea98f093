"""The rules that turn numbers and tests into verdicts, each with its reason in words.

No verdict is written by hand: with other tables the same rules give other verdicts.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ger2024.published import Mark, Part
from ger2024.replication.evidence import Evidence
from ger2024.replication.replication_table import (
    ABOVE,
    BELOW,
    CORRECTED,
    FAILS,
    HOLDS,
    INCOMPARABLE,
    UNDECIDED,
    WITHIN,
)
from trnn.report.text.markdown import digits_for, interval_words, p_words

SIGNIFICANT = 0.05
NOT_IN_RUN = "Not in this run."
OTHER_AGENTS = "This project's simulated agents are others, so the values need not agree."
STAND_INS = "The people of this run are simulated stand-ins."
NOT_OF_THE_STUDY = "No claim of the study: measured for this project, under other settings."


@dataclass(frozen=True)
class Verdict:
    """A verdict (None: cannot be judged), its reason, and the row that decides it."""

    verdict: str | None
    reason: str
    row: Evidence | None = None


def relation(published: float, ours: Evidence | None) -> str | None:
    """Return where the interval of `ours` lies: below `published`, with it within, or above.

    None if the published value or an end of the interval is missing.
    """
    if ours is None or np.isnan([published, ours.ci_low, ours.ci_high]).any():
        return None
    if ours.ci_high < published:
        return BELOW
    return ABOVE if ours.ci_low > published else WITHIN


def number_verdict(
    published: float, ours: Evidence | None, incomparable: str | None, corrected: float
) -> Verdict:
    """Judge a reported number of the same people.

    Not comparable for the reason `incomparable`, if there is one. It holds if it lies within this
    project's interval; with a correction if a named correction of the study's own analysis brings
    it nearer to this project's value.

    Parameters
    ----------
    corrected : float
        The number after a correction of the study's own analysis; NaN if there is none.
    """
    if ours is None:
        return Verdict(None, NOT_IN_RUN)
    if incomparable is not None:
        return Verdict(INCOMPARABLE, incomparable, ours)
    where = relation(published, ours)
    if where is None:
        return Verdict(None, "Too few subjects for an interval.", ours)
    nearer = abs(ours.value - corrected) < abs(ours.value - published)
    if nearer and relation(corrected, ours) == WITHIN:
        reason = (
            f"After a correction of the study's own analysis the value is {corrected:.4f}, "
            "nearer to this project's."
        )
        return Verdict(CORRECTED, reason, ours)
    if where == WITHIN:
        return Verdict(HOLDS, "The published value lies within this project's interval.", ours)
    reason = f"This project's whole interval lies {where} the published value."
    if ours.quantity.startswith(("bce", "mse")):
        reason = reason[:-1] + f", a {'smaller' if where == BELOW else 'larger'} error."
    return Verdict(FAILS, reason, ours)


def part_verdict(
    part: Part, decided: Sequence[Evidence] | None, controls: Sequence[Evidence] | None
) -> Verdict:
    """Judge a part of a finding by its rows; None stands for rows that the run does not have.

    It does not hold if a deciding row does not, and cannot be told if one of them cannot. If all
    hold, it holds, with a correction if the study's own analysis needs one, if a control does not
    hold, or if the published value lies outside this project's interval.
    """
    if decided is None:
        return Verdict(None, NOT_IN_RUN)
    row = _deciding(decided)
    if row.met is False:
        failed = [r for r in decided if r.met is False]
        words = "; ".join(words_of(r) for r in failed)
        return Verdict(FAILS, f"{words}. It would hold if {row.rule}.", row)
    if row.met is None:
        return Verdict(UNDECIDED, f"{words_of(row)}: {row.undecided}.", row)
    if controls is None or ({r.met for r in controls} & {None, False}) == {None}:
        return Verdict(None, f"{words_of(row)}, but its control cannot be judged.", row)
    reasons = _corrections(part, decided, controls)
    held = f"{words_of(row)}: {row.rule}"
    if reasons:
        return Verdict(CORRECTED, f"{held}. But {'; and '.join(reasons)}.", row)
    return Verdict(HOLDS, f"{held}.", row)


def mark_verdict(mark: Mark, ours: Evidence | None) -> Verdict:
    """Judge a reported significance mark by this project's corrected test of the same pair.

    It holds if the test is significant on the reported side; with a correction if the study's
    own p is not significant once corrected.
    """
    if ours is None:
        return Verdict(None, NOT_IN_RUN)
    if np.isnan([ours.value, ours.p_holm]).any():
        return Verdict(None, f"{words_of(ours)}: too little to judge.", ours)
    theirs = (
        f"The reported p of {mark.p:g} is {mark.p_corrected:g} once it is corrected for the "
        f"comparisons the study made; here p = {p_words(ours.p)} is {p_words(ours.p_holm)} among "
        f"{ours.n_tests} comparisons"
    )
    if ours.p_holm >= SIGNIFICANT:
        return Verdict(FAILS, f"{theirs}, which is not significant.", ours)
    if ours.value >= 0:
        return Verdict(FAILS, f"{theirs}, on the other side.", ours)
    kept = HOLDS if mark.p_corrected < SIGNIFICANT else CORRECTED
    return Verdict(kept, f"{theirs}, on the reported side.", ours)


def finding_verdict(parts: Sequence[Verdict]) -> Verdict:
    """Judge a whole finding by its parts: as the worst of those that could be judged."""
    judged = [part.verdict for part in parts if part.verdict is not None]
    unknown = len(parts) - len(judged)
    if not judged:
        return Verdict(None, f"None of {len(parts)} parts could be judged.")
    counts = {name: judged.count(name) for name in (HOLDS, CORRECTED, FAILS, UNDECIDED)}
    if not counts[UNDECIDED]:
        del counts[UNDECIDED]
    reason = "Of its parts " + ", ".join(f"{n} {_plural(name, n)}" for name, n in counts.items())
    reason += f"; {unknown} could not be judged." if unknown else "."
    worst = next(name for name in (FAILS, UNDECIDED, CORRECTED, HOLDS) if counts.get(name))
    return Verdict(worst, reason)


def words_of(row: Evidence) -> str:
    """Return a row as words: quantity, subjects, value with interval, unit, corrected p."""
    digits = digits_for(row.value)
    value = interval_words(row.value, row.ci_low, row.ci_high, digits=digits)
    unit = "" if row.unit in (None, "1") else f" {row.unit}"
    p = "" if np.isnan(row.p_holm) else f", p (Holm) = {p_words(row.p_holm)}"
    beside = f" ({row.beside})" if row.beside else ""
    return f"`{row.quantity}` ({row.group}) is {value}{unit}{beside}{p}"


def _corrections(
    part: Part, decided: Sequence[Evidence], controls: Sequence[Evidence]
) -> list[str]:
    """Return why the claim holds only with a correction; nothing if it holds as it is."""
    reasons = [] if part.needed is None else [part.needed]
    failed = [row for row in controls if row.met is False]
    if failed:
        reasons.append(f"{part.control_failed} ({'; '.join(words_of(row) for row in failed)})")
    for row in decided:
        if relation(row.published, row) in (BELOW, ABOVE):
            reasons.append(f"the published value {row.published:.4f} lies outside the interval")
    return reasons


def _deciding(rows: Sequence[Evidence]) -> Evidence:
    """Return the row furthest from holding: one that fails, one that is unknown, the largest p."""
    rank = {False: 0, None: 1, True: 2}
    return min(rows, key=lambda row: (rank[row.met], -np.nan_to_num(row.p_holm, nan=-1.0)))


def _plural(verdict: str, n: int) -> str:
    if n == 1:
        return verdict
    several = {HOLDS: "hold", CORRECTED: "hold with a correction", FAILS: "do not hold"}
    return several.get(verdict, verdict)
