"""The networks' own estimate of a hazard that each agent has of its own."""

import numpy as np
import pandas as pd
import pytest
import torch

import trnn
from tests.anybody.made import plain
from tests.conftest import untaught
from trnn.anybody.pack import pack
from trnn.config.dynamics import Switching
from trnn.config.stage_views import view
from trnn.config.views import from_view
from trnn.errors import CheckpointError
from trnn.estimators.filter.teaching import hazards_of_paths
from trnn.estimators.trnn.checkpoint import new_network, read_checkpoint, write_checkpoint
from trnn.estimators.trnn.hazards import as_probabilities, estimated_hazards
from trnn.estimators.trnn.infer import Noise, infer
from trnn.estimators.trnn.inference_stage import infer_stage
from trnn.estimators.trnn.loss import HAZARD, loss_terms, term_names, weighted
from trnn.estimators.trnn.optimizer import optimizers
from trnn.estimators.trnn.teacher import teach
from trnn.estimators.trnn.train import pool_of, train
from trnn.estimators.trnn.training_stage import train_stage
from trnn.tables.parquet import Provenance, read_table
from trnn.theory.agents import experiment_agents
from trnn.theory.motions import motions_of
from trnn.theory.simulation_stage import simulate_stage

HAZARDS = [0.001, 0.1]
MADE = Provenance(settings={}, seed=1)


def with_hazard(experiment, hazard, smooth=False, **training):
    """The experiment whose training agents change at a hazard, or each at one of several."""
    trnn_ = experiment.estimators.trnn
    network = trnn_.network.model_copy(
        update={"smooth": smooth, "hidden_units": 16, "action_units": 4}
    )
    settings = trnn_.training.model_copy(update=training)
    trnn_ = trnn_.model_copy(update={"network": network, "training": settings})
    return experiment.model_copy(
        update={
            "dynamics": dict(experiment.dynamics)
            | {"own": Switching(kind="switching", hazard=hazard)},
            "train": experiment.train.model_copy(update={"dynamics": "own"}),
            "task": experiment.task.model_copy(update={"n_blocks": 1, "trials_per_block": 300}),
            "estimators": experiment.estimators.model_copy(update={"trnn": trnn_}),
        }
    )


@pytest.fixture(scope="module")
def base(tiny_experiments):
    return untaught(tiny_experiments["artificial"])


@pytest.fixture(scope="module")
def agents(base):
    return experiment_agents(with_hazard(base, HAZARDS), "train", "own", 20, seed=1)


def whole(pool):
    """All agents' whole sessions, the longest first."""
    return next(pool.batches(len(pool.lengths)))


def said(network, batch):
    return network(batch.inputs, network.start(batch.valid.shape[1]), batch.valid)[0]


def checkpoint(path, experiment, seed=0):
    """An untrained network, whose hazards are anything."""
    weights = new_network(experiment, 1, seed).state_dict()
    generator = torch.Generator().manual_seed(seed)
    for name in ("hazards.weight", "hazards.bias"):
        if name in weights:
            weights[name] = torch.randn(weights[name].shape, generator=generator)
    write_checkpoint(path, experiment, weights, 1, seed, "digest")
    return path


def noise(experiment):
    return Noise(experiment.estimators.trnn.draws, 1, ("test",))


