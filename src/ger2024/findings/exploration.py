"""Finding 5: β around actions against the better arm, and easy against hard blocks."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial

import numpy as np
import pandas as pd

from ger2024.findings.analyses import DIFFICULTY, Having
from ger2024.findings.beyond import Compared, compare, one_family
from ger2024.findings.difficulty import EASY_HARD, chose_better, difficulty
from ger2024.findings.events import FIRST_TRIAL, greedy, ungreedy
from ger2024.findings.finding import ABOVE, BELOW, NAN, Row
from ger2024.findings.summaries import Resampling, describe
from trnn.checks.matched.control import paired
from trnn.theory.meanings import MEANINGS
from trnn.trials.groups import subject_means
from trnn.trials.index import mean_within, shifted, subject_codes, values_of

Array = np.ndarray

# An estimate is made before its trial's choice is seen, so the first estimate to have seen an
# action is that of the next trial.
OFFSETS = (-2, -1, 1, 2, 3, 4)
DROP, RECOVERY = 1, 3
FIRST_COMPARED = 2  # the third trial
EVENT = f"action against the better arm (trial >= {FIRST_TRIAL})"
FAMILY = (
    "All offsets, and the drop against that after actions with the better arm, are corrected as "
)
FAMILY += "one family."


def event_rows(
    frame: pd.DataFrame, agents: pd.DataFrame | None, resampling: Resampling, unit: str
) -> list[Row]:
    """Return the change of β around actions against the better arm, each beside its control.

    The last is the change less that around the same person's actions with the better arm, at the
    same trials of a block.

    Parameters
    ----------
    agents : the joined frame of the agents matched to people; None: no control
    unit : that of β in the model
    """
    compared = [
        compare(
            _change_row(offset, unit),
            *paired(frame, agents, partial(beta_change, offset=offset)),
            resampling,
            BELOW if offset in (DROP, RECOVERY) else None,
        )
        for offset in OFFSETS
    ]
    against_greedy = paired(frame, agents, partial(matched_difference, offset=DROP))
    compared.append(compare(_greedy_row(unit), *against_greedy, resampling, BELOW))
    return one_family(compared, "beta around actions")


def difficulty_rows(
    frame: pd.DataFrame,
    agents: pd.DataFrame | None,
    having: Having,
    resampling: Resampling,
    unit_of: Mapping[str, str],
) -> list[Row]:
    """Return accuracy, β and γ in easy and in hard blocks, from the third trial on.

    Accuracy is behaviour, counted and not estimated, so that it needs no control. Parameters that
    the model does not have are left out.

    Parameters
    ----------
    agents : the joined frame of the agents matched to people; None: no control
    unit_of : parameter -> unit, of the model
    """
    rows: list[Row] = []
    compared = []
    measures = [("accuracy", "share of choices of the better arm", "1", ABOVE)]
    measures += [
        (name, MEANINGS[name].symbol, unit_of[name], rule)
        for name, rule in (("beta", ABOVE), ("gamma", BELOW))
        if having.has(DIFFICULTY[name])
    ]
    for name, words, unit, rule in measures:
        statement = f"Mean over people of {words}, trials >= {FIRST_COMPARED} of the block."
        for kind in EASY_HARD:
            row = Row("5", statement, f"{name}_by_difficulty", f"{kind} blocks", unit, NAN, 0)
            rows.append(describe(row, _in_blocks(frame, name, kind), resampling))
        row = Row(
            "5",
            f"Mean over people of {words} in easy blocks less that in hard ones, trials >= "
            f"{FIRST_COMPARED} of the block; corrected with accuracy, β and γ as one family.",
            f"{name}_easy_minus_hard",
            "all",
            unit,
            NAN,
            0,
            kind="conditions",
            contrast="easy - hard",
            side_a="easy",
            side_b="hard",
        )
        if name == "accuracy":
            values = _easy_minus_hard(frame, name)
            tested = describe(replace(row, rule=rule), values, resampling, tested=True)
            compared.append(Compared((), tested))
        else:
            values_ = paired(frame, agents, partial(_easy_minus_hard, name=name))
            compared.append(compare(row, *values_, resampling, rule))
    return rows + one_family(compared, "easy minus hard")


def _in_blocks(frame: pd.DataFrame, name: str, kind: str) -> Array:
    """Return each subject's mean in blocks of a kind, from the third trial on, (n_subjects,)."""
    late = frame["trial"] >= FIRST_COMPARED
    of_kind = (difficulty(frame).where(late) == kind).fillna(False)
    value = chose_better(frame) if name == "accuracy" else frame[name]
    return subject_means(frame, value.where(of_kind))["value"].to_numpy(dtype=float)


def _easy_minus_hard(frame: pd.DataFrame, name: str) -> Array:
    easy, hard = (_in_blocks(frame, name, kind) for kind in EASY_HARD)
    return easy - hard


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


def _change(frame: pd.DataFrame, offset: int) -> pd.Series:
    beta = values_of(frame, "beta")
    return pd.Series(shifted(frame, beta, offset) - beta, index=frame.index)


def _change_row(offset: int, unit: str) -> Row:
    note = ""
    if offset == DROP:
        note = " The drop: the first estimate that knows of the action."
    if offset == RECOVERY:
        note = " Slow recovery: three trials later β is still lower."
    return Row(
        "5",
        f"Mean over people of β at offset {offset:+d} less β at offset 0 of an {EVENT}.{note} "
        f"{FAMILY}",
        f"beta_change_at_{offset:+d}",
        "all",
        unit,
        NAN,
        0,
        kind="conditions",
        contrast=f"offset {offset:+d} - offset 0",
    )


def _greedy_row(unit: str) -> Row:
    return Row(
        "5",
        f"Mean over people of the change of β by offset +1 of an {EVENT} less that of an action "
        f"with it at the same trial of a block. {FAMILY}",
        "beta_drop_ungreedy_minus_greedy",
        "all",
        unit,
        NAN,
        0,
        kind="conditions",
        contrast="ungreedy - greedy",
        side_a="ungreedy",
        side_b="greedy",
    )
