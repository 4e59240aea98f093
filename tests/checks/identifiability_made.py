"""Made-up maps of what can be known, shaped as the pipeline's."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from trnn.checks.identifiability.cells import cells_of
from trnn.checks.identifiability.identifiability_table import identifiability
from trnn.checks.identifiability.rows import cell_rows, overall_row, table_of
from trnn.config.dynamics import Range


def fake_map(
    ranges: Mapping[str, tuple[float, float]], dynamics: str, numbers: tuple[int, ...]
) -> pd.DataFrame:
    """Return a map after so many trials whose cells differ; the last of moving agents is empty."""
    cells = cells_of({k: Range(low=a, high=b) for k, (a, b) in ranges.items()}, at_most=27)
    names, rows = list(ranges), []
    for n_trials in numbers:
        for i, name in enumerate(names):
            error = 0.3 + 0.25 * i
            left = np.linspace(0.1 * (i + 1), 0.9, cells.n)
            if dynamics == "switching":
                left[-1] = np.nan
            own = [
                overall_row((error, error - 0.1, error + 0.1), 0.4),
                *cell_rows(names, cells, i, left, left),
            ]
            estimator = "bayes" if dynamics == "switching" else "posterior"
            shared = {"parameter": name, "dynamics": dynamics, "estimator": estimator}
            more = {"n_trials": n_trials, "n": 9, "others_known": 0.1, "information": 1.0}
            rows += [row | shared | more for row in own]
        for i, name in enumerate(names[1:] if dynamics == "stationary" else []):
            of = {"kind": "pair", "parameter": names[0], "other": name, "n_trials": n_trials}
            values = {"correlation": -0.3 - 0.1 * i, "strength": 0.4 + 0.1 * i, "n": 9}
            rows.append(of | values | {"dynamics": dynamics, "estimator": "posterior"})
    return table_of(rows, names, identifiability(dict.fromkeys(names, "1")), cells)
