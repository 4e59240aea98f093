"""Trials as padded arrays: one row a subject, one column a trial of the session."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import pandas as pd

from trnn.trials.missed import NO_RESPONSE

Array = np.ndarray

ARRAYS = ("action", "reward", "block", "trial", "valid", "starts_anew", "other_reward")
# Columns that not every table of trials has: see `trnn.trials.columns`.
STARTS_ANEW, OTHER_REWARD = "starts_anew", "other_reward"


@dataclass(frozen=True)
class Sequences:
    """Choices and rewards of n subjects over at most t trials.

    All arrays are (n, t), padded at the end where `valid` is False (action and reward 0, block
    -1, trial 0). `action` is 0 or 1, or -1 where there was no response (`trnn.trials.missed`), with
    a reward of 0; `trial` is 0-based within its block. `starts_anew` says where a model's values
    begin anew (None: in every block); `other_reward` is the outcome of the action that was not
    taken, NaN where it was not shown or there was no response (None: it never is shown).
    """

    subjects: tuple[str, ...]
    action: Array
    reward: Array
    block: Array
    trial: Array
    valid: Array
    starts_anew: Array | None = None
    other_reward: Array | None = None

    @cached_property
    def block_start(self) -> Array:
        """True on a block's first trial, (n, t)."""
        return self.valid & (self.trial == 0)

    @cached_property
    def fresh(self) -> Array:
        """True where a model's values begin anew, (n, t): nothing before counts for the model."""
        return self.block_start if self.starts_anew is None else self.valid & self.starts_anew

    @cached_property
    def chosen(self) -> Array:
        """True on trials with a choice, (n, t)."""
        return self.valid & (self.action != NO_RESPONSE)

    @cached_property
    def missed(self) -> Array:
        """True on trials without a response, (n, t)."""
        return self.valid & (self.action == NO_RESPONSE)

    @cached_property
    def previous_action(self) -> Array:
        """The action of the trial before, -1 on a fresh trial and if it was missed, (n, t)."""
        return np.where(self._continues, _delay(self.action), -1).astype(np.int8)

    @cached_property
    def previous_reward(self) -> Array:
        """The reward of the trial before, 0 on a fresh trial and if it was missed, (n, t)."""
        return np.where(self._continues, _delay(self.reward), 0.0)

    @cached_property
    def previous_other_reward(self) -> Array | None:
        """The other arm's outcome on the trial before, 0 on a fresh trial or if not shown."""
        if self.other_reward is None:
            return None
        return np.nan_to_num(np.where(self._continues, _delay(self.other_reward), 0.0), nan=0.0)

    @cached_property
    def last_action(self) -> Array:
        """The action made last before each trial since values began anew, -1 if none, (n, t)."""
        t = np.arange(self.valid.shape[1])
        # The trial of the choice made last, -1 if there is none; and where values began anew.
        made = np.maximum.accumulate(np.where(self.chosen, t, -1), axis=1)
        before = np.pad(made, ((0, 0), (1, 0)), constant_values=-1)[:, :-1]
        began = np.maximum.accumulate(np.where(self.fresh, t, 0), axis=1)
        action = np.take_along_axis(self.action, np.maximum(before, 0), axis=1)
        return np.where(self.valid & (before >= began), action, -1).astype(np.int8)

    @cached_property
    def lengths(self) -> Array:
        """Number of valid trials of each subject, (n,)."""
        return self.valid.sum(axis=1)

    @property
    def _continues(self) -> Array:
        return self.valid & ~self.fresh

    def rows(self, start: int, stop: int) -> "Sequences":
        """Return subjects `start` to `stop`, trimmed to the longest of them."""
        longest = int(self.lengths[start:stop].max(initial=0))
        cut = self._cut(slice(start, stop), slice(longest))
        return replace(cut, subjects=self.subjects[start:stop])

    def _cut(self, rows: slice, trials: slice) -> "Sequences":
        """Return a part of every array; the subjects stay."""
        arrays = {name: getattr(self, name) for name in ARRAYS}
        return replace(self, **{k: a[rows, trials] for k, a in arrays.items() if a is not None})

    def to_column(self, values: Array) -> Array:
        """Return the valid entries of (n, t, ...) `values` in the order of the table's rows."""
        return values[self.valid]

    def reward_column(self) -> Array:
        """Return the rewards in the order of the table's rows, NaN where there was no response."""
        return np.where(self.to_column(self.missed), np.nan, self.to_column(self.reward))

    def index_frame(self) -> pd.DataFrame:
        """Return the table with columns subject, block, trial: one row for each valid trial."""
        return pd.DataFrame(
            {
                "subject": np.repeat(np.array(self.subjects, dtype=object), self.lengths),
                "block": self.to_column(self.block),
                "trial": self.to_column(self.trial),
            }
        ).astype({"subject": "str"})


def _delay(values: Array) -> Array:
    """Shift (n, t) `values` one trial later, filling with 0."""
    out = np.zeros_like(values)
    out[:, 1:] = values[:, :-1]
    return out


def first_trials(sequences: Sequences, n_trials: int) -> Sequences:
    """Return the first `n_trials` of every session."""
    return sequences._cut(slice(None), slice(n_trials))


def carried_over(sequences: Sequences) -> Sequences:
    """Return sessions in which a model's values begin anew on the first trial alone."""
    starts = np.zeros(sequences.valid.shape, dtype=bool)
    starts[:, :1] = sequences.valid[:, :1]
    return replace(sequences, starts_anew=starts)


def from_frame(frame: pd.DataFrame) -> Sequences:
    """Build sequences from a trial table with columns subject, block, trial, action, reward.

    Where the table has them, `starts_anew` and `other_reward` are taken too. Rows of a subject must
    stand together and in order; subjects keep their order. The values are taken as they are: pass
    a table of unknown origin to `trnn.trials.gate.check_trials` first.
    """
    more = [name for name in (STARTS_ANEW, OTHER_REWARD) if name in frame.columns]
    padded, subjects, valid = pad_columns(frame, ["action", "reward", "block", "trial", *more])
    anew, other = padded.get(STARTS_ANEW), padded.get(OTHER_REWARD)
    missed = padded["action"] == NO_RESPONSE
    return Sequences(
        subjects=subjects,
        action=padded["action"].astype(np.int8),
        reward=np.where(missed, 0.0, padded["reward"].astype(np.float64)),
        block=np.where(valid, padded["block"], -1).astype(np.int64),
        trial=padded["trial"].astype(np.int64),
        valid=valid,
        starts_anew=None if anew is None else anew.astype(bool),
        other_reward=None if other is None else other.astype(np.float64),
    )


def pad_columns(
    frame: pd.DataFrame, columns: Sequence[str]
) -> tuple[dict[str, Array], tuple[str, ...], Array]:
    """Pad columns of a trial table to (n, t).

    Returns
    -------
    dict of arrays (n, t) padded with zeros; the subjects, in order; `valid` (n, t).
    """
    codes, subjects = pd.factorize(frame["subject"])
    if len(codes) and (np.diff(codes) < 0).any():
        raise ValueError("the rows of a subject must stand together in the trial table")
    lengths = np.bincount(codes, minlength=len(subjects))
    valid = np.arange(lengths.max(initial=0)) < lengths[:, None]
    padded = {}
    for column in columns:
        values = frame[column].to_numpy()
        out = np.zeros(valid.shape, dtype=values.dtype)
        out[valid] = values
        padded[column] = out
    return padded, tuple(str(s) for s in subjects), valid
