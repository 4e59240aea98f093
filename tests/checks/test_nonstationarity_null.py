"""Agents of each comparison's own null, and the stage that counts false positives among them."""

import numpy as np
import pytest

from tests.conftest import ROOT
from trnn.checks.nonstationarity.nonstationarity_stage import (
    moving_dynamics,
    nonstationarity_null_stage,
)
from trnn.checks.nonstationarity.nonstationarity_table import EVIDENCE
from trnn.checks.nonstationarity.null_agents import null_agents
from trnn.checks.nonstationarity.rates import rates
from trnn.config.load import load_experiments, load_run
from trnn.config.stage_views import view
from trnn.config.views import from_view
from trnn.report.text.nonstationarity import nonstationarity_sections
from trnn.tables.parquet import Provenance, read_table


@pytest.fixture(scope="module")
def dezfouli():
    small = {
        "task": {"n_blocks": 6, "trials_per_block": 40},
        "nonstationarity": {
            **{"n_null": 3, "n_agents": 2},
            **{"n_particles": 32, "max_particles": 32, "nodes": 4},
        },
    }
    run = load_run({"experiments": ["dezfouli"], "seed": 1, "overrides": {"dezfouli": small}})
    return load_experiments(run, ROOT / "config/experiments")["dezfouli"]


@pytest.mark.parametrize("name", ["alpha", "beta", "kappa"])
def test_one_parameter_is_constant_and_the_others_switch(dezfouli, name):
    switching, _ = moving_dynamics(dezfouli)
    often = switching.model_copy(update={"hazard": 0.2})
    agents = null_agents(dezfouli, often, name, 200, 1)
    index = list(dezfouli.parameters).index(name)
    parameters = agents.parameters[:, :150]
    changes = (np.diff(parameters, axis=1) != 0).mean(axis=(0, 1))
    assert changes[index] == 0
    # Standard error of a share of 30,000.
    np.testing.assert_allclose(np.delete(changes, index), 0.2, atol=0.01)
    bounds = dezfouli.parameters[name]
    share = (parameters[:, 0, index] - bounds.low) / (bounds.high - bounds.low)
    assert 0.4 < share.mean() < 0.6 and 0.23 < share.std() < 0.35  # uniform: 0.5, 0.29


def test_the_null_of_a_memory_is_kept(dezfouli):
    """A gap and a limit hold for the parameters that switch."""
    switching, _ = moving_dynamics(dezfouli)
    remembers = switching.model_copy(update={"hazard": 0.5, "min_gap": 20, "max_changes": [2]})
    parameters = null_agents(dezfouli, remembers, "beta", 20, 1).parameters
    changed = np.diff(parameters, axis=1) != 0
    assert changed[..., 1].sum() == 0
    assert (changed.sum(axis=1)[:, [0, 2]] <= 2).all() and changed[:, :20].sum() == 0


def test_the_null_of_agents_with_hazards_of_their_own_has_them(dezfouli):
    switching, _ = moving_dynamics(dezfouli)
    own = switching.model_copy(update={"hazard": [0.05, 0.4]})
    agents = null_agents(dezfouli, own, "kappa", 200, 1)
    changes = (np.diff(agents.parameters[:, :150], axis=1) != 0).mean(axis=1)
    assert (changes[:, 2] == 0).all()
    for hazard in own.hazard:
        found = changes[agents.hazard == hazard, :2].mean(axis=0)
        np.testing.assert_allclose(found, hazard, atol=0.02)  # a standard error of 0.004


def test_a_row_for_each_agent_of_each_null(dezfouli, tmp_path):
    seen = from_view(view(dezfouli, "nonstationarity_null"))
    paths = [tmp_path / f"null{k}.parquet" for k in range(2)]
    for path in paths:
        nonstationarity_null_stage(path, seen, 3, Provenance({}, 3))
    assert paths[0].read_bytes() == paths[1].read_bytes()
    frame = read_table(paths[0], EVIDENCE)
    assert frame.groupby(["parameter", "dynamics"]).size().to_dict() == {
        (name, f"{name} constant, others switching"): 3 for name in dezfouli.parameters
    }
    assert (frame["population"] == "test").all() and not frame["moved"].any()
    assert frame["subject"].is_unique
    # Alpha alone is what learning depends on: where it is constant no particle is needed.
    error = frame.set_index("parameter")["log_evidence_constant_error"]
    assert error["alpha"].max() < 0.05 < error["kappa"].max()
    found = rates(frame, 20.0)
    assert found["n"].tolist() == [3] * 3 and not found["moved"].any()
    text = " ".join("\n".join(nonstationarity_sections(found, "")).split())
    assert "| alpha constant, others switching | α | no | 3 |" in text


def test_the_people_do_not_depend_on_the_agents(dezfouli):
    raw = dezfouli.model_dump(mode="json")
    raw["task"]["n_blocks"] = 12
    other = type(dezfouli).model_validate(raw)
    assert view(other, "nonstationarity") == view(dezfouli, "nonstationarity")
    assert view(other, "nonstationarity_null") != view(dezfouli, "nonstationarity_null")
