"""Made-up evidence tables, shaped as the pipeline's."""

import numpy as np
import pandas as pd

from trnn.checks.nonstationarity.nonstationarity_table import ALL, EVIDENCE, dynamics_of
from trnn.checks.nonstationarity.rates import rates
from trnn.checks.nonstationarity.verdicts import Compared, bayes_factor, verdicts

FACTOR = 20.0


def fake_evidence(parameters, laws, groups, n):
    """Return a table of n agents of each law and n people of each group, of every parameter.

    And of n agents of each parameter's own null, of that parameter alone, where there are several.
    """
    rng = np.random.default_rng(1)
    every = (ALL, *parameters)
    kinds = [("test", None, law, every) for law in laws]
    kinds += [("test", None, dynamics_of(name), (name,)) for name in parameters if len(every) > 2]
    kinds += [("human", group, None, every) for group in groups]
    rows = []
    for population, group, law, asked in kinds:
        for parameter in asked:
            moved = None if law is None else law != "stationary" and "constant" not in law
            constant = rng.normal(-100, 10, n)
            moving = constant + (-1 if moved is False else 3) + rng.normal(0, 2, (2, n))
            none = np.zeros(n)
            evidences = (constant, none), (moving[0], none), (moving[1], none)
            factor = bayes_factor(Compared(*evidences))
            part = {
                "population": population,
                "subject": [f"{group or law or 'person'}-{i}" for i in range(n)],
                "group": group,
                "dynamics": law,
                "parameter": parameter,
                "n_trials": 100,
                "moved": pd.array([moved] * n, dtype="boolean"),
                "log_evidence_constant": constant,
                "log_evidence_switching": moving[0],
                "log_evidence_walking": moving[1],
                **{f"log_evidence_{m}_error": none for m in ("constant", "switching", "walking")},
                "log_bf_moving": factor.log,
                "log_bf_low": factor.low,
                "log_bf_high": factor.high,
                "verdict": verdicts(factor, FACTOR),
            }
            rows.append(pd.DataFrame(part)[EVIDENCE.names()])
    return pd.concat([row.astype({"group": object, "dynamics": object}) for row in rows])


def fake_rates(evidence):
    """Return the rates of its verdicts."""
    return rates(evidence, FACTOR)
