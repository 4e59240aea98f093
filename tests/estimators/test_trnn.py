"""The t-RNN: inputs, loss, lanes, training, checkpoints, causality."""

import math
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import torch

from benchmarks.architectures import with_network
from tests.conftest import untaught
from trnn.config.dynamics import Range
from trnn.config.experiment import Experiment
from trnn.errors import CheckpointError, ConfigError, NumericalError
from trnn.estimators.recurrent import gru
from trnn.estimators.recurrent.compute import prepare
from trnn.estimators.trnn import train as training
from trnn.estimators.trnn.batch import Batch, Pool
from trnn.estimators.trnn.checkpoint import new_network, read_checkpoint
from trnn.estimators.trnn.features import bin_index, inputs
from trnn.estimators.trnn.infer import Noise, apply_network, infer
from trnn.estimators.trnn.lanes import Lanes
from trnn.estimators.trnn.loss import loss_terms, weighted
from trnn.estimators.trnn.train import Trainer, pool_of, train, validate
from trnn.theory.agents import experiment_agents
from trnn.theory.models import get_model
from trnn.trials.sequences import from_frame


@pytest.fixture(scope="module")
def experiment(tiny_experiments) -> Experiment:
    return untaught(tiny_experiments["dezfouli"])


@pytest.fixture(scope="module")
def agents(experiment):
    return experiment_agents(experiment, "train", experiment.train.dynamics, 20, seed=1)


@pytest.fixture(scope="module")
def pool(experiment, agents):
    return pool_of(experiment, agents.sequences, agents.parameters)


@pytest.fixture(scope="module")
def published(experiment) -> Experiment:
    """The same with the published architecture, of points."""
    return with_network(experiment, "trnn_published")


@pytest.fixture(scope="module")
def published_pool(published, agents):
    return pool_of(published, agents.sequences, agents.parameters)


def said(network, batch):
    """What a network says of whole sessions, and its last state."""
    return network(batch.inputs, network.start(batch.valid.shape[1]), batch.valid)


def trainer(experiment, pool, training_seed=0) -> Trainer:
    return Trainer(experiment, pool, pool, run_seed=1, training_seed=training_seed)


def test_inputs_are_the_trial_before_and_the_block_start(published):
    frame = pd.DataFrame(
        {
            "subject": "s",
            "block": [0, 0, 0, 1, 1],
            "trial": [0, 1, 2, 0, 1],
            "action": [1, 0, 0, 1, 1],
            "reward": [1.0, 0.0, 1.0, 1.0, 0.0],
        }
    )
    network = published.estimators.trnn.network.model_copy(update={"reward_scale": 2.0})
    expected = [  # reward / 2, action 0, action 1, block start
        [0.0, 0, 0, 1],
        [0.5, 0, 1, 0],
        [0.0, 1, 0, 0],
        [0.0, 0, 0, 1],
        [0.5, 0, 1, 0],
    ]
    np.testing.assert_array_equal(inputs(from_frame(frame), network)[0], expected)


def test_bins_have_equal_width_and_hold_both_ends():
    values = np.array([-0.5, -0.31, -0.3, -0.29, 0.0, 0.29, 0.31, 0.5])
    bins = bin_index(values, Range(low=-0.5, high=0.5), 5)
    np.testing.assert_array_equal(bins[[0, 1, 3, 4, 5, 6, 7]], [0, 0, 1, 2, 3, 4, 4])


def whole(pool: Pool) -> Batch:
    """All agents' whole sessions, in their order: they are all as long."""
    return next(pool.batches(len(pool.lengths)))