@pytest.mark.parametrize("smooth", [False, True])
def test_a_trained_network_knows_hazards_better_than_equal_probabilities(base, smooth, tmp_path):
    torch.set_num_threads(1)
    steps = {"n_steps": 300, "steps_per_epoch": 100, "lanes": 32, "learning_rate": 0.01}
    steps |= {"optimizer": "muon", "fresh_agents": True}
    own = with_hazard(base, HAZARDS, smooth, **steps)
    own = own.model_copy(update={"train": own.train.model_copy(update={"n_agents": 300})})
    pools = {}
    for split, n in (("train", 300), ("validation", 100)):
        made = experiment_agents(own, split, "own", n, seed=1)
        pools[split] = pool_of(own, made.sequences, made.parameters, hazard=made.hazard)
    path = tmp_path / "seed0.pt"
    history = train(own, *pools.values(), 1, 0, path, tmp_path / "state.pt", "digest")
    fresh = experiment_agents(own, "test", "own", 100, seed=1)
    found = infer([path], fresh.sequences, own, "mean", noise(own)).hazard
    assert found is not None and found.log_error is None
    true = as_probabilities(fresh.hazard, HAZARDS)
    score = -np.log((found.probability * true[:, None]).sum(axis=2))
    assert score.mean() < np.log(2) - 0.1, score.mean()
    validated = history[f"validation_{HAZARD}"]
    assert validated.iloc[-1] == pytest.approx(score.mean(), abs=0.12)
    # What it says is as often true: of agents who are said to change often, more do.
    last = found.probability[:, -1, 1]
    assert last[fresh.hazard == HAZARDS[1]].mean() > last[fresh.hazard == HAZARDS[0]].mean() + 0.2
    assert abs(last.mean() - (fresh.hazard == HAZARDS[1]).mean()) < 0.15


@pytest.mark.parametrize("smooth", [False, True])
def test_a_network_under_one_hazard_is_what_it_was(base, agents, smooth):
    """The same weights under the same names, and the same loss to the last bit."""
    one, several = (with_hazard(base, hazard, smooth) for hazard in (0.01, HAZARDS))
    without, with_head = new_network(one, 1, 0), new_network(several, 1, 0)
    weights, more = without.state_dict(), with_head.state_dict()
    assert set(more) - set(weights) == {"hazards.weight", "hazards.bias"}
    assert list(weights) == [name for name in more if not name.startswith("hazards")]
    assert all(torch.equal(weight, more[name]) for name, weight in weights.items())
    names = tuple(base.parameters)
    pools = [
        pool_of(own, agents.sequences, agents.parameters, hazard=agents.hazard)
        for own in (one, several)
    ]
    assert len(pools[1].channels) == len(pools[0].channels) + len(HAZARDS)
    outputs = [said(n, whole(p)) for n, p in zip((without, with_head), pools, strict=True)]
    assert outputs[0].hazard_logits is None
    terms, others = (
        loss_terms(output, whole(p), names) for output, p in zip(outputs, pools, strict=True)
    )
    assert list(terms) == [name for name in others if name != HAZARD]
    assert all(torch.equal(term, others[name]) for name, term in terms.items())
    # It begins at the prior, and what it costs is added.
    assert others[HAZARD].item() == pytest.approx(np.log(2))
    loss, total = weighted(terms, without.settings), weighted(others, with_head.settings)
    assert total.item() == pytest.approx(loss.item() + np.log(2), rel=1e-6)
    settings = several.estimators.trnn.network
    assert set(term_names(settings, names, HAZARDS)) == set(others)
    assert HAZARD not in term_names(settings, names)


def test_published_heads_have_no_hazards(tiny_experiments):
    own = with_hazard(tiny_experiments["artificial"], HAZARDS)
    published = from_view(view(own, "trnn_published"))
    assert estimated_hazards(published) == () and estimated_hazards(own) == tuple(HAZARDS)
    assert not any("hazards" in name for name in new_network(published, 1, 0).state_dict())


def test_the_loss_is_the_cross_entropy_of_what_is_taught(base, agents):
    own = with_hazard(base, [0.001, 0.01, 0.1])
    pool = pool_of(own, agents.sequences, agents.parameters, hazard=agents.hazard)
    batch = whole(pool)
    assert torch.equal(batch.hazards.sum(dim=0), batch.valid)
    taught = torch.rand(batch.hazards.shape)
    taught = taught / taught.sum(dim=0)
    network = new_network(own, 1, 0)
    torch.nn.init.normal_(network.hazards.weight)
    output = said(network, batch)
    p = torch.softmax(output.hazard_logits.double(), dim=0)
    expected = -(taught * p.log()).sum(dim=0)[batch.valid > 0].mean()
    found = loss_terms(output, batch._replace(hazards=taught), tuple(own.parameters))[HAZARD]
    assert found.item() == pytest.approx(expected.item(), rel=1e-5)
    adam = optimizers(
        network, own.estimators.trnn.training.model_copy(update={"optimizer": "muon"})
    )[0]
    trained = [id(w) for group in adam.param_groups for w in group["params"]]
    assert {id(w) for w in network.hazards.parameters()} <= set(trained)


