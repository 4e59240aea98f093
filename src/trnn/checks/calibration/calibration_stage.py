"""The workflow's stage of calibration."""

import logging
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet as pq

from trnn.checks.calibration.calibration_table import CALIBRATION
from trnn.checks.calibration.dynamics import of_kind
from trnn.checks.calibration.hazards import hazard_rows
from trnn.checks.calibration.rows import calibration_frame, calibration_rows
from trnn.config.experiment import Experiment
from trnn.errors import NumericalError
from trnn.scores.hazard_scores import hazards_by_dynamics
from trnn.tables.parquet import Provenance, read_table, write_table
from trnn.theory.quantiles import quantile_names
from trnn.trials.join import KEYS, check_same_trials

log = logging.getLogger(__name__)

Array = np.ndarray

ROUNDING = 1e-9  # by which a quantile may lie below one of a smaller probability


def calibration_stage(
    trials: str | Path,
    estimates: Mapping[str, str | Path],
    output: str | Path,
    experiment: Experiment,
    seed: int,
    n_resamples: int,
    provenance: Provenance,
) -> None:
    """Write the calibration of every estimator whose estimates have quantiles.

    Parameters
    ----------
    trials : the synthetic test agents
    estimates : estimator -> its estimates for `trials`, in the order of the rows wanted
        One without quantiles is left out, which is logged.
    experiment : Experiment
        Its name, its parameters and the dynamics of its test agents are used.

    Raises
    ------
    TableError
        If estimates are of other trials.
    NumericalError
        If a quantile is not finite or lies below one of a smaller probability.
    """
    names = list(experiment.parameters)
    hazards = hazards_by_dynamics(experiment.dynamics)
    own = ["hazard"] if hazards else []
    agents = read_table(trials, columns=[*KEYS, "dynamics", *own, *names])
    known = {name: path for name, path in estimates.items() if _has_quantiles(path, names)}
    for name, path in known.items():
        check_same_trials(agents, read_table(path, columns=KEYS), str(trials), str(path))
        log.info("%s: %d trials", name, len(agents))
    for name in estimates.keys() - known.keys():
        log.info("%s: its estimates have no quantiles, so it is left out", name)

    def standing(estimator: str, parameter: str) -> tuple[Array, Array]:
        columns = quantile_names(parameter)
        table = read_table(known[estimator], columns=columns)[columns]
        values = table.to_numpy(dtype=np.float64)
        _check(values, agents, estimator, parameter)
        return agents[parameter].to_numpy(dtype=np.float64), values

    jumping = of_kind(experiment, "switching")
    rows = calibration_rows(
        agents, list(known), names, standing, jumping, experiment.name, seed, n_resamples
    )
    rows += hazard_rows(
        agents,
        list(known),
        lambda name: read_table(known[name]),
        hazards,
        experiment.name,
        seed,
        n_resamples,
    )
    write_table(calibration_frame(rows), output, CALIBRATION, provenance)


def _has_quantiles(path: str | Path, parameters: Sequence[str]) -> bool:
    there = set(pq.read_schema(path).names)
    return all(there.issuperset(quantile_names(name)) for name in parameters)


def _check(values: Array, agents: pd.DataFrame, estimator: str, parameter: str) -> None:
    bad = ~(np.isfinite(values).all(axis=1) & (np.diff(values, axis=1) >= -ROUNDING).all(axis=1))
    if bad.any():
        row = int(np.flatnonzero(bad)[0])
        subject, block, trial = agents[KEYS].iloc[row]
        raise NumericalError(
            f"estimator '{estimator}', subject '{subject}' at block {block}, trial {trial}: the "
            f"quantiles {quantile_names(parameter)} are {values[row].tolist()}; expected "
            f"finite numbers that do not fall ({int(bad.sum())} such trials). Delete the "
            "estimates and build them again."
        )
