"""The calibration of networks on fresh agents: the shares are those of the estimates' intervals."""

import numpy as np
import pandas as pd
import pytest

from tests.checks.networks_made import made_networks
from tests.conftest import untaught
from trnn.checks.calibration import fresh
from trnn.checks.calibration.calibration_table import CALIBRATION_FRESH
from trnn.checks.calibration.fresh import SPLIT, calibration_fresh_stage
from trnn.config.stage_views import view
from trnn.config.views import from_view
from trnn.errors import NumericalError
from trnn.estimators.trnn.infer import Noise, infer
from trnn.estimators.trnn.pit import share_below
from trnn.tables.parquet import Provenance, read_table
from trnn.theory.agents import experiment_agents

N = 60  # more than are run together
PARAMETERS = ["alpha", "beta", "kappa"]


@pytest.fixture(scope="module")
def experiment(tiny_experiments):
    return untaught(tiny_experiments["dezfouli"])


@pytest.fixture(scope="module")
def checkpoints(experiment, tmp_path_factory):
    return made_networks(experiment, tmp_path_factory.mktemp("networks"))


def _table(experiment, checkpoints, folder, n=N, seed=1) -> pd.DataFrame:
    path = folder / "fresh.parquet"
    own = from_view(view(experiment, "calibration_fresh"))
    provenance = Provenance({}, seed, "synthetic")
    calibration_fresh_stage({"trnn": checkpoints}, path, own, n, seed, 50, 1, provenance)
    return read_table(path, CALIBRATION_FRESH)


def test_shares_are_those_of_the_intervals_of_estimates(experiment, checkpoints, tmp_path):
    table = _table(experiment, checkpoints, tmp_path)
    assert list(table["dynamics"].unique()) == ["switching"] and (table["n"] <= N).all()
    agents = experiment_agents(experiment, SPLIT, "switching", N, seed=1)
    said = infer(checkpoints, agents.sequences, experiment, "mean", Noise(2, 1, ("a",)))
    q, truth, valid = said.posterior.quantiles, agents.parameters, agents.sequences.valid
    inside = (q[..., 0] <= truth) & (truth <= q[..., 4])
    lengths = agents.sequences.lengths
    by_agent = np.stack([(inside[..., p] & valid).sum(axis=1) / lengths for p in range(3)])
    rows = table[(table["measure"] == "coverage_90") & (table["by"] == "session")]
    # A quantile is read from a grid: a trial in some thousands lies between it and the exact one.
    np.testing.assert_allclose(
        rows.set_index("parameter")["share"][PARAMETERS], by_agent.mean(axis=1), atol=1e-3
    )
    tenths = table[(table["measure"] == "coverage_90") & (table["by"] == "tenth")]
    assert len(tenths) == 30 and tenths["met"].notna().all()


def test_what_is_no_number_is_refused(experiment, checkpoints, tmp_path, monkeypatch):
    """It would count as outside of every interval."""

    def spoilt(*arguments):
        below = share_below(*arguments)
        below[2, 7, 1] = np.nan
        return below

    monkeypatch.setattr(fresh, "share_below", spoilt)
    with pytest.raises(NumericalError, match=r"'trnn': .* smaller beta of .*switching-0003"):
        _table(experiment, checkpoints, tmp_path, n=5)
    assert not list(tmp_path.iterdir())


def test_agents_are_no_others_and_depend_on_the_seed(experiment, checkpoints, tmp_path):
    few = _table(experiment, checkpoints, tmp_path, n=3)
    again = _table(experiment, checkpoints, tmp_path, n=3)
    pd.testing.assert_frame_equal(few, again)
    other = _table(experiment, checkpoints, tmp_path, n=3, seed=2)
    assert not few["share"].equals(other["share"])
    for split in ("train", "validation", "test"):
        agents = experiment_agents(experiment, split, "switching", 1, seed=1)
        own = experiment_agents(experiment, SPLIT, "switching", 1, seed=1)
        assert not np.array_equal(agents.parameters[0, 0], own.parameters[0, 0])
