"""What a session looks like, in a few numbers, of people and of agents alike.

Three kinds: what the participant faced ("session"), what he or she did ("choices"), and how well
that was predicted ("prediction").
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from trnn.estimators.registry import estimator, focus_and_optimum
from trnn.trials.index import follows, subject_codes
from trnn.trials.missed import is_choice

Array = np.ndarray
Kind = Literal["session", "choices", "prediction"]

KINDS: tuple[Kind, ...] = ("session", "choices", "prediction")
# Estimators whose predictions of a session are looked at, and their names in texts.
PREDICTORS = {name: f"the {estimator(name).label}" for name in focus_and_optimum()}


@dataclass(frozen=True)
class Feature:
    """A number that describes a session: its kind, its meaning in words, its unit."""

    name: str
    kind: Kind
    words: str
    unit: str


_LENGTHS = (
    Feature("n_trials", "session", "number of trials", "trial"),
    Feature("block_mean", "session", "mean block length", "trial"),
    Feature("block_sd", "session", "SD of block lengths", "trial"),
    Feature("block_min", "session", "shortest block", "trial"),
    Feature("block_max", "session", "longest block", "trial"),
)
_MISSES = Feature("miss_rate", "session", "share of trials without a response", "1")
_REWARD_SD = Feature("reward_sd", "session", "SD of rewards around the arm's mean", "reward")
_CHOICES = (
    Feature("reward_mean", "choices", "mean reward", "reward"),
    Feature("switch_rate", "choices", "switch rate", "1"),
    Feature("longest_run", "choices", "longest run of one choice", "trial"),
    Feature("share_action_0", "choices", "share of action 0", "1"),
)
_STAYING = {
    True: (
        Feature("stay_after_win", "choices", "stay rate after a reward", "1"),
        Feature("stay_after_loss", "choices", "stay rate after no reward", "1"),
    ),
    False: (
        Feature("stay_after_win", "choices", "stay rate after a reward above the median", "1"),
        Feature("stay_after_loss", "choices", "stay rate after a reward up to the median", "1"),
    ),
}
_PREDICTION = tuple(
    feature
    for name, words in PREDICTORS.items()
    for feature in (
        Feature(f"bce_{name}", "prediction", f"mean -log P(choice) under {words}", "nats"),
        Feature(f"excess_{name}", "prediction", f"excess surprise of {words}", "SD"),
    )
)


def features_of(binary: bool, misses: bool = False) -> tuple[Feature, ...]:
    """Return the features of a task, in order of display.

    Parameters
    ----------
    binary : bool
        Whether there are two rewards, as 0 and 1. Their SD follows from their mean then, and is
        left out.
    misses : bool
        Whether responses are missed in the task.
    """
    faced = (*_LENGTHS, _MISSES) if misses else _LENGTHS
    faced = faced if binary else (*faced, _REWARD_SD)
    return (*faced, *_CHOICES, *_STAYING[binary], *_PREDICTION)


def session_features(frame: pd.DataFrame, binary: bool, none: float = 0.0) -> pd.DataFrame:
    """Return the features of sessions and choices of every subject of a trial table.

    Parameters
    ----------
    frame : DataFrame
        Columns subject, block, trial, action, reward; where rewards are not binary also
        `chosen_mean`, the mean of the chosen arm. A subject's rows stand together and in order.
        Trials without a response count for the lengths alone; staying goes from choice to choice.
    binary : bool
        As in `features_of`. Stay rates are of trials after a reward above `none`; where rewards
        are not binary, above the median of the subject's own rewards.
    none : float
        What is paid without success, where rewards are binary.

    Returns
    -------
    DataFrame with the subjects as index, by first appearance, and a column a feature; NaN where a
    rate has no trials.
    """
    code, subjects = subject_codes(frame)
    n, made = len(subjects), is_choice(frame)
    out = {
        "n_trials": np.bincount(code, minlength=n).astype(float),
        **_block_lengths(code, follows(frame)),
        "miss_rate": np.bincount(code, ~made, n) / np.bincount(code, minlength=n),
    }
    frame, code = frame[made], code[made]
    action, reward = frame["action"].to_numpy(), frame["reward"].to_numpy(dtype=float)
    block = frame["block"].to_numpy()
    within = np.r_[False, (code[1:] == code[:-1]) & (block[1:] == block[:-1])][: len(code)]
    level = none if binary else frame.groupby("subject")["reward"].transform("median").to_numpy()
    won = _before(reward > level) & within
    lost = within & ~won
    stayed = within & (action == np.roll(action, 1))

    if not binary:
        error = reward - frame["chosen_mean"].to_numpy(dtype=float)
        out["reward_sd"] = np.sqrt(_share(error**2, np.ones_like(won), code, n))
    out |= {
        "reward_mean": _share(reward, np.ones_like(won), code, n),
        "switch_rate": 1.0 - _share(stayed, within, code, n),
        "longest_run": _longest_run(code, stayed),
        "share_action_0": _share(action == 0, np.ones_like(won), code, n),
        "stay_after_win": _share(stayed, won, code, n),
        "stay_after_loss": _share(stayed, lost, code, n),
    }
    return pd.DataFrame(out, index=pd.Index(subjects, name="subject"))


def _before(values: Array) -> Array:
    """Return each row's value of the row above; the first row's means nothing."""
    return np.roll(values, 1)


def _share(values: Array, where: Array, code: Array, n: int) -> Array:
    """Return the mean of `values` over the rows `where` of each of n subjects; NaN without any."""
    rows = np.bincount(code, weights=where.astype(float), minlength=n)
    sums = np.bincount(code, weights=np.where(where, values, 0.0), minlength=n)
    return np.divide(sums, rows, out=np.full(n, np.nan), where=rows > 0)


def _block_lengths(code: Array, within: Array) -> dict[str, Array]:
    starts = np.flatnonzero(~within)
    lengths = np.diff(np.append(starts, len(code))).astype(float)
    grouped = pd.Series(lengths).groupby(code[starts])
    table = grouped.agg(["mean", "min", "max"])
    spread = grouped.std(ddof=0)
    columns = {"block_mean": table["mean"], "block_sd": spread}
    columns |= {"block_min": table["min"], "block_max": table["max"]}
    return {name: column.to_numpy() for name, column in columns.items()}


def _longest_run(code: Array, stayed: Array) -> Array:
    starts = np.flatnonzero(~stayed)
    lengths = np.diff(np.append(starts, len(code))).astype(float)
    return pd.Series(lengths).groupby(code[starts]).max().to_numpy()