def test_loss_terms_of_points_against_a_plain_loop(published, published_pool):
    experiment, pool = published, published_pool
    network = new_network(experiment, 1, 0)
    batch = whole(pool)
    output, _ = said(network, batch)
    names = tuple(experiment.parameters)
    terms = loss_terms(output, batch, names)
    n, totals = 0, dict.fromkeys(terms, 0.0)
    for t, i in torch.nonzero(batch.valid).tolist():
        n += 1
        p_0 = 1 / (1 + math.exp(-output.action_logit[t, i].item()))
        totals["bce"] -= math.log(p_0 if batch.p_action_0[t, i] == 1 else 1 - p_0)
        for p, name in enumerate(names):
            logits = output.bin_logits[p][:, t, i].tolist()
            top = sum(math.exp(x) for x in logits)
            totals[f"bin_{name}"] -= logits[batch.bins[p, t, i]] - math.log(top)
            error = output.values[p, t, i].item() - batch.values[p, t, i].item()
            totals[f"mse_{name}"] += error**2
    for name, total in totals.items():
        assert terms[name].item() == pytest.approx(total / n, rel=1e-4)
    heads = experiment.estimators.trnn.network.heads
    expected = totals["bce"] + sum(
        head.bin_weight * totals[f"bin_{name}"] + head.value_weight * totals[f"mse_{name}"]
        for name, head in heads.items()
    )
    settings = experiment.estimators.trnn.network
    assert weighted(terms, settings).item() == pytest.approx(expected / n, rel=1e-4)
    # The same over some agents at a time.
    validated = validate(network, pool, names)
    assert validated["loss"] == pytest.approx(expected / n, rel=1e-4)
    assert validated["bce"] == pytest.approx(totals["bce"] / n, rel=1e-4)


def test_a_pool_holds_every_agents_trials(published, agents, published_pool):
    experiment, pool = published, published_pool
    batch = whole(pool)
    sequences, n_trials = agents.sequences, agents.sequences.valid.shape[1]
    settings = experiment.estimators.trnn.network
    window = experiment.estimators.trnn.training.window
    assert not (pool.starts % window).any()
    assert pool.channels.shape[1] == window * np.ceil(sequences.lengths / window).sum() + 1
    np.testing.assert_array_equal(batch.valid[:n_trials].T, sequences.valid)
    np.testing.assert_array_equal(batch.p_action_0[:n_trials].T, sequences.action == 0)
    seen = inputs(sequences, settings).transpose(2, 1, 0)
    np.testing.assert_array_equal(batch.inputs[:, :n_trials], seen)
    for p, (name, bounds) in enumerate(experiment.parameters.items()):
        truth = agents.parameters[:, :, p].T
        np.testing.assert_allclose(batch.values[p, :n_trials], truth, rtol=1e-6)
        bins = bin_index(truth, bounds, settings.heads[name].units)
        np.testing.assert_array_equal(batch.bins[p, :n_trials], bins)


def counting_pool(round_number: int) -> Pool:
    """Three agents of 7, 12 and 10 trials whose P(action 0) counts trials, in windows of 5."""
    lengths = np.array([7, 12, 10])
    padded = torch.tensor([10, 15, 10])
    t = torch.cat([torch.arange(float(n)) for n in padded])
    valid = (t < torch.tensor(lengths).repeat_interleave(padded)).float()
    identity = (100 * round_number + torch.arange(3.0)).repeat_interleave(padded)
    channels = torch.stack([identity, t, identity, identity, identity, valid])
    channels = torch.nn.functional.pad(channels, (0, 1))
    return Pool(channels, np.array([0, 10, 25]), lengths, (1, 1, 1, 1, 1, 0, 1), ("a", "b", "c"))


def test_lanes_play_every_trial_of_every_agent_in_order():
    lanes = Lanes(counting_pool, n_lanes=2, window=5)
    seen: dict[int, dict[float, list[float]]] = {0: {}, 1: {}}
    for _ in range(40):
        batch, fresh = lanes.next()
        for lane in range(2):
            who = batch.bins[0, 0, lane].item()
            here = batch.valid[:, lane] > 0
            trials = batch.p_action_0[here, lane].tolist()
            assert bool(fresh[lane]) == (trials[0] == 0.0)
            seen[lane].setdefault(who, []).extend(trials)
    lengths = {0: 7, 1: 12, 2: 10}
    for agents in seen.values():
        whole = list(agents.items())[1:-1]  # the first is staggered, the last unfinished
        assert len(whole) > 5
        for who, trials in whole:
            assert trials == [float(t) for t in range(lengths[int(who) % 100])]
    assert not set(seen[0]) & set(seen[1])  # no agent is played twice


