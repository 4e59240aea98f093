"""Arms that change within a block: reversals, and walks."""

import numpy as np

from trnn.config.blocks import Stretch
from trnn.config.task import WalkTask

Array = np.ndarray


def swapped(
    arms: Array, reversals: int | Stretch | None, lengths: Array, rng: np.random.Generator
) -> Array:
    """Return a session's arms (t, 2), swapped on the trials that follow an odd reversal.

    Parameters
    ----------
    reversals : int, Stretch or None
        Trials from one reversal to the next, counted anew in each block.
    lengths : (n_blocks,) of int
    """
    if reversals is None:
        return arms
    out, first = arms.copy(), 0
    for length in map(int, lengths):
        at, odd = 0, False
        while at < length:
            end = min(at + _stretch(reversals, rng), length)
            if odd:
                out[first + at : first + end] = arms[first + at : first + end, ::-1]
            at, odd = end, not odd
        first += length
    return out


def _stretch(reversals: int | Stretch, rng: np.random.Generator) -> int:
    """Draw the number of trials until the next reversal."""
    if isinstance(reversals, int):
        return reversals
    if reversals.hazard is None:
        assert reversals.high is not None
        return int(rng.integers(reversals.low, reversals.high + 1))
    drawn = reversals.low - 1 + int(rng.geometric(reversals.hazard))
    return drawn if reversals.high is None else min(drawn, reversals.high)


def walks(task: WalkTask, lengths: Array, rng: np.random.Generator) -> Array:
    """Draw both arms' means over walks of so many trials, one after another, (t, 2).

    mean(t + 1) = decay mean(t) + (1 - decay) centre + step, reflected at the bounds (Daw et al.
    2006, Nature 441, supplement: decay 0.9836, centre 50, steps of SD 2.8).
    """
    low, high = task.low, task.high
    centre = (low + high) / 2.0 if task.centre is None else task.centre
    out = np.empty((int(lengths.sum()), 2))
    first = 0
    for length in map(int, lengths):
        start = rng.random(2)
        now = low + (high - low) * start if task.start is None else np.array(task.start)
        steps = task.step_sd * rng.standard_normal((length, 2))
        for t in range(length):
            out[first + t] = now
            now = _reflected(centre + task.decay * (now - centre) + steps[t], low, high)
        first += length
    return out


def _reflected(values: Array, low: float, high: float) -> Array:
    """Return values folded into [low, high], as often as it takes."""
    width = high - low
    folded = np.mod(values - low, 2.0 * width)
    return low + np.minimum(folded, 2.0 * width - folded)
