"""Simulated stand-ins written as a data set's own file would be, for the same reader."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from trnn.data.registry import Dataset
from trnn.errors import DataError
from trnn.tables.atomic import atomic_path
from trnn.trials.arms import MEANS
from trnn.trials.columns import OTHER_REWARD
from trnn.trials.missed import is_choice

NEEDED = ("subject", "block", "trial", "action", "reward", *MEANS)


def write_people(frame: pd.DataFrame, dataset: Dataset, path: str | Path) -> None:
    """Write a CSV with the columns and labels of a data set's (first) layout.

    What agents do not have, such as reaction times, is left empty and never made up.

    Parameters
    ----------
    frame : pandas.DataFrame
        One row a trial, in order: subject, group (where the data set has groups), block, trial
        (both from 0), action (0 or 1; -1: no response), reward, mu_0, mu_1 (the arms' mean
        rewards on the trial), and other_reward where the data set has it.
    path : path
        The file, written whole or not at all; equal frames give equal bytes.

    Raises
    ------
    DataError
        If a column is missing, or the data set has no label for a reward or a group.
    """
    columns = dataset.columns
    needed = (*NEEDED, "group") if dataset.groups else NEEDED
    missing = [name for name in needed if name not in frame.columns]
    if missing or columns.subject is None:
        lacking = missing or "people are told by no column of the file"
        raise DataError(f"stand-ins for {dataset.name}: {lacking}; got {list(frame.columns)}.")
    scale = dataset.reward_scale
    means = frame[list(MEANS)].to_numpy(dtype=float) * scale
    action = frame["action"].to_numpy()
    made = is_choice(frame)
    rows, arm = np.arange(len(frame)), np.where(made, action, 0)
    best = means[rows, arm] >= means[rows, 1 - arm]
    cells: dict[str | None, Any] = {
        columns.subject: frame["subject"].to_numpy(),
        columns.session: 1,
        columns.block: frame["block"].to_numpy() + 1,
        columns.trial: frame["trial"].to_numpy() + 1,
        columns.action: np.array([*(dataset.actions or ["0", "1"]), ""], dtype=object)[action],
        columns.reward: _rewards(frame["reward"], dataset, ~made),
        columns.mu_0: _plain(means[:, 0]),
        columns.mu_1: _plain(means[:, 1]),
    }
    if columns.best_action is not None:
        meaning = dataset.best_action_map or {"1": 1, "0": 0}
        told = pd.Series(best.astype(int)).where(made)
        cells[columns.best_action] = _labels(told, meaning, dataset, "value", ~made)
    if columns.other_reward is not None:
        cells[columns.other_reward] = _rewards(frame[OTHER_REWARD.name], dataset, True)
    if columns.group is not None:
        cells[columns.group] = _labels(frame["group"], dataset.group_labels, dataset, "group")
    cells |= dict.fromkeys(columns.more.values(), "")
    raw = pd.DataFrame({name: own for name, own in cells.items() if name is not None})
    text = raw.to_csv(index=False, lineterminator="\n", sep=dataset.separator or ",")
    with atomic_path(path) as temporary:
        temporary.write_bytes(text.encode())


def _rewards(rewards: pd.Series, dataset: Dataset, empty: np.ndarray | bool) -> Any:
    if dataset.reward_map is None:
        return _plain(rewards.to_numpy(dtype=float) * dataset.reward_scale)
    return _labels(rewards * dataset.reward_scale, dataset.reward_map, dataset, "reward", empty)


def _labels(
    values: pd.Series,
    meaning: Mapping[str, Any],
    dataset: Dataset,
    what: str,
    empty: np.ndarray | bool = False,
) -> Any:
    """Return the label of each value, (n,); the first of several. Where `empty`, there is none."""
    label_of = {value: label for label, value in reversed(list(meaning.items()))}
    labels = values.map(label_of)
    unknown = labels.isna() & ~np.asarray(empty & values.isna())
    if unknown.any():
        wrong = values[unknown].unique().tolist()[:5]
        raise DataError(
            f"stand-ins for {dataset.name}: no label of {dataset.described_by} means the {what} "
            f"{wrong}; it has {dict(meaning)}."
        )
    return labels.fillna("").to_numpy()


def _plain(values: np.ndarray) -> np.ndarray:
    """Return whole numbers as integers, so that they are written as such."""
    whole = (values == np.round(values)) | np.isnan(values)
    return pd.array(values).astype("Int64") if whole.all() else values