def test_lanes_go_on_from_a_saved_state():
    lanes = Lanes(counting_pool, 2, 5)
    for _ in range(7):
        lanes.next()
    other = Lanes(counting_pool, 2, 5)
    other.restore(lanes.state())
    for _ in range(5):
        for a, b in zip(lanes.next()[0], other.next()[0], strict=True):
            assert torch.equal(a, b)


def test_rounds_are_asked_for_in_their_order_by_more_lanes_than_agents_too():
    """A trainer forgets the agents of the table when later ones are played."""
    asked: list[int] = []

    def asking(number):
        asked.append(number)
        return counting_pool(number)

    lanes = Lanes(asking, 16, 5)  # of rounds of three agents
    for _ in range(40):
        lanes.next()
    assert (
        asked == sorted(set(asked)) and len({number for number, *_ in lanes.state()["lanes"]}) > 3
    )
    other = Lanes(asking, 16, 5)
    state = lanes.state()
    state["lanes"] = state["lanes"][::-1]  # the furthest first
    asked.clear()
    other.restore(state)
    assert asked and asked == sorted(asked)


def test_a_pool_of_some_agents_keeps_their_windows_and_their_memory_alone():
    whole_pool = counting_pool(0)
    some = whole_pool.only(np.array([2, 0, 2]))
    agents, first = np.array([0, 2, 2]), np.array([5, 0, 5])
    assert torch.equal(some.windows(agents, first, 5), whole_pool.windows(agents, first, 5))
    assert some.channels.shape[1] == 10 + 10 + 1  # two sessions in windows of 5, and the zeros
    assert some.subjects == whole_pool.subjects


def test_agents_that_no_lane_plays_are_forgotten():
    lanes, drawn = Lanes(counting_pool, 2, 5), 0
    for _ in range(40):
        lanes.next()
        pools = lanes._pools
        if max(pools) > drawn:
            drawn = max(pools)
            older = [pool for number, pool in pools.items() if number < drawn]
            assert all(
                pool.channels.shape[1] < counting_pool(0).channels.shape[1] for pool in older
            )
    assert drawn > 5


def test_windows_with_carried_memory_equal_one_pass(experiment, pool):
    network = new_network(experiment, 1, 0)
    batch = whole(pool)
    n_trials, n = batch.valid.shape
    at_once, _ = said(network, batch)
    hidden, parts = network.start(n), []
    for start in range(0, n_trials, 50):
        here = slice(start, start + 50)
        output, hidden = network(batch.inputs[:, here], hidden, batch.valid[here])
        parts.append(output.action_logit)
    torch.testing.assert_close(torch.cat(parts), at_once.action_logit)


@pytest.mark.parametrize("linked", [True, False])
@pytest.mark.parametrize("architecture", ["published", "posterior"])
def test_the_compiled_network_equals_the_stock_one(
    experiment, published, agents, linked, architecture, monkeypatch
):
    """Outputs, loss and gradients on torch's own layers, which are also the fallback."""
    own = published if architecture == "published" else experiment
    settings = own.estimators.trnn.network.model_copy(update={"parameters_to_action": linked})
    trnn = own.estimators.trnn.model_copy(update={"network": settings})
    estimators = own.estimators.model_copy(update={"trnn": trnn})
    own = own.model_copy(update={"estimators": estimators})
    names = tuple(own.parameters)
    batch = whole(pool_of(own, agents.sequences, agents.parameters))
    results = []
    for _ in ("compiled", "stock"):
        network = new_network(own, 1, 0)
        output, last = said(network, batch)
        loss = weighted(loss_terms(output, batch, names), settings)
        loss.backward()
        gradients = [p.grad for p in network.parameters()]
        results.append([output.action_logit, output.values, *last, loss, *gradients])
        monkeypatch.setattr(gru, "_compiled_runs", lambda _: False)
    for a, b in zip(*results, strict=True):
        torch.testing.assert_close(a, b, rtol=1e-4, atol=2e-6)


