"""The posteriors that networks say: densities, moments, quantiles, draws, smoothing, theory."""

import numpy as np
import pytest
import torch
from scipy import stats
from scipy.special import ndtr, ndtri

from benchmarks.architectures import with_network
from tests.conftest import untaught
from trnn.config.dynamics import Range
from trnn.config.experiment import Experiment
from trnn.estimators.trnn.batch import Batch, Pool
from trnn.estimators.trnn.checkpoint import new_network
from trnn.estimators.trnn.features import normal_scores
from trnn.estimators.trnn.infer import Noise, apply_network, infer
from trnn.estimators.trnn.loss import loss_terms, term_names, weighted
from trnn.estimators.trnn.pit import share_below
from trnn.estimators.trnn.posterior import log_density, mean_shares, mixture, n_outputs
from trnn.estimators.trnn.summaries import draw, ensemble, posterior_of
from trnn.estimators.trnn.train import Trainer, pool_of, train
from trnn.theory.agents import experiment_agents
from trnn.theory.likelihood import run_forward
from trnn.theory.models import get_model
from trnn.theory.prediction import predict_by_draws

K = 3
RANGES = [Range(low=0, high=1), Range(low=0, high=10), Range(low=-0.5, high=0.5)]


def sessions(pool: Pool) -> Batch:
    """All agents' whole sessions, the longest first."""
    return next(pool.batches(len(pool.lengths)))


def some_mixture(d: int, seed: int = 0, t: int = 2, n: int = 2):
    """A mixture of random numbers, and its parts as scipy wants them, of trial 0, sequence 0."""
    rng = np.random.default_rng(seed)
    raw = torch.from_numpy(rng.normal(0, 0.8, (n_outputs(K, d), t, n)))
    posterior = mixture(raw, K, d)
    weights = posterior.log_weights.exp()[:, 0, 0].numpy()
    means = posterior.means[:, :, 0, 0].numpy()
    factors = np.zeros((K, d, d))
    for i, row in enumerate(posterior.factor()):
        for j, entry in enumerate(row):
            factors[:, i, j] = entry[:, 0, 0].numpy()
    return posterior, weights, means, factors


@pytest.mark.parametrize("d", [1, 2, 3])
def test_the_density_is_that_of_a_mixture_relative_to_the_prior(d):
    posterior, weights, means, factors = some_mixture(d)
    z = np.random.default_rng(1).normal(size=d)
    own = sum(
        w * stats.multivariate_normal(m, c @ c.T).pdf(z)
        for w, m, c in zip(weights, means.T, factors, strict=True)
    )
    at = torch.from_numpy(np.broadcast_to(z[:, None, None], (d, 2, 2)).copy())
    expected = np.log(own) - stats.norm.logpdf(z).sum()
    assert log_density(posterior, at)[0, 0].item() == pytest.approx(expected, rel=1e-9)


def test_a_standard_normal_is_the_uniform_prior():
    raw = torch.zeros(n_outputs(K, 2), 1, 1)
    at = torch.tensor([0.3, -2.0]).view(2, 1, 1)
    assert log_density(mixture(raw, K, 2), at).item() == pytest.approx(0.0, abs=1e-6)
    said = posterior_of(ensemble([mixture(raw, K, 2)]), RANGES[:2])
    np.testing.assert_allclose(said.mean[0, 0], [0.5, 5.0])
    np.testing.assert_allclose(said.sd[0, 0], np.array([1, 10]) / np.sqrt(12), rtol=1e-6)
    np.testing.assert_allclose(said.quantiles[0, 0, 0], [0.05, 0.25, 0.5, 0.75, 0.95], atol=2e-4)


def test_scores_take_values_to_the_normal_scale_and_ends_stay_finite():
    values = np.array([-0.5, -0.25, 0.0, 0.5])
    found = normal_scores(values, RANGES[2])
    np.testing.assert_allclose(found[1:3], ndtri([0.25, 0.5]))
    assert np.isfinite(found).all()


