"""Missed responses on the page: gaps, and no number in their place."""

import numpy as np
import pandas as pd

from trnn.report.encode import Scale, filled, unpack
from trnn.report.explorer import build_explorer

TRIALS = pd.DataFrame(
    {
        "subject": ["a"] * 4 + ["b"] * 3,
        "group": None,
        "block": 0,
        "trial": [0, 1, 2, 3, 0, 1, 2],
        "action": [-1, 0, 1, -1, 1, 1, 0],
        "reward": [np.nan, 1, 0, np.nan, 1, 0, 0],
    }
)


def test_columns_of_what_was_missed_have_gaps_and_others_none(tmp_path):
    keys = ["subject", "block", "trial"]
    made = (TRIALS["action"] >= 0).to_numpy()
    own = TRIALS[keys].assign(p_action_0=np.where(made, 0.5, np.nan), alpha=0.25, beta=2.0)
    metrics = pd.DataFrame({"population": "human", "subject": ["a", "b"], "estimator": "mle"})
    tables = {"trials": TRIALS, "mle": own, "metrics": metrics.assign(bce=0.7)}
    for name, table in tables.items():
        table.to_parquet(tmp_path / f"{name}.parquet")
    paths = {name: str(tmp_path / f"{name}.parquet") for name in tables}
    given = {
        "settings": {"model": "q_learning"},
        "metrics": paths["metrics"],
        "trials": {"human": paths["trials"]},
        "estimates": {"human": {"mle": paths["mle"]}},
    }
    made_of = build_explorer({"mine": given}, 1)
    population = made_of.index["experiments"][0]["populations"]["human"]
    columns = population["columns"]
    gaps = [column["quantity"] for column in columns if column.get("gaps")]
    assert gaps == ["action", "reward", "p_action_0"] and population["reward"] == "binary"
    drawn = unpack(made_of.payloads[0], [Scale(c["low"], c["step"]) for c in columns])
    assert drawn[0].tolist() == [-1, 0, 1, -1]  # by which the page knows where the gaps are
    np.testing.assert_allclose(drawn[3], 0.25)


def test_numbers_that_are_not_shown_are_those_beside_them():
    assert filled(np.array([np.nan, 2, np.nan, 3])).tolist() == [2, 2, 2, 3]
