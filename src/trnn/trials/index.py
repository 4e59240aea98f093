"""Which rows belong together: the blocks and subjects of a joined frame."""

import numpy as np
import pandas as pd

Array = np.ndarray


def values_of(frame: pd.DataFrame, value: str | pd.Series) -> Array:
    """Return a column of `frame`, or a series with its index, as floats (n_rows,); nulls are NaN.

    Raises
    ------
    ValueError
        If a series has another index than the frame: its rows would be other trials.
    """
    if isinstance(value, str):
        return frame[value].to_numpy(dtype=float, na_value=np.nan)
    if not value.index.equals(frame.index):
        raise ValueError(
            f"the series {value.name!r} ({len(value)} rows) has another index than the frame "
            f"({len(frame)} rows); compute it from the same frame"
        )
    return value.to_numpy(dtype=float, na_value=np.nan)


def subject_codes(frame: pd.DataFrame) -> tuple[Array, pd.Index]:
    """Return each row's subject as a number (n_rows,), and the subjects by first appearance."""
    return pd.factorize(frame["subject"])


def follows(frame: pd.DataFrame) -> Array:
    """Return whether the row above is the trial before, of the same subject and block (n_rows,).

    False on a block's first trial, and wherever a trial is missing from the frame.
    """
    code, _ = subject_codes(frame)
    block = frame["block"].to_numpy()
    trial = frame["trial"].to_numpy()
    out = np.zeros(len(frame), dtype=bool)
    out[1:] = (code[1:] == code[:-1]) & (block[1:] == block[:-1]) & (trial[1:] == trial[:-1] + 1)
    return out


def runs(frame: pd.DataFrame) -> tuple[Array, Array]:
    """Return each row's run of consecutive trials, from 0, and its place in the run (n_rows,).

    A run is a block of a subject, or a part of one if trials are missing from the frame.
    """
    start = ~follows(frame)
    rows = np.arange(len(frame))
    first = np.maximum.accumulate(np.where(start, rows, 0))
    return np.cumsum(start) - 1, rows - first


def shifted(frame: pd.DataFrame, values: Array, offset: int) -> Array:
    """Return the values `offset` trials later (earlier if negative) in the block, else NaN."""
    run, _ = runs(frame)
    out = np.full(len(frame), np.nan)
    n = len(frame) - abs(offset)
    if n <= 0:
        return out
    here = slice(max(0, -offset), max(0, -offset) + n)
    there = slice(max(0, offset), max(0, offset) + n)
    out[here] = np.where(run[here] == run[there], values[there], np.nan)
    return out


def mean_within(keys: list[Array], values: Array) -> pd.DataFrame:
    """Return the mean of the values that are not NaN for each combination of codes.

    Parameters
    ----------
    keys : list of (n_rows,) integer arrays
    values : (n_rows,)

    Returns
    -------
    DataFrame with columns 0, 1, ... (the keys) and `value`; combinations without values are
    absent.
    """
    used = ~np.isnan(values)
    data = {str(i): key[used] for i, key in enumerate(keys)}
    frame = pd.DataFrame({**data, "value": values[used]})
    return frame.groupby(list(data), sort=True)["value"].mean().reset_index()
