"""The stages of joint calibration, on small experiments."""

import numpy as np
import pytest
import torch

from tests.checks.networks_made import made_networks
from tests.conftest import untaught
from trnn.checks.calibration import joint_filter_stage as of_filter
from trnn.checks.calibration import joint_network_stage as of_network
from trnn.checks.calibration.joint_filter_stage import joint_filter_stage
from trnn.checks.calibration.joint_network_stage import joint_network_stage, network_draws
from trnn.checks.calibration.joint_table import JOINT_CALIBRATION
from trnn.config.stage_views import view
from trnn.config.views import from_view
from trnn.errors import NumericalError
from trnn.estimators.trnn.checkpoint import read_checkpoint
from trnn.estimators.trnn.infer import Noise, apply_network
from trnn.estimators.trnn.summaries import draw, ensemble, posterior_of
from trnn.estimators.trnn.train import pool_of, train
from trnn.report.text.joint_calibration import joint_sections
from trnn.tables.parquet import Provenance, join_tables, read_table
from trnn.theory.agents import experiment_agents
from trnn.theory.models import get_model

ORIGIN = Provenance({}, 1, "synthetic")


@pytest.fixture(scope="module")
def experiment(tiny_experiments):
    return untaught(tiny_experiments["artificial"])


@pytest.fixture(scope="module")
def checkpoints(experiment, tmp_path_factory):
    return made_networks(experiment, tmp_path_factory.mktemp("networks"))


def of_bayes(experiment, path, n=60, seed=1, **settings):
    own = view(experiment, "joint_bayes")
    own["estimators"]["bayes"] |= settings
    joint_filter_stage(path, from_view(own), "bayes", n, seed, ORIGIN)
    return read_table(path, JOINT_CALIBRATION)


def of_trnn(experiment, checkpoints, path, n=60, seed=1):
    own = from_view(view(experiment, "joint_network"))
    joint_network_stage(checkpoints, path, own, "trnn", n, seed, 1, ORIGIN)
    return read_table(path, JOINT_CALIBRATION)


ENOUGH = {"n_particles": 1000, "max_particles": 1000}


def test_a_filter_is_calibrated_on_agents_of_its_dynamics(experiment, tmp_path):
    table = of_bayes(experiment, tmp_path / "bayes.parquet", 100, **ENOUGH)
    assert (table["n"] == 100).all() and set(table["dynamics"]) == {"switching"}
    assert table["calibrated"].all()


def test_a_filter_whose_parameters_are_torn_apart_is_found(experiment, tmp_path, monkeypatch):
    """The draws of one parameter are dealt anew: its marginal stays what it was."""
    whole = of_filter.posterior_draws

    def torn(*arguments):
        draws = whole(*arguments)
        draws[..., 0] = np.random.default_rng(1).permuted(draws[..., 0], axis=2)
        return draws

    monkeypatch.setattr(of_filter, "posterior_draws", torn)
    table = of_bayes(experiment, tmp_path / "bayes.parquet", 300, **ENOUGH)
    bad = table[~table["calibrated"].astype(bool)]
    assert "trade_off" in set(bad["quantity"])


def test_draws_of_networks_are_those_of_their_mixture_on_the_chosen_trials(experiment, checkpoints):
    agents = experiment_agents(experiment, "calibration", "switching", 3, seed=2)
    networks = [read_checkpoint(path)[0] for path in checkpoints]
    with torch.no_grad():
        for network in networks:  # trade-offs that a hardly trained network does not have
            network.mixture.bias[-network.head.components :] = 1.5
    trials = np.array([[0, 40], [179, 3], [100, -1]])
    n = 20_000
    draws = network_draws(networks, agents.sequences, experiment, trials, n, "trnn", 1)
    assert draws.shape == (3, 2, n, 2)
    assert (draws != draws[:, :1]).any()
    outputs = [
        apply_network(network, agents.sequences, get_model(experiment.model))
        for network in networks
    ]
    together = ensemble([output.posterior for output in outputs])
    ranges = list(experiment.parameters.values())
    exact = posterior_of(together, ranges)
    noise = Noise(n, 5, ("x",)).of(agents.sequences.subjects, 2)
    beside = draw(together, noise, ranges)  # (d, t, n, n_draws)
    for i, j in [(0, 0), (0, 1), (1, 0), (1, 1), (2, 0)]:
        t = trials[i, j]
        own, sd = draws[i, j], exact.sd[i, t]
        np.testing.assert_allclose(own.mean(axis=0) / sd, exact.mean[i, t] / sd, atol=0.04)
        np.testing.assert_allclose(own.std(axis=0) / sd, 1, atol=0.04)
        other = np.corrcoef(beside[:, t, i])[0, 1]
        assert np.corrcoef(own.T)[0, 1] == pytest.approx(other, abs=0.04)
        assert abs(other) > 0.1
    # Trials of an agent have noise of their own.
    assert abs(np.corrcoef(draws[0, 0, :, 0], draws[0, 1, :, 0])[0, 1]) < 0.05