def test_training_lowers_the_loss(experiment, pool):
    settings = experiment.estimators.trnn.training.model_copy(
        update={"n_steps": 120, "steps_per_epoch": 40}
    )
    trnn = experiment.estimators.trnn.model_copy(update={"training": settings})
    estimators = experiment.estimators.model_copy(update={"trnn": trnn})
    longer = trainer(experiment.model_copy(update={"estimators": estimators}), pool)
    while not longer.finished:
        longer.epoch()
    losses = [row["validation_loss"] for row in longer.history]
    assert losses[-1] < losses[0] - 0.1
    assert longer.history[-1]["validation_bce"] < math.log(2)


def test_an_interrupted_training_resumes_to_the_same_weights(experiment, pool, tmp_path):
    torch.set_num_threads(1)
    names = [tmp_path / n for n in ("a.pt", "a.state.pt", "b.pt", "b.state.pt")]
    history = train(experiment, pool, pool, 1, 0, names[0], names[1], "digest")

    class Interrupt(Exception):
        pass

    epochs = 0
    original = Trainer.epoch

    def interrupted(self):
        nonlocal epochs
        epochs += 1
        if epochs == 3:
            raise Interrupt
        return original(self)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Trainer, "epoch", interrupted)
        with pytest.raises(Interrupt):
            train(experiment, pool, pool, 1, 0, names[2], names[3], "digest")
    assert names[3].exists() and not names[2].exists()
    resumed = train(experiment, pool, pool, 1, 0, names[2], names[3], "digest")
    assert not names[3].exists()
    pd.testing.assert_frame_equal(
        history.drop(columns="seconds"), resumed.drop(columns="seconds"), check_exact=True
    )
    assert names[0].read_bytes() == names[2].read_bytes()
    for a, b in zip(
        read_checkpoint(names[0])[0].parameters(),
        read_checkpoint(names[2])[0].parameters(),
        strict=True,
    ):
        assert torch.equal(a, b)


@pytest.mark.parametrize(
    ("seeds", "made_by"), [((2, 0), ("d", "c")), ((1, 1), ("d", "c")), ((1, 0), ("d", "other"))]
)
def test_a_state_of_another_seed_or_other_code_is_not_resumed(
    experiment, pool, tmp_path, seeds, made_by
):
    state = tmp_path / "s.pt"

    def interrupted(*_):
        raise KeyboardInterrupt

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(training, "write_checkpoint", interrupted)
        with pytest.raises(KeyboardInterrupt):
            train(experiment, pool, pool, 1, 0, tmp_path / "a.pt", state, "d", "c")
    for file, left in (("b.pt", state), ("c.pt", tmp_path / "none.pt")):
        train(experiment, pool, pool, *seeds, tmp_path / file, left, *made_by)
    assert (tmp_path / "b.pt").read_bytes() == (tmp_path / "c.pt").read_bytes()


def test_a_state_of_other_settings_or_a_damaged_one_is_not_resumed(experiment, pool, tmp_path):
    state = tmp_path / "s.pt"
    for damage in (b"", b"not a state"):
        state.write_bytes(damage)
        history = train(experiment, pool, pool, 1, 0, tmp_path / "c.pt", state, "new")
        assert history["epoch"].tolist() == list(range(len(history)))


def test_seeds_make_networks(experiment):
    def weights(run_seed, training_seed):
        return torch.cat(
            [p.flatten() for p in new_network(experiment, run_seed, training_seed).parameters()]
        )

    before = torch.random.get_rng_state()
    assert torch.equal(weights(1, 0), weights(1, 0))
    assert not torch.equal(weights(1, 0), weights(1, 1))
    assert not torch.equal(weights(1, 0), weights(2, 0))
    assert torch.equal(before, torch.random.get_rng_state())


