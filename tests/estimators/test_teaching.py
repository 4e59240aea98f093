"""What a t-RNN is taught by draws from a posterior, and the optimisers that it is trained by."""

import math

import numpy as np
import pandas as pd
import pytest
import torch

from benchmarks.architectures import with_network
from tests.conftest import untaught
from trnn.config.experiment import Experiment
from trnn.estimators.trnn import density, teacher
from trnn.estimators.trnn import train as training
from trnn.estimators.trnn.checkpoint import new_network
from trnn.estimators.trnn.density import mean_log_density
from trnn.estimators.trnn.features import normal_scores
from trnn.estimators.trnn.loss import loss_terms, trial_losses
from trnn.estimators.trnn.optimizer import Muon, optimizers, orthogonal, schedule_of
from trnn.estimators.trnn.posterior import log_density, mixture, n_outputs
from trnn.estimators.trnn.teacher import Targets, lessons, teach
from trnn.estimators.trnn.train import Trainer, pool_of, train
from trnn.theory.agents import experiment_agents

N_DRAWS = 3


@pytest.fixture(scope="module")
def experiment(tiny_experiments) -> Experiment:
    return untaught(tiny_experiments["dezfouli"])


@pytest.fixture(scope="module")
def agents(experiment):
    return experiment_agents(experiment, "train", experiment.train.dynamics, 12, seed=1)


def trained_by(experiment: Experiment, **changes) -> Experiment:
    """The experiment with other settings of its training."""
    own = experiment.estimators.trnn
    changed = own.training.model_validate(own.training.model_dump() | changes)
    trnn = own.model_copy(update={"training": changed})
    estimators = experiment.estimators.model_copy(update={"trnn": trnn})
    return experiment.model_copy(update={"estimators": estimators})


def some_targets(experiment, sequences, seed=0) -> Targets:
    """Draws anywhere in the ranges, and any probabilities."""
    rng = np.random.default_rng(seed)
    ranges = list(experiment.parameters.values())
    shares = rng.uniform(0.01, 0.99, (N_DRAWS, *sequences.valid.shape, len(ranges)))
    low, high = (np.array([getattr(r, end) for r in ranges]) for end in ("low", "high"))
    values = (low + (high - low) * shares).astype(np.float32)
    return Targets(values, rng.random(sequences.valid.shape).astype(np.float32))


def whole(pool):
    """All agents' whole sessions, the longest first."""
    return next(pool.batches(len(pool.lengths)))


def said(experiment, batch):
    network = new_network(experiment, 1, 0)
    return network(batch.inputs, network.start(batch.valid.shape[1]), batch.valid)[0]


# 150 trials are no multiple of those that are worked on together.
@pytest.mark.parametrize(("d", "m"), [(1, 1), (2, 1), (2, 8), (3, 4), (4, 2)])
def test_the_compiled_density_and_its_gradient_are_torchs(d, m):
    generator = torch.Generator().manual_seed(d * 10 + m)
    k, t, n = 5, 30, 5
    raw = torch.randn(n_outputs(k, d), t, n, generator=generator).requires_grad_()
    targets = torch.randn(m, d, t, n, generator=generator)
    weight = torch.rand(t, n, generator=generator)
    found = mean_log_density(raw, targets)
    (found * weight).sum().backward()
    exact = raw.detach().double().requires_grad_()
    posterior = mixture(exact, k, d)
    expected = sum(log_density(posterior, z.double()) for z in targets) / m
    (expected * weight).sum().backward()
    torch.testing.assert_close(found.double(), expected, rtol=1e-5, atol=1e-5)
    assert raw.grad is not None and exact.grad is not None
    torch.testing.assert_close(raw.grad.double(), exact.grad, rtol=2e-4, atol=2e-5)
    with torch.no_grad():
        assert torch.equal(mean_log_density(raw, targets), found)


