"""Trials as compiled loops read them."""

import numpy as np

from trnn.trials.sequences import Sequences

Array = np.ndarray

# Of a trial on which both outcomes are shown: models tell the two by name.
FEEDBACK = np.dtype([("own", np.float64), ("other", np.float64)])


def choices(sequences: Sequences) -> tuple[Array, Array, Array, Array]:
    """Return what compiled loops read of n subjects of t trials.

    Actions (n, t) of int8, -1 where there was no response; rewards (n, t), of `FEEDBACK` where the
    other outcome is shown; on which trials a model begins anew, (n, t) of bool; lengths (n,). All
    are contiguous.
    """
    return (
        np.ascontiguousarray(sequences.action, dtype=np.int8),
        _feedback(sequences),
        np.ascontiguousarray(sequences.fresh),
        sequences.lengths.astype(np.int64),
    )


def _feedback(sequences: Sequences) -> Array:
    """Return what is shown after each choice, (n, t)."""
    if sequences.other_reward is None:
        return np.ascontiguousarray(sequences.reward, dtype=np.float64)
    out = np.empty(sequences.reward.shape, dtype=FEEDBACK)
    out["own"], out["other"] = sequences.reward, sequences.other_reward
    return out