def spoken(network, sequences):
    """Log odds (n, t) and values (n, t, d)."""
    output = apply_network(network, sequences, get_model("q_learning_perseveration"))
    return output.action_logit.numpy().T, output.values.numpy().transpose(2, 1, 0)


def test_estimates_do_not_see_the_present_or_the_future(experiment, agents):
    network = new_network(experiment, 1, 0).eval()
    sequences = agents.sequences
    before = spoken(network, sequences)
    t = 77
    action, reward = sequences.action.copy(), sequences.reward.copy()
    action[:, t:] = 1 - action[:, t:]
    reward[:, t:] = 1 - reward[:, t:]
    changed = type(sequences)(
        sequences.subjects, action, reward, sequences.block, sequences.trial, sequences.valid
    )
    after = spoken(network, changed)
    for a, b in zip(before, after, strict=True):
        np.testing.assert_array_equal(a[:, : t + 1], b[:, : t + 1])
        assert not np.array_equal(a[:, t + 1 :], b[:, t + 1 :])


def test_a_subject_does_not_depend_on_the_others(experiment, agents):
    network = new_network(experiment, 1, 0).eval()
    whole = spoken(network, agents.sequences)
    alone = spoken(network, agents.sequences.rows(3, 4))
    np.testing.assert_allclose(whole[0][3:4], alone[0], atol=1e-6)
    np.testing.assert_allclose(whole[1][3:4], alone[1], atol=1e-5)


def test_a_damaged_checkpoint_is_named_as_such(experiment, pool, tmp_path):
    path = tmp_path / "seed0.pt"
    train(experiment, pool, pool, 1, 0, path, tmp_path / "s.pt", "d")
    content = path.read_bytes()
    for damage in (b"", content[:500], b"garbage" * 100):
        path.write_bytes(damage)
        with pytest.raises(CheckpointError, match=r"seed0\.pt: not a readable checkpoint"):
            read_checkpoint(path)
    with pytest.raises(CheckpointError, match="no such checkpoint"):
        read_checkpoint(tmp_path / "absent.pt")


def test_networks_of_other_parameters_are_refused_and_ensembles_average(
    published, published_pool, agents, tmp_path, tiny_experiments
):
    paths = [tmp_path / "a.pt", tmp_path / "b.pt"]
    for seed, path in enumerate(paths):
        train(published, published_pool, published_pool, 1, seed, path, tmp_path / "s.pt", "d")
    noise = Noise(4, 1, ("dezfouli", "trnn", "test"))
    first = infer(paths, agents.sequences, published, "first", noise)
    second = infer(paths[1:], agents.sequences, published, "first", noise)
    mean = infer(paths, agents.sequences, published, "mean", noise)
    np.testing.assert_allclose((first.p_action_0 + second.p_action_0) / 2, mean.p_action_0)
    np.testing.assert_allclose((first.values + second.values) / 2, mean.values)
    assert mean.posterior is None and mean.p_theory_0 is None
    with pytest.raises(CheckpointError, match="trained for"):
        infer(paths, agents.sequences, tiny_experiments["gershman"], "first", noise)


def test_a_loss_that_is_not_finite_stops_the_training(experiment, pool):
    channels = pool.channels.clone()
    channels[: pool.sizes[0]] = float("nan")
    broken = trainer(experiment, replace(pool, channels=channels))
    with pytest.raises(NumericalError, match=r"dezfouli, training seed 0, step 1: .* is \[nan"):
        broken.epoch()


def test_a_graphics_processor_that_is_not_there_is_named(monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    with pytest.raises(ConfigError, match="sees no graphics processor"):
        prepare(1, "cuda")
    assert prepare(1) == torch.device("cpu")
