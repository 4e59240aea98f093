"""The project beside its peers: shapes, scores, tables. Peers that are not there are left out."""

import numpy as np
import pandas as pd
import pytest
import torch
from scipy.stats import norm

from benchmarks import document, problems
from benchmarks.peers import scores, step, text, trials_torch
from benchmarks.peers.__main__ import JOBS, merged
from benchmarks.peers.agents import MODEL, NAMES, experiment, ranges
from benchmarks.peers.rows import PEERS, frame, judged, rows
from benchmarks.peers.session_inputs import N_INPUTS, log_prior, session_inputs, session_targets
from benchmarks.peers.trials import rate_share
from tests.conftest import ROOT
from trnn.config.particles import Particles
from trnn.estimators.filter.particle_filter import particle_filter, pooled
from trnn.estimators.recurrent import gru
from trnn.tables.parquet import Provenance, write_table
from trnn.theory.agents import experiment_agents
from trnn.theory.likelihood import negative_log_likelihood
from trnn.theory.motions import motions_of


def agents(dynamics, n=3, t=200):
    return experiment_agents(problems.artificial(t), "peers test", dynamics, n, 5)


def test_a_peer_reads_the_choices_before_each_and_says_normal_scores():
    made = agents("switching")
    inputs, own = session_inputs(made.sequences), made.sequences
    assert inputs.shape == (3, 200, N_INPUTS) and inputs.dtype == np.float32
    assert not inputs[:, [0, 100], :3].any() and inputs[:, [0, 100], 3].all()
    assert (inputs[:, 1, 0] == 2 * own.action[:, 0] - 1).all()
    assert (inputs[:, 1, 1] == own.reward[:, 0]).all()
    z = session_targets(made.parameters)
    low, high = ranges()
    assert low + (high - low) * norm.cdf(z) == pytest.approx(made.parameters, abs=1e-4)
    assert log_prior(z) == pytest.approx(norm.logpdf(z).sum(axis=-1), abs=1e-4)


def test_scores_are_those_by_hand():
    truth = np.array([[[0.0, 0.0], [1.0, 2.0]], [[0.0, 0.0], [0.0, 0.0]]])
    assert scores.errors(truth + np.array([0.5, -2.0]), truth) == pytest.approx([0.5, 2.0])
    found, error = scores.coverage(truth - np.array([1, 0.1]), truth + np.array([-0.5, 0.1]), truth)
    assert (found, error) == (0.5, 0.0)
    assert scores.of_agents(np.array([[1.0, 3.0], [4.0, 4.0]])) == (3.0, 1.0)
    draws = np.linspace(0, 1, 101)[:, None, None, None] * np.ones((1, 2, 2, 2))
    mean, quantiles = scores.summaries(draws)
    assert mean == pytest.approx(0.5) and quantiles[0] == pytest.approx(0.05)
    own = judged(mean, truth, np.moveaxis(quantiles, 0, -1), truth[..., 0])
    assert set(own) == {"error of α", "error of β", "log score", "coverage"}
    assert own["coverage"][0] == 0.0 and own["log score"] == (0.25, 0.25)


def test_the_time_sets_the_rate():
    shares = [rate_share(elapsed, 100.0) for elapsed in (0, 2.5, 5, 52.5, 100, 200)]
    assert shares == pytest.approx([0.01, 0.5, 1.0, 0.5, 0.0, 0.0])


def test_the_plain_network_gives_a_density_and_reads_windows_as_it_does_sessions():
    made = agents("switching", n=2)
    network = trials_torch.MixtureGru(8, 8, 3)
    inputs = torch.from_numpy(session_inputs(made.sequences))
    with torch.no_grad():
        whole, _ = network(inputs, None)
        first, state = network(inputs[:, :50], None)
        rest, _ = network(inputs[:, 50:], state)
        z = torch.from_numpy(session_targets(made.parameters))
        parts = torch.cat((first.log_prob(z[:, :50]), rest.log_prob(z[:, 50:])), dim=1)
        assert torch.allclose(whole.log_prob(z), parts, atol=1e-4)
        axis = torch.linspace(-8, 8, 321)
        grid = torch.cartesian_prod(axis, axis)[:, None, None]
        density = whole.log_prob(grid.expand(-1, 2, 200, 2))[:, 0, 0].exp()
    assert density.sum() * 0.05**2 == pytest.approx(1.0, abs=0.02)
    assert trials_torch.draws(network, inputs.numpy()).shape[1:] == (2, 200, 2)