def test_agents_whose_hazard_is_not_known_cannot_teach_it(base, agents):
    own = with_hazard(base, HAZARDS)
    with pytest.raises(ValueError, match="but which is not known"):
        pool_of(own, agents.sequences, agents.parameters)
    with pytest.raises(ValueError, match=r"the hazard 0\.3, but those of the training are"):
        as_probabilities(np.array([0.1, 0.3]), HAZARDS)


def test_what_is_taught_of_hazards_is_their_posterior_given_the_path(base):
    """Of switches without a gap or a limit it is that of a binomial count of changes."""
    own = with_hazard(base, [0.001, 0.01, 0.1])
    made = experiment_agents(own, "train", "own", 400, seed=3)
    motions = motions_of(own.dynamics["own"], own.parameters)
    found = hazards_of_paths(motions, made.parameters[None], made.sequences.lengths)
    changes = (np.diff(made.parameters, axis=1) != 0).sum(axis=(1, 2))
    chances = 2 * (made.sequences.lengths - 1)
    h = np.array([0.001, 0.01, 0.1])
    log = changes[:, None] * np.log(h) + (chances - changes)[:, None] * np.log1p(-h)
    expected = np.exp(log - np.logaddexp.reduce(log, axis=1, keepdims=True))
    np.testing.assert_allclose(found, expected, rtol=1e-5, atol=1e-7)
    # It is the expectation of the true hazard, and nearer to it than equal probabilities.
    true = as_probabilities(made.hazard, h)
    assert (np.abs((found - true).mean(axis=0)) < 0.06).all()
    assert ((found - true) ** 2).sum(axis=1).mean() < 0.3
    shared = motions_of(Switching(kind="switching", hazard=0.01), own.parameters)
    assert hazards_of_paths(shared, made.parameters[None], made.sequences.lengths) is None


@pytest.mark.parametrize("smooth", [False, True])
def test_a_teacher_teaches_hazards_by_trajectories(tiny_experiments, smooth):
    own = with_hazard(tiny_experiments["artificial"], HAZARDS, smooth)
    made = experiment_agents(own, "train", "own", 6, seed=1)
    targets = teach(own, made.sequences, made.parameters, 1, "train", 0)
    assert targets is not None
    motions = motions_of(own.dynamics["own"], own.parameters)
    paths = targets.values if smooth else made.parameters[None]
    expected = hazards_of_paths(motions, paths, made.sequences.lengths)
    np.testing.assert_array_equal(targets.hazards, expected)
    np.testing.assert_allclose(targets.hazards.sum(axis=1), 1, rtol=1e-6)
    pool = pool_of(own, made.sequences, made.parameters, targets=targets)
    np.testing.assert_array_equal(whole(pool).hazards[:, -1].T, targets.hazards)
    one = with_hazard(tiny_experiments["artificial"], 0.01, smooth)
    assert teach(one, made.sequences, made.parameters, 1, "train", 0).hazards is None


def test_networks_together_say_the_mean_of_what_each_says(base, agents, tmp_path):
    own = with_hazard(base, HAZARDS)
    paths = [checkpoint(tmp_path / f"seed{seed}.pt", own, seed) for seed in (0, 1)]
    each = [infer([path], agents.sequences, own, "mean", noise(own)).hazard for path in paths]
    found = infer(paths, agents.sequences, own, "mean", noise(own))
    mean = (each[0].probability + each[1].probability) / 2
    np.testing.assert_allclose(found.hazard.probability, mean)
    assert found.hazards == tuple(HAZARDS)
    np.testing.assert_allclose(found.hazard.log_mean, mean @ np.log(HAZARDS))
    log_sd = np.abs(np.diff(np.log(HAZARDS))) * np.sqrt(mean.prod(axis=2))
    np.testing.assert_allclose(found.hazard.log_sd, log_sd)
    first = infer(paths, agents.sequences, own, "first", noise(own)).hazard
    np.testing.assert_array_equal(first.probability, each[0].probability)


