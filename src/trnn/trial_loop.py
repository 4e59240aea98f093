"""The loop over trials that the likelihood and the particle filter share.

Rows are sorted by length, longest first, so that the rows that still have a trial are always the
first ones and no time is spent on padding.
"""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from trnn.sequences import Sequences

Array = np.ndarray


class Trial(NamedTuple):
    """One trial of the first `n_rows` rows; every array is (n_rows, 1)."""

    t: int  # trial of the session, from 0
    n_rows: int
    action: Array
    reward: Array
    previous_action: Array  # -1 on a block's first trial
    sign: Array  # +1 for action 0, -1 for action 1: P(action) = F(sign x)
    block_start: Array | None  # None where no row starts a block


def longest_first(sequences: Sequences) -> Array:
    """Return the order of subjects from the longest session to the shortest, (n,)."""
    return np.argsort(-sequences.lengths, kind="stable")


def trials(sequences: Sequences, rows: Array) -> Iterator[Trial]:
    """Yield the trials of `rows` (indices of subjects, longest first; may repeat), in order."""
    lengths = sequences.lengths[rows]
    if (np.diff(lengths) > 0).any():
        raise ValueError("rows must be ordered from the longest session to the shortest")
    n_trials = int(lengths.max(initial=0))
    n_rows: Array = (np.arange(n_trials)[:, None] < lengths).sum(axis=1)
    # (t, n, 1) and contiguous: a trial is then one short read.
    action, reward, previous_action, block_start = (
        np.ascontiguousarray(array[rows, :n_trials].T)[:, :, None]
        for array in (
            sequences.action,
            sequences.reward,
            sequences.previous_action,
            sequences.block_start,
        )
    )
    sign = 1.0 - 2.0 * action
    starts = np.logical_or.reduce(block_start, axis=(1, 2))
    for t in range(n_trials):
        n = int(n_rows[t])
        yield Trial(
            t,
            n,
            action[t, :n],
            reward[t, :n],
            previous_action[t, :n],
            sign[t, :n],
            block_start[t, :n] if starts[t] else None,
        )


def stretches(sequences: Sequences, rows: Array, longest: int) -> Iterator[list[Trial]]:
    """Yield the same trials in lists of at most `longest`, with the same rows throughout a list.

    The first trial is in a list of its own: only when it has been learned from is a model's latent
    state as broad as its parameters make it.
    """
    stretch: list[Trial] = []
    for trial in trials(sequences, rows):
        if stretch and (
            len(stretch) == longest or stretch[0].n_rows != trial.n_rows or stretch[0].t == 0
        ):
            yield stretch
            stretch = []
        stretch.append(trial)
    if stretch:
        yield stretch
