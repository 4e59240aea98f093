"""Recovery of parameters that never change, by the number of trials seen."""

from collections.abc import Collection, Mapping

import numpy as np
import pandas as pd

from trnn.config.dynamics import Range
from trnn.errors import TableError
from trnn.estimators.registry import FIT
from trnn.theory.parameters import error_scale
from trnn.trials.join import check_same_trials

FITTED = FIT
COLUMNS = ["subject", "dynamics", "parameter", "n_trials", "estimator", "squared_error"]


def recovery_errors(
    truth_trials: pd.DataFrame,
    fits: pd.DataFrame,
    estimates: Mapping[str, pd.DataFrame],
    parameters: Mapping[str, Range],
    dynamics: Collection[str],
) -> pd.DataFrame:
    """Return each constant agent's squared errors after each number of trials.

    `mle` is judged by the fits to the first n trials. Every other estimator is judged by its
    estimate for the trial of session index n (0-based), which has seen n trials, or for the last
    trial if the session ends there.

    Parameters
    ----------
    truth_trials : DataFrame
        Synthetic test agents, with `dynamics` and the true parameters.
    fits : DataFrame
        A row for each constant agent and number of trials: subject, n_trials, the parameters.
    estimates : estimator -> DataFrame
        Estimates (the prior's mean among them) of the trials of `truth_trials`, row by row.
    parameters : parameter -> Range
        Errors are those of parameters over their `error_scale`, as in the metrics.
    dynamics : collection of str
        The names of the dynamics under which parameters never change.

    Returns
    -------
    DataFrame of `COLUMNS`; estimators in the order given, `mle` first.

    Raises
    ------
    TableError
        If estimates are of other trials, or a fit is of none of the constant agents.
    ValueError
        If `estimates` holds `mle`, whose errors are those of the fits.
    """
    if FITTED in estimates:
        raise ValueError(f"estimates hold '{FITTED}', whose errors are computed from the fits")
    constant = truth_trials["dynamics"].isin(list(dynamics)).to_numpy(dtype=bool)
    _check_agents(fits, set(truth_trials.loc[constant, "subject"]))
    rows, names = _rows_after(truth_trials, constant, fits), list(parameters)
    truth = truth_trials[names].to_numpy(dtype=float)[rows]
    found = {FITTED: fits[names].to_numpy(dtype=float)}
    for estimator, table in estimates.items():
        check_same_trials(truth_trials, table, estimates_name=f"the estimates of {estimator}")
        found[estimator] = table[names].to_numpy(dtype=float)[rows]
    scales = np.array([error_scale(r.low, r.high) for r in parameters.values()])
    parts = [
        pd.DataFrame(
            {
                "subject": fits["subject"].to_numpy(),
                "dynamics": truth_trials["dynamics"].to_numpy()[rows],
                "parameter": name,
                "n_trials": fits["n_trials"].to_numpy(),
                "estimator": estimator,
                "squared_error": (((values - truth) / scales) ** 2)[:, column],
            }
        )
        for column, name in enumerate(names)
        for estimator, values in found.items()
    ]
    return pd.concat(parts, ignore_index=True)[COLUMNS]


def _rows_after(trials: pd.DataFrame, constant: np.ndarray, fits: pd.DataFrame) -> np.ndarray:
    """Return for each fit the row of `trials` whose estimate has seen as many trials (n_fits,)."""
    rows = pd.Series(np.flatnonzero(constant))
    of_subject = rows.groupby(trials["subject"].to_numpy()[constant])
    # A subject's rows stand together and in order, as in every trial table.
    first = of_subject.first().reindex(fits["subject"]).to_numpy()
    last = of_subject.last().reindex(fits["subject"]).to_numpy()
    return np.minimum(first + fits["n_trials"].to_numpy(), last).astype(np.int64)


def _check_agents(fits: pd.DataFrame, agents: set[str]) -> None:
    unknown = sorted(set(fits["subject"]) - agents)
    if unknown:
        raise TableError(
            f"the recovery fits hold {len(unknown)} subjects that are no constant agents of the "
            f"trials, the first of them '{unknown[0]}'. One of the tables is stale: delete the "
            "fits and build them again."
        )
