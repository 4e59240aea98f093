"""How well agents' own hazards are known: scores, calibration, distance from the filter."""

import numpy as np
import pandas as pd
import pytest

from trnn.checks.calibration.hazards import hazard_rows
from trnn.checks.calibration.optimality import RowMaker, optimality_frame
from trnn.checks.calibration.rows import calibration_frame
from trnn.config.dynamics import Range, Stationary, Switching
from trnn.figures.optimality import measure_words
from trnn.report.text.calibration import calibration_sections, optimality_sections
from trnn.scores.hazard_scores import hazard_probabilities, hazard_scores, hazards_by_dynamics
from trnn.scores.metrics import subject_metrics
from trnn.scores.metrics_table import metrics as metrics_schema
from trnn.scores.metrics_table import unit_of_measure
from trnn.tables.schema import TableSchema
from trnn.theory.models import get_model

HAZARDS = (0.001, 0.02, 0.1)
OWN = {"switching": HAZARDS}
T = 30


def made(n=1500, seed=0, shift=0.0):
    """Agents, and estimates of them that are calibrated unless they are shifted (in log odds)."""
    rng = np.random.default_rng(seed)
    logits = rng.normal(0, 1.5, (n, 3))
    p = np.exp(logits - np.logaddexp.reduce(logits, axis=1, keepdims=True))
    which = (rng.random(n)[:, None] > p.cumsum(axis=1)).sum(axis=1)
    logits[:, 2] += shift
    p = np.exp(logits - np.logaddexp.reduce(logits, axis=1, keepdims=True))
    agents = pd.DataFrame(
        {
            "subject": np.repeat([f"s{i:04d}" for i in range(n)], T),
            "dynamics": "switching",
            "block": 0,
            "trial": np.tile(np.arange(T), n),
            "hazard": np.repeat(np.array(HAZARDS)[which], T),
        }
    )
    return agents, estimates(np.repeat(p, T, axis=0))


def estimates(p):
    table = pd.DataFrame({f"p_hazard_{i + 1}": p[:, i] for i in range(p.shape[1])})
    return table.assign(log_hazard=p @ np.log(HAZARDS[: p.shape[1]]))


def rows(agents, tables):
    found = hazard_rows(agents, list(tables), tables.__getitem__, OWN, "made", 1, 200)
    return calibration_frame(found)


def test_scores_are_those_of_the_agents_own_hazard():
    agents, table = made(20)
    expected = [
        -np.log(table[f"p_hazard_{HAZARDS.index(own) + 1}"].iloc[row])
        for row, own in enumerate(agents["hazard"])
    ]
    np.testing.assert_allclose(hazard_scores(agents, table, OWN), expected)
    # Other dynamics, other hazards, no hazards, people: nothing is known.
    for spoilt, of in (
        (agents.assign(dynamics="stationary"), table),
        (agents, table.assign(log_hazard=table["log_hazard"] + 0.01)),
        (agents, table.drop(columns="p_hazard_3")),
        (agents, table.assign(p_hazard_4=0.0)),
        (agents, table[["log_hazard"]]),
        (agents.drop(columns=["hazard", "dynamics"]), table),
    ):
        assert np.isnan(hazard_scores(spoilt, of, OWN)).all()
    lost = table.assign(p_hazard_1=0.0, p_hazard_2=0.0, p_hazard_3=1.0)
    lost["log_hazard"] = np.log(HAZARDS[2])
    assert np.isfinite(hazard_scores(agents, lost, OWN)).all()
    assert hazard_probabilities(table, HAZARDS[:2]) is None
    dynamics = {
        "switching": Switching(kind="switching", hazard=list(HAZARDS)),
        "shared": Switching(kind="switching", hazard=0.1),
        "stationary": Stationary(kind="stationary"),
    }
    assert hazards_by_dynamics(dynamics) == OWN


