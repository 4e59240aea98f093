"""How people's arms move within a block, measured: reversals and walks."""

from typing import Any

import numpy as np
import pandas as pd

from trnn.config.blocks import Reversing, Stretch
from trnn.config.task import WalkTask
from trnn.trials.arms import MEANS, better_arm_throughout
from trnn.trials.index import follows
from trnn.trials.missed import is_choice

Array = np.ndarray
Rows = list[tuple[Any, ...]]


def root(values: Array, less: float = 0.0) -> tuple[float, float, int]:
    """Return the root of the mean square of values, less a variance; no standard error; n."""
    return float(np.sqrt(max((values**2).mean() - less, 0.0))), np.nan, len(values)


def measured_reversals(trials: pd.DataFrame, task: Reversing) -> Rows:
    """Return the mean number of trials to a reversal, beside the task's.

    Only those that a reversal ended count: what the block's end has cut short is not known. So the
    mean leans to short ones where blocks hold few.
    """
    if task.reversals is None:
        return []
    better = better_arm_throughout(trials)
    within = follows(trials)
    swap = np.r_[False, better[1:] != better[:-1]] & within
    begins = np.flatnonzero(~within | swap)
    lengths = np.diff(begins)[swap[begins[1:]]]
    if not len(lengths):
        return []
    words = "mean of trials until the better arm changes within a block"
    found = (float(lengths.mean()), np.nan, len(lengths))
    return [("reversal_trials", words, "trial", found, _expected(task.reversals))]


def _expected(reversals: int | Stretch) -> float:
    if isinstance(reversals, int):
        return float(reversals)
    if reversals.hazard is None:
        assert reversals.high is not None
        return (reversals.low + reversals.high) / 2.0
    kept = 1.0 - reversals.hazard
    cut = 0.0 if reversals.high is None else kept ** (reversals.high - reversals.low + 1)
    return reversals.low - 1 + (1.0 - cut) / reversals.hazard


def measured_walk(trials: pd.DataFrame, task: WalkTask) -> Rows:
    """Return the range and the steps of the arms' walks, and the SD of rewards around them."""
    means = trials[list(MEANS)].to_numpy(dtype=float)
    within = follows(trials)
    centre = (task.low + task.high) / 2.0 if task.centre is None else task.centre
    pulled = centre + task.decay * (means[:-1] - centre)
    steps = (means[1:] - pulled)[within[1:]].ravel()
    unit = "probability" if task.reward_sd is None else "points"
    rows: Rows = [
        (
            "arm_mean_min",
            "least over all trials",
            unit,
            (means.min(), np.nan, means.size),
            task.low,
        ),
        (
            "arm_mean_max",
            "most over all trials",
            unit,
            (means.max(), np.nan, means.size),
            task.high,
        ),
    ]
    if len(steps):
        words = "root mean square of steps, less the pull to the centre; reflections count"
        rows.append(("step_sd", words, unit, root(steps), task.step_sd))
    if task.reward_sd is not None:
        made = np.flatnonzero(is_choice(trials))
        action, reward = (trials[name].to_numpy(dtype=float)[made] for name in ("action", "reward"))
        error = reward - means[made, action.astype(int)]
        words = "root mean square of a reward less its arm's mean"
        rows.append(("reward_sd", words, unit, root(error), task.reward_sd))
    return rows