def test_moments_quantiles_and_draws_agree_with_samples_of_the_mixtures():
    """Of an ensemble of two networks; samples by numpy's own normal generator."""
    d, size = 3, 400_000
    parts = [some_mixture(d, seed) for seed in (2, 3)]
    rng = np.random.default_rng(4)
    samples = []
    for _, weights, means, factors in parts:
        component = rng.choice(K, size // 2, p=weights)
        noise = rng.normal(size=(size // 2, d))
        samples.append(means.T[component] + np.einsum("nij,nj->ni", factors[component], noise))
    shares = ndtr(np.concatenate(samples))
    values = np.stack([r.low + (r.high - r.low) * s for r, s in zip(RANGES, shares.T, strict=True)])
    both = ensemble([p[0] for p in parts])
    said = posterior_of(both, RANGES)
    width = np.array([r.high - r.low for r in RANGES])
    np.testing.assert_allclose(said.mean[0, 0] / width, values.mean(axis=1) / width, atol=2e-3)
    np.testing.assert_allclose(said.sd[0, 0] / width, values.std(axis=1) / width, atol=2e-3)
    found = np.quantile(values, [0.05, 0.25, 0.5, 0.75, 0.95], axis=1).T
    np.testing.assert_allclose(
        said.quantiles[0, 0] / width[:, None], found / width[:, None], atol=4e-3
    )
    assert mean_shares(parts[0][0]).shape == (d, 2, 2)

    noise = Noise(40_000, 1, ("a",)).of(["s", "u"], d)
    drawn = draw(both, noise, RANGES)[:, 0, 0]
    np.testing.assert_allclose(drawn.mean(axis=1) / width, values.mean(axis=1) / width, atol=0.01)
    # Drawn together: what trades off does so in the draws.
    np.testing.assert_allclose(np.corrcoef(drawn), np.corrcoef(values), atol=0.02)


LOW = np.array([r.low for r in RANGES])
WIDTH = np.array([r.high for r in RANGES]) - LOW


def scores_of(values):
    """Return the scores of values (..., 3) in `RANGES`."""
    return ndtri((values - LOW) / WIDTH)


def test_shares_below_are_those_of_draws():
    """Of the values at the posterior's own quantiles, and of one outside of the range's middle."""
    both = ensemble([some_mixture(3, seed)[0] for seed in (2, 3)])
    said = posterior_of(both, RANGES)
    for i, probability in enumerate([0.05, 0.25, 0.5, 0.75, 0.95]):
        # Between the points of the grid that the quantile lies between.
        before, after = (
            share_below(both, LOW + WIDTH * ndtr(scores_of(said.quantiles[..., i]) + step), RANGES)
            for step in (-0.04, 0.04)
        )
        # At a range's ends quantiles are cut off.
        within = np.abs(scores_of(said.quantiles[..., i])) < 4.7
        assert within.sum() > 8
        assert (before[within] <= probability).all() and (probability <= after[within]).all()
        assert np.median(after - before) < 0.05
    drawn = draw(both, Noise(40_000, 1, ("a",)).of(["s", "u"], 3), RANGES)
    values = np.broadcast_to(np.array([0.4, 6.0, -0.1]), (2, 2, 3))
    found = share_below(both, values, RANGES).transpose(2, 1, 0)
    expected = (drawn < np.array([0.4, 6.0, -0.1])[:, None, None, None]).mean(axis=-1)
    np.testing.assert_allclose(found, expected, atol=0.01)
    for ends in (LOW, LOW + WIDTH):
        found = share_below(both, np.broadcast_to(ends, (2, 2, 3)), RANGES)
        assert ((found >= 0) & (found <= 1)).all()


@pytest.fixture(scope="module")
def experiment(tiny_experiments) -> Experiment:
    return untaught(tiny_experiments["dezfouli"])


@pytest.fixture(scope="module")
def agents(experiment):
    return experiment_agents(experiment, "train", experiment.train.dynamics, 12, seed=1)


def test_the_loss_is_the_score_and_the_choice(experiment, agents):
    pool = pool_of(experiment, agents.sequences, agents.parameters)
    network = new_network(experiment, 1, 0)
    batch = sessions(pool)
    output, _ = network(batch.inputs, network.start(batch.valid.shape[1]), batch.valid)
    names = tuple(experiment.parameters)
    terms = loss_terms(output, batch, names)
    assert list(terms) == term_names(experiment.estimators.trnn.network, names)
    valid = batch.valid > 0
    score = -log_density(output.posterior, batch.scores[0])[valid].mean()
    assert terms["score"].item() == pytest.approx(score.item(), rel=1e-5)
    whole = weighted(terms, experiment.estimators.trnn.network)
    assert whole.item() == pytest.approx((terms["score"] + terms["bce"]).item(), rel=1e-6)


def test_a_network_learns_more_than_the_prior(experiment, agents):
    """The score of held-out agents falls under 0, the prior's."""
    pool = pool_of(experiment, agents.sequences, agents.parameters)
    training = experiment.estimators.trnn.training.model_copy(update={"n_steps": 500})
    trnn = experiment.estimators.trnn.model_copy(update={"training": training})
    estimators = experiment.estimators.model_copy(update={"trnn": trnn})
    own = experiment.model_copy(update={"estimators": estimators})
    fresh = experiment_agents(own, "validation", own.train.dynamics, 12, seed=1)
    trainer = Trainer(own, pool, pool_of(own, fresh.sequences, fresh.parameters), 1, 0)
    while not trainer.finished:
        trainer.epoch()
    assert trainer.history[-1]["validation_score"] < -0.05


def test_smoothing_uses_the_future_and_padding_changes_nothing(experiment, agents):
    own = with_network(experiment, "trnn_smooth")
    network = new_network(own, 1, 0).eval()
    sequences = agents.sequences
    together = apply_network(network, sequences, get_model(own.model))
    assert together.action_logit is None
    alone = apply_network(network, sequences.rows(3, 4), get_model(own.model))
    n = int(sequences.lengths[3])
    torch.testing.assert_close(
        together.values[:, :n, 3], alone.values[:, :n, 0], rtol=1e-4, atol=1e-5
    )
    reward = sequences.reward.copy()
    reward[:, 50] = 1 - reward[:, 50]
    changed = type(sequences)(
        sequences.subjects, sequences.action, reward, sequences.block, sequences.trial,
        sequences.valid,
    )  # fmt: skip
    after = apply_network(network, changed, get_model(own.model))
    for t in (20, 50, 80):
        assert not torch.equal(together.values[:, t], after.values[:, t])


def test_smoothed_sequences_are_turned_round(experiment, agents):
    """The states from the end are those of a GRU over the reversed session, one by one."""
    own = with_network(experiment, "trnn_smooth")
    network = new_network(own, 1, 0).eval()
    pool = pool_of(own, agents.sequences, agents.parameters)
    batch = sessions(pool)
    inputs = batch.inputs[:-1]  # the sign of the choice before is for the choice alone
    with torch.no_grad():
        states, _ = network.recurrent(inputs, network.start(inputs.shape[2]).parameters)
        known = torch.cat((inputs, states))
        found = network._from_the_end(known, batch.valid)
        for i, n in enumerate(-np.sort(-agents.sequences.lengths)[:4]):
            turned = known[:, :n, i : i + 1].flip(1).contiguous()
            states, _ = network.reverse(turned, torch.zeros(network.reverse.hidden_size, 1))
            torch.testing.assert_close(
                found[:, :n, i], states.flip(1)[:, :, 0], rtol=1e-4, atol=1e-5
            )


def test_draws_drive_the_model_and_depend_on_the_subject_alone(experiment, agents, tmp_path):
    pool = pool_of(experiment, agents.sequences, agents.parameters)
    path = tmp_path / "a.pt"
    train(experiment, pool, pool, 1, 0, path, tmp_path / "s.pt", "d")
    noise = Noise(6, 1, ("dezfouli", "trnn", "test"))
    whole = infer([path], agents.sequences, experiment, "first", noise, n_kept=2)
    alone = infer([path], agents.sequences.rows(5, 6), experiment, "first", noise, n_kept=2)
    n = int(agents.sequences.lengths[5])
    np.testing.assert_allclose(whole.p_theory_0[5, :n], alone.p_theory_0[0, :n], atol=1e-5)
    np.testing.assert_allclose(whole.draws[5, :, :n], alone.draws[0, :, :n], atol=1e-4)
    assert whole.draws.shape[:2] == (12, 2)
    assert (whole.disagreement[agents.sequences.valid] == 0).all()


def test_the_theory_is_the_mean_of_the_model_under_each_draw(experiment, agents):
    model, sequences = get_model(experiment.model), agents.sequences
    n, t = sequences.valid.shape
    rng = np.random.default_rng(5)
    ranges = list(experiment.parameters.values())
    draws = np.stack([r.low + (r.high - r.low) * rng.random((t, n, 3)) for r in ranges])
    each = [run_forward(model, sequences, draws[..., k].transpose(2, 1, 0))[0] for k in range(3)]
    np.testing.assert_allclose(
        predict_by_draws(model, sequences, draws)[sequences.valid],
        np.mean(each, axis=0)[sequences.valid],
        rtol=1e-10,
    )


def test_uniforms_of_draws_are_stratified():
    noise = Noise(10, 1, ("a",)).of(["s"], 2)
    np.testing.assert_array_equal(np.sort((noise[0, 0] * 10).astype(int)), np.arange(10))
