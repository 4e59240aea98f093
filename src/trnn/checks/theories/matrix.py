"""The model recovery matrix: what the choice among theories can tell, on agents of each."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from trnn.statistics.proportions import clopper_pearson


def recovery_matrix(tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Return a row for each pair of candidates: columns of `theories_table.THEORY_RECOVERY`.

    Where two candidates explain an agent equally well, the first of them counts as its best.

    Parameters
    ----------
    tables : true candidate -> DataFrame
        Columns of `theories_table.RECOVERY_OF_THEORY`; the order is that of rows and columns.
    """
    names = list(tables)
    rows: list[dict[str, Any]] = []
    for true, table in tables.items():
        log, error = (
            table.pivot(index="agent", columns="scored", values=value)[names].to_numpy()
            for value in ("log_evidence", "log_evidence_error")
        )
        best, truth = log.argmax(axis=1), names.index(true)
        for k, name in enumerate(names):
            share, low, high = clopper_pearson(int((best == k).sum()), len(log))
            less = log[:, truth] - log[:, k]
            of_both = error[:, truth] ** 2 + error[:, k] ** 2 if k != truth else np.zeros(len(log))
            spread = less.std(ddof=1) / np.sqrt(len(log)) if len(log) > 1 else None
            rows.append(
                {
                    "true": true,
                    "scored": name,
                    "n": len(log),
                    "share_best": share,
                    "share_best_ci_low": low,
                    "share_best_ci_high": high,
                    "behind_best": (log.max(axis=1) - log[:, k]).mean(),
                    "behind_true": less.mean(),
                    "behind_true_se": spread,
                    "behind_true_mc_error": np.sqrt(of_both.sum()) / len(log),
                    "chosen": k == int(log.sum(axis=0).argmax()),
                }
            )
    frame = pd.DataFrame(rows).astype({"true": "str", "scored": "str"})
    return frame.assign(behind_true_se=frame["behind_true_se"].astype(float))
