"""Finding 5: β around actions against the better arm, and easy against hard blocks."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pandas as pd

from ger2024.findings.analyses import DIFFICULTY, Having
from ger2024.findings.difficulty import chose_better, difficulty
from ger2024.findings.events import FIRST_TRIAL, greedy, ungreedy
from ger2024.findings.finding import ABOVE, BELOW, NAN, Row, Rule, corrected
from ger2024.findings.findings_table import CONTROL
from ger2024.findings.summaries import Resampling, contrast, describe
from trnn.trials.groups import subject_means
from trnn.trials.index import mean_within, shifted, subject_codes, values_of

Array = np.ndarray

# An estimate is made before its trial's choice is seen, so the first estimate to have seen an
# action is that of the next trial.
OFFSETS = (-2, -1, 1, 2, 3, 4)
DROP, RECOVERY = 1, 3
FIRST_COMPARED = 2  # the third trial
EVENT = f"action against the better arm (trial >= {FIRST_TRIAL})"
BETA_UNIT = "1/value"


def event_rows(
    frame: pd.DataFrame, control: pd.DataFrame | None, resampling: Resampling
) -> list[Row]:
    """Return the change of β around actions against the better arm, with its controls.

    The controls: the same people's actions with the better arm at the same trials of a block, and
    agents whose parameters never change.
    """
    rows: list[Row] = []
    decisive: list[Row] = []
    for offset in OFFSETS:
        row = describe(_change_row(offset), beta_change(frame, offset), resampling, tested=True)
        (decisive if row.rule is not None else rows).append(row)
    decisive.append(_matched_row(frame, resampling))
    rows = _by_offset(rows, corrected(decisive, "beta drop, recovery and matched drop"))
    if control is not None:
        rows += _control_rows(frame, control, resampling)
    return rows


def difficulty_rows(frame: pd.DataFrame, having: Having, resampling: Resampling) -> list[Row]:
    """Return accuracy, β and γ in easy and in hard blocks, from the third trial on.

    Parameters that the model does not have are left out.
    """
    late = frame["trial"] >= FIRST_COMPARED
    kinds = difficulty(frame).where(late)
    rows, differences = [], []
    measures = [("accuracy", "share of choices of the better arm", "1", ABOVE)]
    own = (("beta", "β", BETA_UNIT, ABOVE), ("gamma", "γ", "1/points", BELOW))
    measures += [measure for measure in own if having.has(DIFFICULTY[measure[0]])]
    for name, words, unit, rule in measures:
        value = chose_better(frame) if name == "accuracy" else frame[name]
        statement = f"Mean over people of {words}, trials >= {FIRST_COMPARED} of the block."
        means = {}
        for kind in ("easy", "hard"):
            chosen = value.where((kinds == kind).fillna(False))
            means[kind] = subject_means(frame, chosen)["value"].to_numpy(dtype=float)
            row = Row("5", statement, f"{name}_by_difficulty", f"{kind} blocks", unit, NAN, 0)
            rows.append(describe(row, means[kind], resampling))
        row = Row(
            "5",
            f"Mean over people of {words} in easy blocks less that in hard ones, trials >= "
            f"{FIRST_COMPARED} of the block; corrected with accuracy, β and γ as one family.",
            f"{name}_easy_minus_hard",
            "easy - hard blocks",
            unit,
            NAN,
            0,
            rule=rule,
            kind="conditions",
            contrast="easy - hard",
            side_a="easy",
            side_b="hard",
        )
        differences.append(describe(row, means["easy"] - means["hard"], resampling, tested=True))
    return rows + corrected(differences, "easy minus hard")


def beta_change(
    frame: pd.DataFrame,
    offset: int,
    events: Callable[[pd.DataFrame], pd.Series] = ungreedy,
) -> Array:
    """Return each subject's mean of β(offset) - β(0) around its events, (n_subjects,).

    Only events whose block reaches that offset count, so that both terms are of the same events.
    """
    return subject_means(frame, _change(frame, offset).where(events(frame)))["value"].to_numpy(
        dtype=float
    )


def matched_difference(frame: pd.DataFrame, offset: int) -> Array:
    """Return each subject's change of β around ungreedy less that around greedy actions.

    Matched by the trial of the block: at each trial at which a subject has both, its mean change
    after its ungreedy actions less that after its greedy ones; then the mean over trials, weighted
    by the number of ungreedy actions. NaN for a subject without such a trial.
    """
    code, subjects = subject_codes(frame)
    trial = frame["trial"].to_numpy()
    change = _change(frame, offset).to_numpy()
    sides = []
    for events in (ungreedy, greedy):
        values = np.where(events(frame), change, np.nan)
        sides.append(mean_within([code, trial], values))
    at = np.where(ungreedy(frame), change, np.nan)
    there = pd.DataFrame({"0": code, "1": trial, "count": ~np.isnan(at)})
    count = there.groupby(["0", "1"])["count"].sum().reset_index()
    both = sides[0].merge(sides[1], on=["0", "1"], suffixes=("", "_greedy"))
    both = both.merge(count, on=["0", "1"])
    weight = both["count"].to_numpy(dtype=float)
    gap = (both["value"] - both["value_greedy"]).to_numpy(dtype=float)
    subject = both["0"].to_numpy(dtype=np.int64)
    total = np.bincount(subject, weights=weight, minlength=len(subjects))
    summed = np.bincount(subject, weights=weight * gap, minlength=len(subjects))
    return np.divide(summed, total, out=np.full(len(subjects), np.nan), where=total > 0)


def _by_offset(described: list[Row], decisive: list[Row]) -> list[Row]:
    """Return the changes in order of their offsets, then the other values that decide."""
    order = [_change_row(offset).quantity for offset in OFFSETS]
    changes = [row for row in described + decisive if row.quantity in order]
    others = [row for row in decisive if row.quantity not in order]
    return sorted(changes, key=lambda row: order.index(row.quantity)) + others


def _change(frame: pd.DataFrame, offset: int) -> pd.Series:
    beta = values_of(frame, "beta")
    return pd.Series(shifted(frame, beta, offset) - beta, index=frame.index)


def _change_row(offset: int) -> Row:
    rule: Rule | None = None
    note = ""
    if offset == DROP:
        rule, note = BELOW, " The drop: the first estimate that knows of the action."
    if offset == RECOVERY:
        rule, note = BELOW, " Slow recovery: three trials later β is still lower."
    if rule is not None:
        note += " Corrected with the drop, the recovery and the matched drop as one family."
    return Row(
        "5",
        f"Mean over people of β at offset {offset:+d} less β at offset 0 of an {EVENT}.{note}",
        f"beta_change_at_{offset:+d}",
        "all",
        BETA_UNIT,
        NAN,
        0,
        rule=rule,
        kind="conditions",
        contrast=f"offset {offset:+d} - offset 0",
    )


def _matched_row(frame: pd.DataFrame, resampling: Resampling) -> Row:
    row = Row(
        "5",
        f"Mean over people of the change of β by offset +1 of an {EVENT} less that of an action "
        "with it at the same trial of a block. Corrected with the drop and the recovery.",
        "beta_drop_ungreedy_minus_greedy",
        "all",
        BETA_UNIT,
        NAN,
        0,
        rule=BELOW,
        kind="conditions",
        contrast="ungreedy - greedy",
        side_a="ungreedy",
        side_b="greedy",
    )
    return describe(row, matched_difference(frame, DROP), resampling, tested=True)


def _control_rows(frame: pd.DataFrame, control: pd.DataFrame, resampling: Resampling) -> list[Row]:
    people, agents = beta_change(frame, DROP), beta_change(control, DROP)
    row = replace(_change_row(DROP), group=CONTROL, rule=None)
    row = replace(
        row,
        statement=f"Mean over agents with constant parameters of β at offset +1 less β at offset "
        f"0 of an {EVENT}: what the method gives of itself.",
    )
    difference = replace(
        row,
        statement="Mean change of β at offset +1 of people less that of agents with constant "
        "parameters.",
        quantity=f"{row.quantity}_difference",
        group=f"all - {CONTROL}",
        side_a="all",
        side_b=CONTROL,
        rule=BELOW,
    )
    return [
        describe(row, agents, resampling, tested=True),
        contrast(difference, people, agents, resampling),
    ]
