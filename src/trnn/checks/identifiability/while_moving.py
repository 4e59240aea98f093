"""How well parameters that move are recovered, by their true value: of an estimator's errors."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from trnn.checks.identifiability.cells import Cells
from trnn.checks.identifiability.rows import cell_rows, overall_row, prior_variance
from trnn.errors import TableError
from trnn.statistics.bootstrap import mean_interval


def moving_rows(
    names: Sequence[str],
    cells: Cells,
    joined: pd.DataFrame,
    dynamics: str,
    estimator: str,
    n_resamples: int,
    seed: int,
    experiment_name: str,
) -> list[dict[str, Any]]:
    """Return the rows of an estimator on the agents of one dynamics.

    Parameters
    ----------
    joined : DataFrame
        Synthetic test agents of all dynamics with an estimator's estimates beside, from
        `trnn.trials.join.join_estimates`; the columns `<parameter>_sd` among them.
    dynamics : str
        The name of the dynamics whose agents are looked at.

    Raises
    ------
    TableError
        If none of the agents has these dynamics.
    """
    there = sorted(joined["dynamics"].unique())
    joined = joined[joined["dynamics"] == dynamics]
    if joined.empty:
        raise TableError(
            f"none of the test agents has dynamics '{dynamics}'; there are {there}. Add it to "
            "test.dynamics."
        )
    prior = prior_variance(cells)
    truth = joined[[f"true_{name}" for name in names]].to_numpy(dtype=float)
    error = (joined[list(names)].to_numpy(dtype=float) - truth) ** 2 / prior
    left = joined[[f"{name}_sd" for name in names]].to_numpy(dtype=float) ** 2 / prior
    cell = cells.number_of(truth)
    agent, agents = pd.factorize(joined["subject"])
    n_of_agent = np.bincount(agent)
    n_of_cell = np.bincount(cell, minlength=cells.n)
    agents_of_cell = pd.Series(agent).groupby(cell).nunique().reindex(range(cells.n), fill_value=0)
    rows: list[dict[str, Any]] = []
    for i, name in enumerate(names):
        shared = {
            "dynamics": dynamics,
            "estimator": estimator,
            "parameter": name,
            "n_trials": round(len(joined) / len(agents)),
        }
        mean, variance = (np.bincount(agent, x[:, i]) / n_of_agent for x in (error, left))
        keys = (experiment_name, "identifiability", dynamics, name)
        interval = mean_interval(mean, n_resamples, seed, *keys)
        rows.append(overall_row(interval, variance.mean()) | shared | {"n": len(agents)})
        with np.errstate(invalid="ignore"):  # 0 / 0: a cell that no agent was in
            by_cell = [np.bincount(cell, x[:, i], cells.n) / n_of_cell for x in (error, left)]
        for row, n in zip(cell_rows(names, cells, i, *by_cell), agents_of_cell, strict=True):
            rows.append(row | shared | {"n": int(n)})
    return rows