def test_torchs_own_density_is_the_same(monkeypatch):
    raw, targets = torch.randn(n_outputs(4, 2), 6, 3), torch.randn(5, 2, 6, 3)
    compiled = mean_log_density(raw, targets)
    monkeypatch.setattr(density, "_compiled_runs", lambda _: False)
    torch.testing.assert_close(mean_log_density(raw, targets), compiled, rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("bad", [math.nan, math.inf, -math.inf])
def test_outputs_that_are_not_finite_leave_no_finite_density(bad):
    raw, targets = torch.zeros(n_outputs(3, 2), 2, 2), torch.zeros(2, 2, 2, 2)
    for row in (0, 3, 4):  # a weight, two means: of component 0, of component 1
        spoilt = raw.clone()
        spoilt[row, 1, 0] = bad
        found = mean_log_density(spoilt, targets)
        if row == 0 and bad == -math.inf:  # a component that has no share
            continue
        others = torch.tensor([[True, True], [False, True]])
        assert torch.isfinite(found[others]).all()
        if not (row and math.isinf(bad)):  # an infinite mean is a component that has no share
            assert not torch.isfinite(found[~others]).any()
    far = mean_log_density(raw, targets + 1e30)  # beyond what a float32's square holds
    assert not torch.isfinite(far).any()


def test_targets_of_another_size_are_refused():
    raw = torch.zeros(n_outputs(3, 2), 4, 5)
    for shape in ((1, 2, 4, 4), (1, 2, 5, 5), (1, 3, 4, 5)):
        with pytest.raises(ValueError, match="do not fit"):
            mean_log_density(raw, torch.zeros(shape))


def test_true_values_and_choices_are_one_draw(experiment, agents):
    """The loss of what is always there: true values as the one draw, choices as certain."""
    truth = agents.parameters[None].astype(np.float32)
    certain = Targets(truth, (agents.sequences.action == 0).astype(np.float32))
    batches = [
        whole(pool_of(experiment, agents.sequences, agents.parameters, targets=targets))
        for targets in (None, certain)
    ]
    output = said(experiment, batches[0])
    names = tuple(experiment.parameters)
    losses = [trial_losses(output, batch, names) for batch in batches]
    sign = 2.0 * batches[0].p_action_0 - 1.0
    plain = torch.nn.functional.softplus(-sign * output.action_logit)
    for found in losses:
        assert torch.equal(found["bce"], plain)
    # Of true values as doubles and as float32: scores differ in the last digits.
    torch.testing.assert_close(losses[0]["score"], losses[1]["score"], rtol=1e-4, atol=1e-4)
    score = -log_density(output.posterior, batches[0].scores[0])
    torch.testing.assert_close(losses[0]["score"], score, rtol=1e-5, atol=1e-5)


def test_what_is_taught_is_the_mean_over_draws_and_the_filters_probability(experiment, agents):
    targets = some_targets(experiment, agents.sequences)
    names = tuple(experiment.parameters)
    batch = whole(pool_of(experiment, agents.sequences, agents.parameters, targets=targets))
    output = said(experiment, batch)
    found = loss_terms(output, batch, names)
    n, score, entropy = 0, 0.0, 0.0
    order = np.argsort(-agents.sequences.lengths, kind="stable")
    ranges = list(experiment.parameters.values())
    for t, i in torch.nonzero(batch.valid).tolist():
        n += 1
        p = float(targets.p_action_0[order[i], t])
        said_p = 1 / (1 + math.exp(-output.action_logit[t, i].item()))
        entropy -= p * math.log(said_p) + (1 - p) * math.log(1 - said_p)
    for values in targets.values:
        z = np.stack([normal_scores(values[order, :, p], r) for p, r in enumerate(ranges)])
        at = torch.from_numpy(z.transpose(0, 2, 1)[:, : len(batch.valid)].astype(np.float32))
        own = log_density(output.posterior, at)
        score -= float(own[batch.valid > 0].sum()) / N_DRAWS
    assert found["bce"].item() == pytest.approx(entropy / n, rel=1e-4)
    assert found["score"].item() == pytest.approx(score / n, rel=1e-4)
    # Errors are against the true values, whatever is taught.
    plain = whole(pool_of(experiment, agents.sequences, agents.parameters))
    for name in names:
        assert found[f"mse_{name}"] == loss_terms(output, plain, names)[f"mse_{name}"]


def test_every_round_is_taught_by_a_filter_of_its_own(experiment, agents, monkeypatch):
    asked = []

    def fake(own, sequences, parameters, seed, *keys):
        assert parameters.shape == (*sequences.valid.shape, len(own.parameters))
        asked.append((seed, *keys))
        return some_targets(own, sequences, len(asked))

    monkeypatch.setattr(teacher, "teach", fake)
    own = trained_by(experiment, lanes=12, teacher={"n_particles": 50})
    pool = pool_of(own, agents.sequences, agents.parameters)
    # A training table shorter than the lanes are many: rounds 1 and 2 are drawn at once.
    own = own.model_copy(update={"train": own.train.model_copy(update={"n_agents": 4})})
    trainers = [Trainer(own, pool, pool, 7, seed) for seed in (0, 1)]
    for one in trainers:
        first = one._draw_agents(1)
        assert len(first.channels) == len(pool.channels) + (N_DRAWS - 1) * len(own.parameters)
        one._draw_agents(2)
    assert len(set(asked)) == 4 and {seed for seed, *_ in asked} == {7}


def test_fresh_agents_are_played_so_many_times(experiment, agents, monkeypatch):
    own = trained_by(experiment, plays=3)
    pool = pool_of(own, agents.sequences, agents.parameters)
    settings = own.estimators.trnn.training
    windows = int((-(-pool.lengths // settings.window)).sum())
    # Steps that the agents of three rounds are played in.
    own = trained_by(experiment, plays=3, n_steps=9 * windows // settings.lanes)
    drawn = []

    def counted(own, *rest, part, **more):
        drawn.append(part)
        return experiment_agents(own, *rest, part=part, **more)

    monkeypatch.setattr(training, "experiment_agents", counted)
    one = Trainer(own, pool, pool, 1, 0)
    pools = [one._play_round(number) for number in range(12)]
    assert drawn == [1, 2]
    # Lanes that are ahead at the end play on: nothing is drawn for a few last windows.
    assert pools[9] is pools[11] and pools[11] is pools[8]
    assert all(played is pool for played in pools[:3])
    assert pools[3] is pools[5] and pools[6] is pools[8] and pools[5] is not pools[6]
    # A round that a resumed training asks for again is the same agents.
    again = Trainer(own, pool, pool, 1, 0)._play_round(4)
    assert torch.equal(again.channels, pools[4].channels)
    stays = trained_by(experiment, plays=3, fresh_agents=False)
    assert Trainer(stays, pool, pool, 1, 0)._play_round(7) is pool


def test_a_teacher_draws_from_the_posterior_that_the_truth_is_drawn_from(experiment):
    agents = experiment_agents(experiment, "train", experiment.train.dynamics, 150, seed=2)
    own = (agents.sequences, agents.parameters, 1, "train", 0)
    assert lessons(trained_by(experiment, teacher=None), *own) is None
    taught = trained_by(experiment, teacher={"n_particles": 500, "n_draws": 16})
    targets = teach(taught, *own)
    assert targets is not None
    valid = agents.sequences.valid
    assert targets.values.shape == (16, *agents.parameters.shape)
    assert np.isfinite(targets.values).all() and (targets.values[:, ~valid] == 0).all()
    # The truth and a draw are alike: so are their squared distances from the mean of other draws.
    half = targets.values[8:, valid].mean(axis=0)
    of_draw = ((targets.values[0, valid] - half) ** 2).mean(axis=0)
    of_truth = ((agents.parameters[valid] - half) ** 2).mean(axis=0)
    ratio = of_truth / of_draw
    assert (ratio > 0.8).all() and (ratio < 1.25).all(), ratio
    # The filter's probability is as good a prediction as any: better than chance.
    p = np.where(agents.sequences.action == 0, targets.p_action_0, 1 - targets.p_action_0)[valid]
    assert -np.log(p).mean() < np.log(2)
    again = teach(taught, *own)
    assert again is not None
    np.testing.assert_array_equal(targets.values, again.values)


def test_orthogonal_matrices_keep_directions_and_lose_sizes():
    generator = torch.Generator().manual_seed(0)
    made = torch.randn(2, 6, 6, generator=generator)
    u, _, vh = torch.linalg.svd(made)
    sizes = torch.tensor([3.0, 1.0, 0.5, 0.2, 0.1, 0.05])
    for rows in (6, 4):
        matrices = ((u * sizes) @ vh)[:, :rows]
        for stacked in (matrices, matrices.mT):
            left, values, right = torch.linalg.svd(orthogonal(stacked), full_matrices=False)
            assert ((values > 0.5) & (values < 1.3)).all()
            u_own, _, v_own = torch.linalg.svd(stacked, full_matrices=False)
            apart = orthogonal(stacked) - u_own @ v_own
            assert torch.linalg.matrix_norm(apart, 2).max() < 0.5
            del left, right


def test_muon_takes_each_gate_as_a_matrix_of_its_own():
    """A gate with a gradient of a thousandth of the others' moves as far."""
    generator = torch.Generator().manual_seed(1)
    weight = torch.nn.Parameter(torch.zeros(12, 4))
    gates = torch.randn(3, 4, 4, generator=generator)
    weight.grad = (gates * torch.tensor([1.0, 1e-3, 1.0]).view(3, 1, 1)).view(12, 4).clone()
    Muon([(weight, 3)], lr=0.1).step()
    moved = weight.detach().view(3, 4, 4)
    torch.testing.assert_close(moved, -0.1 * orthogonal(gates), rtol=1e-3, atol=1e-4)


def test_muon_remembers_gradients():
    gradients = torch.randn(2, 3, 5, generator=torch.Generator().manual_seed(2))
    weight = torch.nn.Parameter(torch.zeros(3, 5))
    own = Muon([(weight, 1)], lr=0.5, momentum=0.9)
    expected, mean = torch.zeros(3, 5), torch.zeros(3, 5)
    for gradient in gradients:
        weight.grad = gradient.clone()
        own.step()
        mean = 0.9 * mean + 0.1 * gradient
        ahead = 0.9 * mean + 0.1 * gradient
        expected -= 0.5 * orthogonal(ahead[None])[0]
    torch.testing.assert_close(weight.detach(), expected)


def test_muon_bounds_weights_that_are_pushed_one_way_for_ever():
    """At the end each step adds what decays: singular values of about 1 / decay."""
    weight = torch.nn.Parameter(torch.eye(4))
    own = Muon([(weight, 1)], lr=0.5, decay=0.2)
    for _ in range(200):
        weight.grad = -torch.eye(4)
        own.step()
    largest = torch.linalg.matrix_norm(weight.detach(), 2)
    assert 0.7 / 0.2 < largest < 1.2 / 0.2


@pytest.mark.parametrize("variant", ["trnn", "trnn_smooth", "trnn_published"])
@pytest.mark.parametrize("kind", ["adam", "muon"])
def test_every_weight_has_one_optimiser(experiment, variant, kind):
    own = experiment if variant == "trnn" else with_network(experiment, variant)
    network = new_network(own, 1, 0)
    made = optimizers(network, trained_by(own, optimizer=kind).estimators.trnn.training)
    groups = [group["params"] for one in made for group in one.param_groups]
    weights = [id(weight) for group in groups for weight in group]
    assert sorted(weights) == sorted(id(weight) for weight in network.parameters())
    assert [type(one).__name__ for one in made] == ["Adam", "Muon"][: 1 + (kind == "muon")]
    if kind == "muon":
        matrices = {id(w) for group in made[1].param_groups for w in group["params"]}
        assert all(w.ndim == 2 for w in network.parameters() if id(w) in matrices)
        outputs = ("mixture.", "action.", "readouts.", "bins.")
        for name, weight in network.named_parameters():
            assert (id(weight) in matrices) == (weight.ndim == 2 and not name.startswith(outputs))


def test_published_networks_are_trained_by_adam_on_true_values(experiments):
    for experiment in experiments.values():
        for name in experiment.estimators.networks("trnn"):
            settings = experiment.estimators.network(name)
            if settings.network.posterior is None:
                assert settings.training.optimizer == "adam" and settings.training.teacher is None


def test_a_taught_training_by_muon_resumes_to_the_same_weights(
    experiment, agents, tmp_path, monkeypatch
):
    torch.set_num_threads(1)
    monkeypatch.setattr(
        teacher,
        "teach",
        lambda own, sequences, truth, seed, *keys: some_targets(own, sequences, keys[1]),
    )
    own = trained_by(
        experiment,
        optimizer="muon",
        schedule="linear",
        n_steps=60,
        steps_per_epoch=10,
        teacher={"n_particles": 50},
    )
    taught = some_targets(own, agents.sequences)
    pool = pool_of(own, agents.sequences, agents.parameters, targets=taught)
    validation = pool_of(own, agents.sequences, agents.parameters)
    files = [tmp_path / name for name in ("a.pt", "a.state.pt", "b.pt", "b.state.pt")]
    history = train(own, pool, validation, 1, 0, files[0], files[1], "d")
    epoch = Trainer.epoch

    def interrupted(self):
        if len(self.history) == 3 and not files[2].exists():
            raise KeyboardInterrupt
        return epoch(self)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Trainer, "epoch", interrupted)
        with pytest.raises(KeyboardInterrupt):
            train(own, pool, validation, 1, 0, files[2], files[3], "d")
    resumed = train(own, pool, validation, 1, 0, files[2], files[3], "d")
    assert files[0].read_bytes() == files[2].read_bytes()
    pd.testing.assert_frame_equal(
        history.drop(columns="seconds"), resumed.drop(columns="seconds"), check_exact=True
    )


@pytest.mark.parametrize("kind", ["adam", "muon"])
def test_a_linear_schedule_rises_within_a_tenth_and_falls_to_nothing(experiment, kind):
    own = trained_by(experiment, optimizer=kind, schedule="linear", n_steps=50, learning_rate=0.5)
    settings = own.estimators.trnn.training
    for optimizer in optimizers(new_network(own, 1, 0), settings):
        peak = optimizer.param_groups[0]["lr"]
        schedule, rates = schedule_of(optimizer, settings), []
        for _ in range(settings.n_steps):
            rates.append(optimizer.param_groups[0]["lr"] / peak)
            optimizer.step()
            schedule.step()
        np.testing.assert_allclose(rates[:5], [0.2, 0.4, 0.6, 0.8, 1.0])
        np.testing.assert_allclose(np.diff(rates[5:]), -1 / 46, rtol=1e-9)
        assert 0 < rates[-1] < 0.05


def test_agents_are_taught_some_after_others(experiment, agents, monkeypatch):
    own = (experiment, agents.sequences, agents.parameters)
    taught = trained_by(experiment, teacher={"n_particles": 50, "n_draws": 3})
    at_once = pool_of(*own, targets=teach(taught, *own[1:], 1, "train", 0))
    monkeypatch.setattr(teacher, "PREPARED_AT_ONCE", 3)  # sessions of a part are padded less
    parts = list(lessons(taught, *own[1:], 1, "train", 0))
    assert len(parts) == -(-len(agents.sequences.subjects) // 3) > 1
    assert torch.equal(pool_of(*own, targets=parts).channels, at_once.channels)
    with pytest.raises(ValueError, match="taught of, expected"):
        pool_of(*own, targets=parts[:1])
