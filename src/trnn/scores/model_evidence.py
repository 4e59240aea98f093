"""Random-effects comparison of the models that have an evidence.

The filters predict each choice from the choices before, averaged over their posterior: the product
of these probabilities is the marginal likelihood of the session. For constant parameters it is
approximated from the maximum-likelihood fit by the Bayesian information criterion.
"""

from typing import Any

import numpy as np
import pandas as pd

from trnn.estimators.registry import ESTIMATORS, FIT, in_order
from trnn.statistics.model_selection import select_models

MODELS = tuple(e.name for e in ESTIMATORS if e.evidence)
TEST = "random-effects Bayesian model selection"
MEASURE = "log_evidence"
PROTECTED = "protected exceedance probability"


def log_evidences(part: pd.DataFrame, n_parameters: int) -> pd.DataFrame:
    """Return (subject x model) log evidences in nats, of the subjects that every model has.

    It is -bce n_trials for models of moving parameters; for `mle` it is -BIC / 2, that is
    -bce n_trials - n_parameters log(n_trials) / 2 (Schwarz 1978).

    Parameters
    ----------
    part : DataFrame
        Rows of one population of the metrics table.
    n_parameters : int
        Parameters of a maximum-likelihood fit.
    """
    part = part[part["estimator"].isin(MODELS)]
    n_trials = part["n_trials"].to_numpy(dtype=float)
    penalty = np.where(part["estimator"] == FIT, n_parameters * np.log(n_trials) / 2.0, 0.0)
    values = part[["subject", "estimator"]].assign(value=-part["bce"] * n_trials - penalty)
    table = values.pivot(index="subject", columns="estimator", values="value").dropna()
    return table[in_order(table.columns)]


def evidence_rows(
    population: str, group: str, part: pd.DataFrame, experiment_name: str, n_parameters: int
) -> list[dict[str, Any]]:
    """Return a row for each model; none if fewer than two have an evidence.

    `difference` is the model's expected frequency, `statistic` its exceedance probability and
    `effect` the protected one.
    """
    table = log_evidences(part, n_parameters)
    if table.shape[1] < 2 or table.empty:
        return []
    found = select_models(table.to_numpy())
    test = f"{TEST}; P(all equally frequent) = {found.omnibus_risk:.3g}"
    return [
        {
            "kind": "evidence",
            "family": f"{experiment_name}/{population}/{MEASURE}/{group}: no p values",
            "population": population,
            "group": group,
            "measure": MEASURE,
            "contrast": name,
            "n": len(table),
            "difference": found.frequency[k],
            "difference_ci_low": found.frequency_low[k],
            "difference_ci_high": found.frequency_high[k],
            "unit": "share of subjects",
            "test": f"{test}; evidence by -BIC / 2" if name == FIT else test,
            "statistic": found.exceedance[k],
            "effect_name": PROTECTED,
            "effect": found.protected_exceedance[k],
        }
        for k, name in enumerate(table.columns)
    ]