def test_metrics_have_a_column_where_agents_have_own_hazards():
    agents, table = made(5)
    model = get_model("q_learning")
    ranges = {"alpha": Range(low=0, high=1), "beta": Range(low=0, high=10)}
    own = agents.assign(action=0, reward=1.0, alpha=0.5, beta=1.0)
    predicted = table.assign(p_action_0=0.5, alpha=0.4, beta=2.0)
    found = subject_metrics(own, predicted, model, "bayes", ranges, OWN)
    scores = hazard_scores(agents, table, OWN)
    np.testing.assert_allclose(found["ce_hazard"], scores[::T])
    assert "ce_hazard" not in subject_metrics(own, predicted, model, "bayes", ranges)
    schema = metrics_schema(model.unit_of, (), [3, 3])
    assert isinstance(schema, TableSchema) and schema.names()[-1] == "ce_hazard"
    assert "have 1.0986, null" in schema.columns[-1].description
    assert "ce_hazard" not in metrics_schema(model.unit_of).names()
    assert unit_of_measure("bce", model.unit_of) == "nats"


def test_calibrated_probabilities_hold_as_often_as_they_say_and_others_do_not():
    agents, table = made()
    wrong = made(shift=2.0)[1]
    found = rows(agents, {"bayes": table, "trnn": wrong, "filter": table[["log_hazard"]]})
    assert set(found["estimator"]) == {"bayes", "trnn"}
    right = found[found["estimator"] == "bayes"]
    assert right["parameter"].unique().tolist() == [f"hazard {h:g}" for h in HAZARDS]
    inside = (right["ci_low"] - 1e-9 <= right["nominal"]) & (right["nominal"] <= right["ci_high"])
    assert inside.mean() > 0.75 and (right["deviation"].abs() < 0.1).all()
    assert right["n_trials"].sum() == 3 * len(agents)
    often = found[(found["estimator"] == "trnn") & (found["parameter"] == "hazard 0.1")]
    assert (often["deviation"] < -0.05).sum() >= 3
    # A share is of trials, not the mean of agents' shares.
    p, true = table["p_hazard_1"].to_numpy(), agents["hazard"].to_numpy() == HAZARDS[0]
    first = right[(right["parameter"] == "hazard 0.001") & (right["position"] == 1)].iloc[0]
    there = (p >= 0.2) & (p < 0.4)
    assert first["share"] == pytest.approx(true[there].mean()) and first["bin"] == "20 to 40 %"
    assert first["nominal"] == pytest.approx(p[there].mean()) and first["n_trials"] == there.sum()
    assert hazard_rows(agents, ["bayes"], lambda _: table, {}, "made", 1, 50) == []


def test_the_summary_shows_hazards_beside_the_filters():
    agents, table = made(100)
    found = rows(agents, {"bayes": table, "trnn": table})
    words, shown = calibration_sections(found)
    assert words.startswith("Hazards of agents' own")
    lines = shown.splitlines()
    assert len(lines) == 2 + 2 * 3 and "hazard 0.02" in shown and "80 to 100 %" in lines[0]
    first = found.iloc[0]
    assert f"{100 * first['share']:.1f} ({100 * first['nominal']:.1f})" in shown


def test_the_distance_from_the_filter_is_that_of_the_scores_and_has_no_target():
    rng = np.random.default_rng(1)
    best = rng.uniform(0.5, 1.0, 30)
    parts = [
        pd.DataFrame(
            {
                "population": "test",
                "subject": [f"s{i}" for i in range(30)],
                "dynamics": "switching",
                "estimator": name,
                "bce": 0.4,
                "ce_hazard": factor * best,
            }
        )
        for name, factor in (("bayes", 1.0), ("trnn", 1.05), ("prior", np.nan))
    ]
    metrics = pd.concat(parts, ignore_index=True)
    found = optimality_frame(RowMaker("made", 1, 200).above_optimum(metrics, ["switching"]))
    row = found.set_index("measure").loc["ce_hazard"]
    assert row["value"] == pytest.approx(5) and row["reference"] == "bayes"
    assert row["mean"] == pytest.approx(1.05 * best.mean()) and pd.isna(row["target"])
    assert "`ce_hazard`" in optimality_sections(found, "test")[1]
    assert measure_words("ce_hazard") == "hazard"