def test_networks_of_other_hazards_are_refused(base, agents, tmp_path):
    own, other, one = (with_hazard(base, h) for h in (HAZARDS, [0.001, 0.2], 0.001))
    path = checkpoint(tmp_path / "seed0.pt", own)
    for number, wrong in enumerate((other, one), start=1):
        second = checkpoint(tmp_path / f"seed{number}.pt", wrong, number)
        both = [path, second]
        for call in (
            lambda both=both: infer(both, agents.sequences, own, "mean", noise(own)),
            lambda both=both: trnn.estimate(plain(1), network=both),
            lambda both=both: pack(tmp_path, {"trnn": both}, tmp_path / "no.npz", None),
        ):
            with pytest.raises(CheckpointError, match=r"hazards.* but .* has agents of whom each"):
                call()
    # A checkpoint's own hazards say which network it is.
    network, trained = read_checkpoint(path)
    assert estimated_hazards(trained) == tuple(HAZARDS) and network.hazards.out_features == 2


def test_anybodys_table_gets_the_columns_that_filters_write(base, tmp_path):
    own, smooths = (with_hazard(base, HAZARDS, smooth) for smooth in (False, True))
    paths = [
        checkpoint(tmp_path / "trnn.pt", own),
        checkpoint(tmp_path / "smooth.pt", smooths),
    ]
    found = trnn.estimate(plain(2), network=paths)
    for end in ("", "_smooth"):
        p = found[[f"p_hazard_1{end}", f"p_hazard_2{end}"]].to_numpy()
        np.testing.assert_allclose(p.sum(axis=1), 1)
        np.testing.assert_allclose(found[f"log_hazard{end}"], p @ np.log(HAZARDS))
        assert (found[f"log_hazard{end}_sd"] > 0).all()
        assert f"log_hazard{end}_mc_error" not in found
    assert "P(the person's hazard is 0.1)" in found.attrs["described"]["p_hazard_2"][0]
    assert "any of [0.001, 0.1] equally likely" in found.attrs["assumed"]["dynamics"]
    pack(tmp_path, {"trnn": paths[:1], "trnn_smooth": paths[1:]}, tmp_path / "own.npz", None)
    packed = trnn.estimate(plain(2), network=tmp_path / "own.npz")
    pd.testing.assert_frame_equal(packed, found, check_exact=True)


def test_stages_train_and_write_hazards(tiny_experiments, tmp_path):
    training = {"n_steps": 4, "steps_per_epoch": 2, "lanes": 4}
    own = with_hazard(tiny_experiments["artificial"], HAZARDS, **training)
    small = own.train.model_copy(update={"n_agents": 6, "n_validation": 3})
    own = from_view(view(own.model_copy(update={"train": small}), "trnn"))
    for split in ("train", "validation"):
        simulate_stage(own, split, tmp_path / f"{split}.parquet", 1, MADE)
    tables = [tmp_path / f"{name}.parquet" for name in ("train", "validation", "history", "found")]
    path = tmp_path / "seed0.pt"
    train_stage(tables[0], tables[1], path, tables[2], own, 1, 0, 1, "cpu", MADE)
    history = read_table(tables[2])
    assert np.isfinite(history[[f"train_{HAZARD}", f"validation_{HAZARD}"]]).all(axis=None)
    where = (tables[1], tables[3], from_view(view(own, "model")), "mean")
    infer_stage([path], *where, noise(own), 1, MADE)
    table = read_table(tables[3])
    names = [name for name in table if "hazard" in name]
    assert names == ["log_hazard", "log_hazard_sd", "p_hazard_1", "p_hazard_2"]
    np.testing.assert_allclose(table["p_hazard_1"] + table["p_hazard_2"], 1)
