"""From agents' summaries, or an estimator's errors, to the rows of the map."""

from collections.abc import Mapping, Sequence
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd

from trnn.checks.identifiability.agents import Summaries
from trnn.checks.identifiability.cells import Cells
from trnn.checks.identifiability.identifiability_table import EXACT, UNRECOVERED, identifiability
from trnn.statistics.bootstrap import mean_interval
from trnn.theory.constant import CONSTANT

Array = np.ndarray


def exact_rows(
    names: Sequence[str],
    cells: Cells,
    found: Mapping[int, Summaries],
    n_resamples: int,
    seed: int,
    experiment_name: str,
) -> list[dict[str, Any]]:
    """Return the rows of constant agents' exact posteriors, by number of trials.

    The agents are a sample of the prior, so the expected squared error of the posterior's mean is
    the expected posterior variance; no estimator has a smaller one. What is expected for true
    values in a cell is taken over every agent by its posterior's probability of the cell: (true
    value, choices) and (draw from the posterior, choices) have the same law.
    """
    prior = prior_variance(cells)
    rows: list[dict[str, Any]] = []
    for n_trials, s in found.items():
        mass = s.cell_mass.sum(axis=0)[:, None]
        error = s.cell_error.sum(axis=0) / mass / prior
        left = s.cell_mass.T @ s.variance / mass / prior
        for i, name in enumerate(names):
            shared = {
                "dynamics": CONSTANT,
                "estimator": EXACT,
                "parameter": name,
                "n_trials": n_trials,
                "n": len(s.variance),
            }
            interval = mean_interval(
                s.variance[:, i] / prior[i],
                n_resamples,
                seed,
                *(experiment_name, "identifiability", name, n_trials),
            )
            more = {
                "simulated_error": s.squared_error[:, i].mean() / prior[i],
                "others_known": s.conditional_variance[:, i].mean() / prior[i],
                "information": s.information[:, i].mean(),
            }
            rows.append(overall_row(interval, interval[0]) | shared | more)
            rows += [row | shared for row in cell_rows(names, cells, i, error[:, i], left[:, i])]
        rows += pair_rows(names, s, n_trials)
    return rows


def prior_variance(cells: Cells) -> Array:
    """Return the variance of the uniform prior, (d,): the error of its mean."""
    return cells.width**2 / 12.0


def overall_row(interval: tuple[float, float, float], variance: float) -> dict[str, Any]:
    """Return what an overall row says of a relative error, given as mean and interval."""
    error, low, high = interval
    return {
        "kind": "overall",
        "relative_error": error,
        "relative_error_ci_low": low,
        "relative_error_ci_high": high,
        "prior_error": 1.0,
        "relative_variance": variance,
        "recovered": bool(error <= UNRECOVERED),
    }


def cell_rows(
    names: Sequence[str], cells: Cells, i: int, error: Array, variance: Array
) -> list[dict[str, Any]]:
    """Return a row a cell of parameter `i`: relative errors and variances (n_cells,)."""
    low, high = cells.bounds()
    middle = cells.low[i] + cells.width[i] / 2
    # The mean of (x - middle)^2 over [a, b] is ((b - m)^3 - (a - m)^3) / (3 (b - a)).
    cube = (high[:, i] - middle) ** 3 - (low[:, i] - middle) ** 3
    prior_error = cube / (3 * (high[:, i] - low[:, i])) / prior_variance(cells)[i]
    rows = []
    for c in range(cells.n):
        ends = {f"{name}_low": low[c, k] for k, name in enumerate(names)}
        ends |= {f"{name}_high": high[c, k] for k, name in enumerate(names)}
        values = {"relative_error": error[c], "relative_variance": variance[c]}
        rows.append({"kind": "cell", **values, "prior_error": prior_error[c], **ends})
    return rows


def pair_rows(names: Sequence[str], s: Summaries, n_trials: int) -> list[dict[str, Any]]:
    """Return a row for each pair of parameters."""
    return [
        {
            "kind": "pair",
            "dynamics": CONSTANT,
            "estimator": EXACT,
            "parameter": names[i],
            "other": names[j],
            "n_trials": n_trials,
            "n": len(s.fisher_z),
            "correlation": np.tanh(s.fisher_z[:, i, j].mean()),
            "strength": np.tanh(np.abs(s.fisher_z[:, i, j]).mean()),
        }
        for i, j in combinations(range(len(names)), 2)
    ]


def table_of(rows: Sequence[Mapping[str, Any]], names: Sequence[str], cells: Cells) -> pd.DataFrame:
    """Return rows as a table with all its columns; rows of no cell get the ranges."""
    frame = pd.DataFrame(rows).reindex(columns=identifiability(names).names())
    for i, name in enumerate(names):
        for end, value in (("low", cells.low[i]), ("high", cells.low[i] + cells.width[i])):
            frame[f"{name}_{end}"] = frame[f"{name}_{end}"].astype(float).fillna(value)
    frame["other"] = frame["other"].astype("str")
    frame["recovered"] = frame["recovered"].astype("boolean")
    return frame
