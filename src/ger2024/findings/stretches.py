"""Example stretches: where a person alternates most, and where one repeats most."""

import numpy as np
import pandas as pd

from trnn.scores.moving_averages import stayed
from trnn.trials.index import runs, values_of


def alternating_stretch(frame: pd.DataFrame, length: int = 40) -> pd.DataFrame | None:
    """Return the stretch with the fewest stays, as rows of the frame.

    Among all stretches of `length` consecutive trials within one subject's block, it is the one
    with the lowest share of stays in its `length - 1` steps; among equals the one with the lowest
    mean perseveration (column kappa, if there is one), then the first. None if no block is that
    long.

    Raises
    ------
    ValueError
        If `length` is below 2.
    """
    return _extreme_stretch(frame, length, sign=1.0)


def repeating_stretch(frame: pd.DataFrame, length: int = 40) -> pd.DataFrame | None:
    """Return the stretch with the most stays; among equals the one with the highest mean kappa.

    Otherwise as `alternating_stretch`. A stretch that repeats throughout has one arm alone.
    """
    return _extreme_stretch(frame, length, sign=-1.0)


def _extreme_stretch(frame: pd.DataFrame, length: int, sign: float) -> pd.DataFrame | None:
    if length < 2:
        raise ValueError(f"a stretch must have at least 2 trials, got {length}")
    _, place = runs(frame)
    last = np.flatnonzero(place >= length - 1)
    if len(last) == 0:
        return None
    first = last - length + 1
    view = np.lib.stride_tricks.sliding_window_view
    # Steps into trials 2 ... length of the stretch; counts, so that ties are exact.
    stays = np.nan_to_num(values_of(frame, stayed(frame)))
    count = view(stays[1:], length - 1).sum(axis=1)[first]
    kappa = np.zeros(len(first))
    if "kappa" in frame.columns:
        kappa = view(values_of(frame, "kappa"), length).mean(axis=1)[first]
    best = np.lexsort((first, sign * kappa, sign * count))[0]
    return frame.iloc[first[best] : last[best] + 1]
