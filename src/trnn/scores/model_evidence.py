"""Random-effects comparison of the models that have an evidence.

The evidence of moving parameters is that of the filters, which predict each choice from the choices
before, averaged over their posterior: the product of these probabilities is the marginal likelihood
of the session. That of constant parameters is integrated over their ranges.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from trnn.estimators.registry import ESTIMATORS, in_order
from trnn.seeds import generator
from trnn.statistics.bootstrap import interval
from trnn.statistics.model_selection import select_models

Array = np.ndarray

MODELS = tuple(e.name for e in ESTIMATORS if e.evidence)
TEST = "random-effects Bayesian model selection"
MEASURE = "log_evidence"
PROTECTED = "protected exceedance probability"
COLUMNS = ("estimator", "population", "subject", "log_evidence", "log_evidence_error")
NORMAL_95 = 1.959964  # half the width of a normal 95 % interval, in standard errors
DRAWS = 100  # of the Monte Carlo errors, under which models are compared again


def log_evidences(evidence: pd.DataFrame, part: pd.DataFrame) -> tuple[pd.DataFrame, Array]:
    """Return log evidences (subject x model) and their Monte Carlo standard errors, nats.

    They are of the subjects that every model has, models in order of display.

    Parameters
    ----------
    evidence : DataFrame
        The columns `COLUMNS` of all models and populations.
    part : DataFrame
        Rows of the metrics table, of one population: whose evidence is wanted.
    """
    wanted = evidence["population"].isin(part["population"]) & evidence["estimator"].isin(MODELS)
    own = evidence[wanted & evidence["subject"].isin(part["subject"])]
    table = own.pivot(index="subject", columns="estimator", values="log_evidence").dropna()
    table = table[in_order(table.columns)]
    errors = own.pivot(index="subject", columns="estimator", values="log_evidence_error")
    return table, errors.loc[table.index, table.columns].to_numpy()


def evidence_rows(
    population: str,
    group: str,
    part: pd.DataFrame,
    evidence: pd.DataFrame,
    experiment_name: str,
    seed: int,
) -> list[dict[str, Any]]:
    """Return two rows for each model, its share and its sum; none if fewer than two have evidence.

    See `random_effects_rows`.
    """
    table, errors = log_evidences(evidence, part)
    if table.shape[1] < 2 or table.empty:
        return []
    names = tuple(map(str, table.columns))
    keys = (experiment_name, population, group)
    return random_effects_rows(names, table.to_numpy(), errors, MEASURE, keys, seed)


def random_effects_rows(
    names: Sequence[str],
    log_evidence: Array,
    errors: Array,
    measure: str,
    keys: tuple[str, str, str],
    seed: int,
) -> list[dict[str, Any]]:
    """Return two rows for each of k models or theories, its share and its sum.

    In the first `difference` is the model's expected frequency, `statistic` its exceedance
    probability and `effect` the protected one, whose interval is that over draws of the Monte Carlo
    errors. In the second, whose measure is called `<measure>_sum`, `difference` is the sum of log
    evidence over subjects, its interval the Monte Carlo one.

    Parameters
    ----------
    log_evidence, errors : (n_subjects, k)
        Nats, and Monte Carlo standard errors.
    keys : experiment, population, group
    """
    experiment_name, population, group = keys
    found = select_models(log_evidence)
    rng = generator(seed, experiment_name, measure, population, group)
    noise = errors * rng.standard_normal((DRAWS, *errors.shape))
    again = [select_models(log_evidence + own).protected_exceedance for own in noise]
    low, high = interval(np.array(again))
    total, error = log_evidence.sum(axis=0), np.sqrt((errors**2).sum(axis=0))
    shared = {
        "kind": "evidence",
        "family": f"{experiment_name}/{population}/{measure}/{group}: no p values",
        "population": population,
        "group": group,
        "n": len(log_evidence),
    }
    rows: list[dict[str, Any]] = []
    for k, name in enumerate(names):
        share = {
            "measure": measure,
            "contrast": name,
            "difference": found.frequency[k],
            "difference_ci_low": found.frequency_low[k],
            "difference_ci_high": found.frequency_high[k],
            "unit": "share of subjects",
            "test": f"{TEST}; P(all equally frequent) = {found.omnibus_risk:.3g}",
            "statistic": found.exceedance[k],
            "effect_name": PROTECTED,
            "effect": found.protected_exceedance[k],
            "effect_ci_low": low[k],
            "effect_ci_high": high[k],
        }
        summed = {
            "measure": f"{measure}_sum",
            "contrast": name,
            "difference": total[k],
            "difference_ci_low": total[k] - NORMAL_95 * error[k],
            "difference_ci_high": total[k] + NORMAL_95 * error[k],
            "unit": "nats",
            "test": f"sum over subjects; Monte Carlo standard error {error[k]:.3g} nats",
        }
        rows += [shared | share, shared | summed]
    return rows
