"""Numbers and names of the prepared tables: blocks and trials from 0, subjects without an ID."""

from collections.abc import Sequence

import numpy as np

Array = np.ndarray


def unit_code(subject: Array, block: Array) -> Array:
    """Count the blocks of the whole file from 0, (n_rows,); rows of a block stand together."""
    change = (subject[1:] != subject[:-1]) | (block[1:] != block[:-1])
    return np.cumsum(np.r_[0, change])


def block_index(subject: Array, unit: Array) -> Array:
    """Count each subject's blocks from 0 in order of appearance, (n_rows,)."""
    return unit - unit[_last_start(subject)]


def trial_index(unit: Array) -> Array:
    """Count each block's trials from 0, (n_rows,)."""
    return np.arange(len(unit)) - _last_start(unit)


def subject_names(prefixes: Sequence[str]) -> list[str]:
    """Name subjects, in order, by prefix and number: bipolar-01, bipolar-02, healthy-01."""
    largest = max((list(prefixes).count(prefix) for prefix in set(prefixes)), default=0)
    width = max(2, len(str(largest)))
    seen: dict[str, int] = {}
    names = []
    for prefix in prefixes:
        seen[prefix] = seen.get(prefix, 0) + 1
        names.append(f"{prefix}-{seen[prefix]:0{width}d}")
    return names


def _last_start(code: Array) -> Array:
    """Return, for every row, the row at which its run of equal codes starts, (n_rows,)."""
    start = np.r_[True, code[1:] != code[:-1]]
    return np.maximum.accumulate(np.where(start, np.arange(len(code)), 0))