def test_the_stages_give_the_tables_that_the_summary_shows(experiment, checkpoints, tmp_path):
    trnn = of_trnn(experiment, checkpoints, tmp_path / "trnn.parquet")
    assert set(trnn["dynamics"]) == {experiment.train.dynamics}
    # A network that has hardly learned knows the prior, which is calibrated.
    assert (trnn["n"] == 60).all() and trnn["calibrated"].all()
    again = of_trnn(experiment, checkpoints, tmp_path / "again.parquet")
    assert trnn.equals(again)
    other = of_trnn(experiment, checkpoints, tmp_path / "again.parquet", seed=2)
    assert not trnn["p"].equals(other["p"])
    bayes = of_bayes(experiment, tmp_path / "bayes.parquet", 20)
    join_tables([tmp_path / "bayes.parquet", tmp_path / "trnn.parquet"], tmp_path / "all.parquet")
    joined = read_table(tmp_path / "all.parquet", JOINT_CALIBRATION)
    assert len(joined) == len(bayes) + len(trnn)
    joined.loc[(joined["estimator"] == "trnn") & (joined["bin"] == "3"), "calibrated"] = False
    words, shown = joint_sections(joined)
    assert "trade-off" in words and len(shown.splitlines()) == 2 + 2 * 2
    assert "20 switching" in shown and "60 training" in shown and "α × β" in shown
    lines = [line for line in shown.splitlines() if "`trnn`" in line]
    assert all("| 3 " in line and "**no**" in line for line in lines)
    assert shown.count("**no**") == 2 and shown.count("| none ") == 2
    assert joint_sections(joined.iloc[:0]) == [] and joint_sections(None) == []


def test_a_network_of_points_has_no_rows(tiny_experiments, tmp_path):
    experiment = untaught(tiny_experiments["artificial"])
    points = experiment.estimators.network("trnn_published").model_dump()
    points["training"] |= {"teacher": None, "plays": 1, "n_steps": 2, "steps_per_epoch": 1}
    estimators = experiment.estimators.model_copy(
        update={"trnn": type(experiment.estimators.trnn).model_validate(points)}
    )
    experiment = experiment.model_copy(update={"estimators": estimators})
    agents = experiment_agents(experiment, "train", experiment.train.dynamics, 12, seed=1)
    pool = pool_of(experiment, agents.sequences, agents.parameters)
    path = tmp_path / "seed0.pt"
    train(experiment, pool, pool, 1, 0, path, tmp_path / "state.pt", "d")
    assert of_trnn(experiment, [path], tmp_path / "trnn.parquet").empty


def test_what_is_no_number_is_refused(experiment, checkpoints, tmp_path, monkeypatch):
    whole = of_network.apply_network

    def spoilt(*arguments):
        output = whole(*arguments)
        output.values[1, 7, 2] = np.nan
        return output

    monkeypatch.setattr(of_network, "apply_network", spoilt)
    with pytest.raises(NumericalError, match=r"'trnn': the posterior mean of beta of .*-0003"):
        of_trnn(experiment, checkpoints, tmp_path / "trnn.parquet", 5)
    assert not list(tmp_path.iterdir())
