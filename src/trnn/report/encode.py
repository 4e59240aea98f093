"""Numbers of a session as short text, for a page that carries a million of them.

A column becomes whole numbers (`Scale`), of which only the change from trial to trial is kept. All
columns of a subject are one byte string: for each column the high bytes of its changes, then the
low bytes; deflated and written in base64. `templates/sessions.js` undoes this.
"""

import base64
import zlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from trnn.errors import TableError

Array = np.ndarray

LEVELS = 2**14 - 1  # finer than a screen shows; fewer levels make a shorter text


@dataclass(frozen=True)
class Scale:
    """value = low + step * whole number, the whole number in [0, LEVELS]."""

    low: float
    step: float


def scale_of(values: Array) -> Scale:
    """Return a scale for (n,) values: exact for whole numbers, else LEVELS steps over their range.

    Raises
    ------
    TableError
        If a value is NaN or infinite.
    """
    values = np.asarray(values, dtype=np.float64)
    if not np.isfinite(values).all():
        raise TableError("the report cannot show NaN or infinity: a column holds one.")
    low, high = (float(values.min()), float(values.max())) if len(values) else (0.0, 0.0)
    if high - low <= LEVELS and (values == np.round(values)).all():
        return Scale(low, 1.0)
    return Scale(low, (high - low) / LEVELS or 1.0)  # a constant: any step


def filled(values: Array) -> Array:
    """Return (n,) values with the number before in the place of each NaN (of the first, behind it).

    For columns with gaps where there was no response: the page shows none of these numbers.
    """
    result: Array = pd.Series(np.asarray(values, dtype=np.float64)).ffill().bfill().to_numpy()
    return result


def pack(columns: Sequence[Array], scales: Sequence[Scale]) -> str:
    """Return the text of a subject's columns, each (n_trials,)."""
    planes = bytearray()
    for values, scale in zip(columns, scales, strict=True):
        levels = np.round((np.asarray(values, dtype=np.float64) - scale.low) / scale.step)
        change = np.diff(levels.astype(np.int32), prepend=0)
        # Small changes of either sign become small numbers: 0, -1, 1, -2 ... are 0, 1, 2, 3 ...
        folded = np.where(change < 0, -2 * change - 1, 2 * change).astype(np.uint16)
        planes += (folded >> 8).astype(np.uint8).tobytes()
        planes += (folded & 255).astype(np.uint8).tobytes()
    return base64.b64encode(zlib.compress(bytes(planes), 9)).decode("ascii")


def unpack(text: str, scales: Sequence[Scale]) -> list[Array]:
    """Return the columns that `pack` was given, each (n_trials,), to within half a step."""
    planes = np.frombuffer(zlib.decompress(base64.b64decode(text)), dtype=np.uint8)
    columns = []
    for scale, (high, low) in zip(scales, planes.reshape(len(scales), 2, -1), strict=True):
        folded = high.astype(np.int32) * 256 + low
        change = np.where(folded % 2 == 1, -(folded + 1) // 2, folded // 2)
        columns.append(scale.low + scale.step * np.cumsum(change))
    return columns
