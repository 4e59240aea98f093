"""From the exact posteriors of constant agents to the rows of the map."""

from collections.abc import Mapping, Sequence
from itertools import combinations
from typing import Any

import numpy as np

from trnn.checks.identifiability.agents import Summaries
from trnn.checks.identifiability.cells import Cells
from trnn.checks.identifiability.identifiability_table import CONSTANT, EXACT
from trnn.checks.identifiability.rows import cell_rows, overall_row, prior_variance
from trnn.statistics.bootstrap import mean_interval


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
    value, choices) and (draw from the posterior, choices) have the same distribution.
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
