"""Which of the schedules that a file gives a person faced."""

import numpy as np
import pandas as pd
from scipy.special import xlogy

from trnn.config.payoffs import pays
from trnn.config.task import GivenTask
from trnn.errors import ConfigError
from trnn.trials.missed import is_choice

Array = np.ndarray


def faced(frame: pd.DataFrame, task: GivenTask) -> tuple[Array, Array | None]:
    """Return the arms (t, 2) of the schedule a person faced, and its outcomes (t, 2) if given.

    The schedule is the one under which the person's rewards are the most likely.

    Raises
    ------
    ConfigError
        If the person's blocks are not the file's, or no schedule pays the person's rewards.
    """
    person, lengths = frame["subject"].iloc[0], frame.groupby("block").size().tolist()
    if lengths != task.lengths:
        raise ConfigError(
            f"{person}: blocks of {lengths} trials, but {task.file} gives blocks of "
            f"{task.lengths}: who played other trials cannot face them again."
        )
    arms, outcomes = (None if x is None else np.array(x) for x in (task.arms, task.outcomes))
    shown = arms if outcomes is None else outcomes
    assert shown is not None
    made = np.flatnonzero(is_choice(frame))
    action, reward = (frame[name].to_numpy()[made] for name in ("action", "reward"))
    chosen = shown[:, made, action]  # (n_schedules, n_choices)
    two = pays(task)
    if outcomes is not None:
        fit = np.where((chosen == reward).all(axis=1), 0.0, -np.inf)
    elif two is not None:
        success = reward == two[1]
        fit = (xlogy(success, chosen) + xlogy(~success, 1.0 - chosen)).sum(axis=1)
    else:
        fit = -((reward - chosen) ** 2).sum(axis=1)
    best = int(fit.argmax())
    if not np.isfinite(fit[best]):
        raise ConfigError(f"{person}: no schedule of {task.file} pays this person's rewards.")
    own = shown if arms is None else arms
    return own[best], None if outcomes is None else outcomes[best]
