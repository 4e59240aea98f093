"""The table of joint calibration: tests of ranks, one estimator at a time.

A test takes one trial of each agent, so that its ranks are independent, and uniform if the
posterior is calibrated: the test of Kolmogorov and Smirnov is then exact. Holm's method over all
tests of an estimator needs no independence between them.
"""

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from scipy import stats

from trnn.checks.calibration.bins import N_TENTHS
from trnn.checks.calibration.calibration_table import SESSION, TENTH
from trnn.checks.calibration.joint_ranks import Quantity, quantities
from trnn.checks.calibration.joint_table import ERROR_RATE, JOINT_CALIBRATION, LEVELS
from trnn.statistics.hypothesis_tests import holm
from trnn.statistics.proportions import clopper_pearson

Array = np.ndarray


class _Test(NamedTuple):
    """Ranks (n,) of one trial an agent, by one quantity."""

    quantity: Quantity
    by: str
    bin: str
    position: int
    ranks: Array


def joint_frame(
    ranks: Array, picked: Array, parameters: Sequence[str], estimator: str, dynamics: str
) -> pd.DataFrame:
    """Return the rows of an estimator, with the table's columns and types.

    Parameters
    ----------
    ranks, picked : as returned by `joint_ranks` and in `Probes`, of all agents
    """
    tests = [test for test in _tests(ranks, picked, len(parameters)) if len(test.ranks) > 0]
    rows: list[dict[str, Any]] = []
    found = [stats.kstest(test.ranks, "uniform") for test in tests]
    corrected = holm([float(result.pvalue) for result in found])
    # By the number of agents, which few tests do not share: finding it takes long.
    limits = {
        n: float(stats.kstwo.isf(ERROR_RATE / len(tests), n))
        for n in {len(test.ranks) for test in tests}
    }
    for test, result, p_holm in zip(tests, found, corrected, strict=True):
        n = len(test.ranks)
        common = {
            "estimator": estimator,
            "dynamics": dynamics,
            "quantity": test.quantity.kind,
            "parameters": ", ".join(parameters[i] for i in test.quantity.of),
            "by": test.by,
            "bin": test.bin,
            "position": test.position,
            "n": n,
            "distance": float(result.statistic),
            "limit": limits[n],
            "p": float(result.pvalue),
            "p_holm": float(p_holm),
            "calibrated": bool(p_holm >= ERROR_RATE),
        }
        for level in LEVELS:
            share, low, high = clopper_pearson(int((test.ranks <= level).sum()), n)
            shares = {"share": share, "ci_low": low, "ci_high": high, "deviation": share - level}
            rows.append(common | {"level": level} | shares)
    return _typed(rows)


def no_rows() -> pd.DataFrame:
    """Return the table of an estimator without a posterior."""
    return _typed([])


def _typed(rows: Sequence[dict[str, Any]]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=JOINT_CALIBRATION.names()).astype({"calibrated": "boolean"})


def _tests(ranks: Array, picked: Array, d: int) -> Iterator[_Test]:
    """Yield the tests of all quantities: of the session, then of its tenths."""
    chosen = np.take_along_axis(ranks, picked[:, None, None], axis=1)[:, 0]
    for i, quantity in enumerate(quantities(d)):
        yield _Test(quantity, SESSION, "all", 0, chosen[:, i])
        for tenth in range(N_TENTHS):
            own = ranks[:, tenth, i]
            yield _Test(quantity, TENTH, str(tenth + 1), tenth, own[~np.isnan(own)])
