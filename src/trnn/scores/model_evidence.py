"""Random-effects comparison of the models that have an evidence.

The evidence of moving parameters is that of the filters, which predict each choice from the choices
before, averaged over their posterior: the product of these probabilities is the marginal likelihood
of the session. That of constant parameters is integrated over their ranges.
"""

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
MEASURE, SUM = "log_evidence", "log_evidence_sum"
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

    In the first `difference` is the model's expected frequency, `statistic` its exceedance
    probability and `effect` the protected one, whose interval is that over draws of the Monte Carlo
    errors. In the second `difference` is the sum of log evidence over subjects, its interval the
    Monte Carlo one.
    """
    table, errors = log_evidences(evidence, part)
    if table.shape[1] < 2 or table.empty:
        return []
    found = select_models(table.to_numpy())
    rng = generator(seed, experiment_name, MEASURE, population, group)
    noise = errors * rng.standard_normal((DRAWS, *errors.shape))
    again = [select_models(table.to_numpy() + own).protected_exceedance for own in noise]
    low, high = interval(np.array(again))
    total, error = table.to_numpy().sum(axis=0), np.sqrt((errors**2).sum(axis=0))
    keys = {
        "kind": "evidence",
        "family": f"{experiment_name}/{population}/{MEASURE}/{group}: no p values",
        "population": population,
        "group": group,
        "n": len(table),
    }
    rows: list[dict[str, Any]] = []
    for k, name in enumerate(table.columns):
        share = {
            "measure": MEASURE,
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
            "measure": SUM,
            "contrast": name,
            "difference": total[k],
            "difference_ci_low": total[k] - NORMAL_95 * error[k],
            "difference_ci_high": total[k] + NORMAL_95 * error[k],
            "unit": "nats",
            "test": f"sum over subjects; Monte Carlo standard error {error[k]:.3g} nats",
        }
        rows += [keys | share, keys | summed]
    return rows
