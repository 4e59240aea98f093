"""Recovery of constant parameters: each estimator against maximum likelihood."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from trnn.config.dynamics import Range
from trnn.scores.metrics_table import unit_of_measure
from trnn.scores.recovery_errors import FITTED, recovery_errors
from trnn.statistics.bootstrap import resamples
from trnn.statistics.hypothesis_tests import holm
from trnn.statistics.paired import paired_row
from trnn.statistics.rows import statistics_frame
from trnn.statistics.statistics_table import RECOVERY
from trnn.tables.parquet import Provenance, read_table, write_table
from trnn.trials.read import read_trial_table


def recovery_stage(
    trials: str | Path,
    fits: str | Path,
    estimates: Mapping[str, str | Path],
    output: str | Path,
    experiment_name: str,
    parameters: Mapping[str, Range],
    unit_of: Mapping[str, str],
    dynamics: Sequence[str],
    seed: int,
    n_resamples: int,
    finding: str | None,
    provenance: Provenance,
) -> None:
    """Write the tests of recovery against the number of trials seen.

    Parameters
    ----------
    trials : the synthetic test agents
    fits : maximum-likelihood fits of the constant ones to their first n trials
    estimates : estimator -> its estimates for `trials`; each is compared with the fits
    parameters, unit_of : parameter -> Range, parameter -> unit, of the experiment's model
    dynamics : names of the dynamics under which parameters never change
    finding : the number of the finding that a study counts the tests to, if any
    """
    errors = recovery_errors(
        read_trial_table(trials),
        read_table(fits),
        {name: read_table(path) for name, path in estimates.items()},
        parameters,
        dynamics,
    )
    rows = recovery_rows(errors, experiment_name, unit_of, seed, n_resamples, finding)
    write_table(statistics_frame(rows, experiment_name), output, RECOVERY, provenance)


def recovery_rows(
    errors: pd.DataFrame,
    experiment_name: str,
    unit_of: Mapping[str, str],
    seed: int,
    n_resamples: int,
    finding: str | None = None,
) -> list[dict[str, Any]]:
    """Return a row for each parameter, number of trials, and estimator other than the fits.

    Paired over agents: squared error of maximum likelihood less that of the estimator. Holm's
    correction runs over all rows of a parameter and a dynamics.

    Parameters
    ----------
    errors : columns subject, dynamics, parameter, n_trials, estimator, squared_error
    """
    rows = []
    for (parameter, dynamics), part in errors.groupby(["parameter", "dynamics"], sort=False):
        family = []
        for n_trials, seen in part.groupby("n_trials", sort=True):
            table = seen.pivot(index="subject", columns="estimator", values="squared_error")
            indices = resamples(
                len(table), n_resamples, seed, experiment_name, "recovery", int(str(n_trials))
            )
            family += [
                {
                    "kind": "estimators",
                    "family": f"{experiment_name}/test/recovery_{parameter}/{dynamics}",
                    "finding": finding,
                    "population": "test",
                    "group": dynamics,
                    "measure": f"recovery_{parameter}",
                    "contrast": f"{FITTED} - {name} after {n_trials} trials",
                    "estimator_a": FITTED,
                    "estimator_b": name,
                    "trials_seen": int(str(n_trials)),
                    "unit": unit_of_measure(f"mse_{parameter}", unit_of),
                    **paired_row(table[FITTED].to_numpy(), table[name].to_numpy(), indices),
                }
                for name in seen["estimator"].unique()
                if name != FITTED
            ]
        for row, p in zip(family, holm([row["p"] for row in family]), strict=True):
            row["p_holm"] = p
        rows += family
    return rows