def test_torchs_own_layer_takes_the_place_of_the_compiled_one_for_a_while(monkeypatch):
    layer, x, start = gru.GRU(3, 4), torch.randn(3, 6, 2), torch.zeros(4, 2)
    compiled, _ = layer(x, start)
    called = []
    monkeypatch.setattr(gru.fused, "forward", lambda *_: called.append("compiled"))
    with step.stock_gru():
        stock, _ = layer(x, start)
    assert torch.allclose(compiled, stock, atol=1e-6) and not called
    layer(x, start)
    assert called


def test_numpyros_likelihood_is_the_projects():
    peer = pytest.importorskip("benchmarks.peers.constant_numpyro", exc_type=ImportError)
    made = agents("stationary")
    blocks = peer.blocks_of(made.sequences)
    assert blocks.action.shape == (100, 3, 2)
    truth = made.parameters[:, 0]
    theirs = np.asarray(peer.log_likelihood(*truth.T, blocks))
    ours = -negative_log_likelihood(MODEL, made.sequences, truth.T[:, :, None])[:, 0]
    assert theirs == pytest.approx(ours, rel=1e-4)


def test_particles_has_the_projects_evidence():
    peer = pytest.importorskip("benchmarks.peers.filter_particles", exc_type=ImportError)
    made, own = agents("switching", n=1, t=300), problems.artificial(300)
    dynamics = own.dynamics["switching"]
    trials = (made.sequences.action[0], made.sequences.reward[0], made.sequences.fresh[0])
    found = peer.filter_agent(dynamics, trials, 2000, 4, 0.5, True, 1)
    log, error = pooled(found.log_evidence)
    settings = Particles(n_particles=8000, max_particles=8000)
    motions = motions_of(dynamics, own.parameters)
    ours = particle_filter(MODEL, motions, made.sequences, settings, 1)
    assert abs(log - ours.evidence.log[0]) < 4 * np.hypot(error, ours.evidence.error[0])
    assert found.quantiles.shape == (300, 2, 5)
    apart = (found.mean - ours.posterior.mean[0]) / ours.posterior.sd[0]
    assert np.sqrt((apart**2).mean()) < 0.2


def test_bayesflows_agents_are_used_once():
    peer = pytest.importorskip("benchmarks.peers.trials_bayesflow", exc_type=ImportError)
    fresh = peer.FreshAgents(4)
    first, second = fresh.sample(2), fresh.sample(2)
    t = experiment().task.n_blocks * experiment().task.trials_per_block
    assert first["summary_variables"].shape == (2, t, N_INPUTS)
    assert first["inference_variables"].shape == (2, len(range(0, t, peer.EVERY)), len(NAMES))
    assert (first["inference_variables"] != second["inference_variables"]).all(axis=(1, 2)).any()


def fake_frame():
    ours = {"error of α": 0.1, "coverage": (0.9, 0.01), "s": 2.0}
    theirs = {"error of α": 0.2, "s": 1234.5, "log score": (-0.5, 0.25)}
    of_one = rows("a thing", "the project", "project", ours) + rows(
        "a thing", "x 1", "peer", theirs
    )
    other = rows("another", "y 2", "peer", {"ms": 0.00012})
    return frame(
        [{"job": JOBS[0], **row} for row in of_one] + [{"job": JOBS[1], **row} for row in other]
    )


def test_the_tables_are_written_between_the_markers(tmp_path):
    table, page = tmp_path / "peers.parquet", tmp_path / "page.md"
    extra = {"processor": "a machine", "versions": "numpy 1", "sizes": "Two agents."}
    write_table(fake_frame(), table, PEERS, Provenance({}, 1, "simulated", extra))
    page.write_text("before\n<!-- begin: peers -->\nold\n<!-- end: peers -->\nafter\n")
    text.write(page, table)
    lines = page.read_text().splitlines()
    assert lines[0] == "before" and lines[-1] == "after" and "old" not in lines
    assert "a machine, numpy 1. Two agents." in lines
    assert "|  | error of α | coverage | s | log score |" in lines
    assert "| the project | 0.1 | 90.0 ± 1.0 % | 2 | – |" in lines
    assert "| x 1 | 0.2 | – | 1,234 | −0.50 ± 0.25 |" in lines
    assert "| y 2 | 1.2e-04 |" in lines


def test_what_is_measured_again_takes_the_place_of_what_was():
    before = fake_frame()
    again = before[before["job"] == JOBS[0]].assign(value=7.0)
    both = merged(before, again)
    assert len(both) == len(before) and list(both["job"]) == list(before["job"])
    assert (both.loc[both["job"] == JOBS[0], "value"] == 7.0).all()
    assert isinstance(both, pd.DataFrame) and both["value"].iloc[-1] == 0.00012


def test_the_page_has_the_section():
    page = (ROOT / "docs/performance.md").read_text()
    assert document.fill(page, text.NAME, "x").count("x\n<!-- end: peers") == 1
