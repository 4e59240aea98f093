"""The digest of what a prepared table holds."""

import hashlib
import json

import numpy as np
import pandas as pd


def canonical_digest(frame: pd.DataFrame) -> str:
    """Return the SHA-256 of the content of a prepared frame, as 64 hexadecimal digits.

    Covers every column, in the alphabet's order of their names: the name, the kind of the cells and
    their number, then the cells. Whole numbers and booleans are little-endian int64; other numbers
    are little-endian float64 (-0.0 as 0.0, and one NaN for all that are null); text is a JSON list.
    """
    digest = hashlib.sha256()
    for name in sorted(frame.columns):
        kind, cells = _canonical(frame[name])
        digest.update(f"{json.dumps(name)}:{kind}:{len(frame)}\n".encode())
        digest.update(cells)
    return digest.hexdigest()


def _canonical(column: pd.Series) -> tuple[str, bytes]:
    """Return the kind of a column's cells, and their bytes whatever machine it is."""
    if not pd.api.types.is_numeric_dtype(column):
        cells = column.astype(object)
        texts = cells.where(cells.notna(), None).tolist()
        return "text", json.dumps(texts).encode()
    if column.dtype.kind in "iub" and not column.isna().any():
        return "whole", column.to_numpy(dtype="<i8").tobytes()
    real = column.to_numpy(dtype="<f8", na_value=np.nan) + np.float64(0)  # -0.0 + 0.0 is 0.0
    real[np.isnan(real)] = np.nan
    return "real", real.tobytes()
