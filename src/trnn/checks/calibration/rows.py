"""The table of calibration: shares of true values inside posteriors, with intervals over agents."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from trnn.checks.calibration.bins import Sessions, around_changes, tenths, whole
from trnn.checks.calibration.calibration_table import (
    BEFORE,
    CALIBRATION,
    JUST_CHANGED,
    SINCE,
    TENTH,
)
from trnn.checks.calibration.coverage import Shares, shares
from trnn.checks.calibration.optima import REFERENCES
from trnn.checks.calibration.targets import COVERAGE_90
from trnn.estimators.registry import smoothers
from trnn.statistics.bootstrap import curve_interval

Array = np.ndarray

_OF_CHANGES = frozenset({SINCE, JUST_CHANGED, BEFORE})


def calibration_rows(
    agents: pd.DataFrame,
    estimators: Sequence[str],
    parameters: Sequence[str],
    standing: Callable[[str, str], tuple[Array, Array]],
    jumping: Sequence[str],
    experiment_name: str,
    seed: int,
    n_resamples: int,
) -> list[dict[str, Any]]:
    """Return the rows of the table, by parameter, dynamics and estimator.

    Parameters
    ----------
    agents : DataFrame
        subject, dynamics and the true parameters of every trial; a subject's rows stand together.
    standing : (estimator, parameter) -> (n_trials,) and (n_trials, 5)
        Function that returns the true values, and the posterior's quantiles at
        `trnn.theory.quantiles.PROBABILITIES`, both on one scale. It is called once for each pair,
        so that memory holds the numbers of one pair at a time.
    jumping : names of the dynamics under which a parameter keeps its value between changes
    """
    sessions = Sessions.of(agents["subject"])
    followed = agents["dynamics"].to_numpy(dtype=object)[np.unique(sessions.first)]
    found = []
    for parameter in parameters:
        truth = agents[parameter].to_numpy(dtype=np.float64)
        always = [whole(sessions), tenths(sessions)]
        changes = around_changes(truth, sessions)
        own: dict[str, Shares] = {}
        for name in estimators:
            used = [b for b in changes if b.by != BEFORE or name in smoothers()]
            own[name] = shares(*standing(name, parameter), sessions, [*always, *used])
        for dynamics in dict.fromkeys(followed):
            agents_of = followed == dynamics
            for name in estimators:
                common = {"dynamics": dynamics, "estimator": name, "parameter": parameter}
                key = (experiment_name, "calibration", str(dynamics))
                reference = REFERENCES.get(name)
                beside = own.get(reference) if reference is not None else None
                for row in _rows(own[name], beside, agents_of, seed, n_resamples, key):
                    if dynamics in jumping or row["by"] not in _OF_CHANGES:
                        compared = {"reference": reference if beside is not None else None}
                        found.append(common | compared | row)
    return found


def calibration_frame(rows: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    """Return rows as a frame with the table's columns and types, dynamics first."""
    frame = pd.DataFrame(list(rows), columns=CALIBRATION.names())
    for name in ("dynamics", "estimator"):
        order = {value: i for i, value in enumerate(dict.fromkeys(frame[name]))}
        frame[f"_{name}"] = frame[name].map(order)
    frame = frame.sort_values(["_dynamics", "_estimator"], kind="stable", ignore_index=True)
    return frame[CALIBRATION.names()].astype({"met": "boolean"})


def _rows(
    own: Shares,
    reference: Shares | None,
    agents: Array,
    seed: int,
    n_resamples: int,
    key: tuple[str, ...],
) -> Iterator[dict[str, Any]]:
    """Yield the rows of the cells in which any of the agents (a mask) has trials."""
    values, counts = own.values[agents], own.n_trials[agents]
    mean, low, high = curve_interval(values, n_resamples, seed, *key)
    # The same resamples as above: the difference is paired.
    nothing = np.full(len(mean), np.nan)
    difference = (nothing, nothing, nothing)
    if reference is not None:
        beside = _aligned(reference, own)[agents]
        difference = curve_interval(values - beside, n_resamples, seed, *key)
    for i, cell in enumerate(own.cells):
        n = int((counts[:, i] > 0).sum())
        if n == 0:
            continue
        judged = cell.measure == "coverage_90" and cell.by in (TENTH, JUST_CHANGED)
        target = COVERAGE_90 if judged else (np.nan, np.nan)
        yield {
            "measure": cell.measure,
            "by": cell.by,
            "bin": cell.label,
            "position": cell.position,
            "nominal": cell.nominal,
            "share": mean[i],
            "ci_low": low[i],
            "ci_high": high[i],
            "deviation": mean[i] - cell.nominal,
            "difference": difference[0][i],
            "difference_ci_low": difference[1][i],
            "difference_ci_high": difference[2][i],
            "n": n,
            "n_trials": int(counts[:, i].sum()),
            "target_low": target[0],
            "target_high": target[1],
            "met": bool(target[0] <= mean[i] <= target[1]) if judged else None,
        }


def _aligned(reference: Shares, own: Shares) -> Array:
    """Return the reference's shares in the cells of `own`, (n_agents, n_cells); NaN if it has none.

    A smoother has cells that others lack.
    """
    place = {cell: i for i, cell in enumerate(reference.cells)}
    columns = [
        reference.values[:, place[cell]]
        if cell in place
        else np.full(len(reference.values), np.nan)
        for cell in own.cells
    ]
    return np.stack(columns, axis=1)
