"""Trials as compiled loops read them."""

import numpy as np

from trnn.trials.sequences import Sequences

Array = np.ndarray


def choices(sequences: Sequences) -> tuple[Array, Array, Array, Array]:
    """Return what compiled loops read of n subjects of t trials.

    Actions (n, t) of int8, -1 where there was no response; rewards (n, t); which trials begin a
    block, (n, t) of bool; lengths (n,). All are contiguous.
    """
    return (
        np.ascontiguousarray(sequences.action, dtype=np.int8),
        np.ascontiguousarray(sequences.reward, dtype=np.float64),
        np.ascontiguousarray(sequences.block_start),
        sequences.lengths.astype(np.int64),
    )
