"""The loop over trials that the likelihood and the particle filter share.

Rows are sorted by length, longest first, so that the rows that still have a trial are always the
first ones and no time is spent on padding.
"""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from trnn.trials.sequences import Sequences

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


class Stretch(NamedTuple):
    """Trials in a row with the same rows: one by one, and as arrays (n_trials, n_rows, 1)."""

    trials: list[Trial]
    previous_action: Array
    sign: Array


def trials(sequences: Sequences, rows: Array) -> Iterator[Trial]:
    """Yield the trials of `rows` (indices of subjects, longest first; may repeat), in order."""
    for stretch in stretches(sequences, rows, longest=64):
        yield from stretch.trials


def stretches(sequences: Sequences, rows: Array, longest: int) -> Iterator[Stretch]:
    """Yield the trials of `rows` in stretches of at most `longest`.

    The first trial is a stretch of its own: only when it has been learned from is a model's latent
    state as broad as its parameters make it.
    """
    lengths = sequences.lengths[rows]
    if (np.diff(lengths) > 0).any():
        raise ValueError("rows must be ordered from the longest session to the shortest")
    n_trials = int(lengths.max(initial=0))
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
    starts = np.logical_or.reduce(block_start, axis=(1, 2)).tolist()
    for first, stop, n in _bounds(lengths, longest):
        own = [
            Trial(
                t,
                n,
                action[t, :n],
                reward[t, :n],
                previous_action[t, :n],
                sign[t, :n],
                block_start[t, :n] if starts[t] else None,
            )
            for t in range(first, stop)
        ]
        yield Stretch(own, previous_action[first:stop, :n], sign[first:stop, :n])


def _bounds(lengths: Array, longest: int) -> Iterator[tuple[int, int, int]]:
    """Yield each stretch's first trial, the trial after its last, and its number of rows."""
    first = 0
    # From one end of sessions to the next the rows are the same.
    for end in sorted({1, *lengths.tolist()}):
        n = int((lengths > first).sum())
        while first < end and n:
            stop = min(first + longest, end)
            yield first, stop, n
            first = stop
