"""The parameters that people are re-simulated with: drawn trajectories, or constant fits."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from trnn.errors import TableError
from trnn.estimators.baselines import fitted_values
from trnn.tables.parquet import read_table
from trnn.trials.sequences import Sequences

Array = np.ndarray

_KEYS = ["subject", "draw", "block", "trial"]


def drawn_trajectories(path: str | Path, sequences: Sequences, names: Sequence[str]) -> list[Array]:
    """Return of each person the drawn trajectories, (n_draws, t, n_parameters).

    Parameters
    ----------
    path : path
        A table of draws: rows by subject, draw, block and trial, a column a parameter.
    sequences : Sequences
        The people's trials, in the table's order.

    Raises
    ------
    TableError
        If the rows are not those of every person's trials, once a draw.
    """
    table = read_table(path, columns=[*_KEYS, *names])
    n_draws = table["draw"].nunique()
    index = sequences.index_frame()
    sizes = sequences.lengths
    if len(table) != n_draws * len(index):
        raise TableError(
            f"{path}: {len(table)} rows, expected {n_draws} draws of {len(index)} trials. It was "
            "made of other people's trials: delete it and build it again."
        )
    ends = np.cumsum(n_draws * sizes)
    out = []
    for i, (end, size) in enumerate(zip(ends, sizes, strict=True)):
        own = table.iloc[end - n_draws * size : end]
        _check(own, index.iloc[sizes[:i].sum() : sizes[: i + 1].sum()], n_draws, path)
        out.append(own[list(names)].to_numpy(dtype=float).reshape(n_draws, size, len(names)))
    return out


def constant_trajectories(
    fits: str | Path, trials: str | Path, sequences: Sequences, names: tuple[str, ...], n_draws: int
) -> list[Array]:
    """Return of each person the fitted constants as `n_draws` equal trajectories.

    Raises
    ------
    TableError
        If a person has no fit.
    """
    values = fitted_values(fits, trials, sequences, names)
    return [
        np.broadcast_to(own, (n_draws, int(size), len(names)))
        for own, size in zip(values, sequences.lengths, strict=True)
    ]


def _check(own: pd.DataFrame, trials: pd.DataFrame, n_draws: int, path: str | Path) -> None:
    """Raise unless the rows are one person's trials, draw after draw."""
    expected = {name: np.tile(trials[name].to_numpy(), n_draws) for name in trials.columns}
    expected["draw"] = np.repeat(np.arange(n_draws), len(trials))
    for name, values in expected.items():
        differs = own[name].to_numpy() != values
        if differs.any():
            row = int(np.flatnonzero(differs)[0])
            raise TableError(
                f"{path}: row {own.index[row]} has {name} {own[name].iloc[row]!r}, expected "
                f"{values[row]!r}: rows go by subject, draw, block and trial, as in the people's "
                "table. Delete it and build it again."
            )
