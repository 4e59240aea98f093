"""Networks of the original study: made here, with its structure; none of its own weights."""

from itertools import permutations

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn import functional

import trnn
from tests.anybody.made import plain
from trnn.anybody.original import order as order_module
from trnn.anybody.original.checkpoint import read_original
from trnn.anybody.original.network import OriginalNetwork
from trnn.anybody.original.order import choose_order
from trnn.anybody.original.trained_for import trained_for
from trnn.errors import CheckpointError, ConfigError, DataError

CLASSES = {"alpha": 3, "beta": 5, "kappa": 5}
# A network's inputs are reward, action 0, action 1, block's start in this order.
ORDER = (2, 0, 3, 1)


def state_of(classes, order):
    """Weights of a network that tends to repeat what was rewarded, and is random beside that."""
    generator = torch.Generator().manual_seed(1)

    def some(*shape):
        return 0.3 * torch.randn(*shape, generator=generator)

    n, units = len(order), sum(classes.values())
    state = {}
    for layer, width in (("hidden_0", n), ("hidden_1", n + units)):
        state |= {
            f"{layer}.weight_ih_l0": some(96, width),
            f"{layer}.weight_hh_l0": some(96, 32),
            f"{layer}.bias_ih_l0": some(96),
            f"{layer}.bias_hh_l0": some(96),
        }
    for name, k in classes.items():
        state |= {f"out_{name}.weight": some(k, 32), f"out_{name}.bias": some(k)}
        state |= {f"reg_{name}.weight": some(1, k), f"reg_{name}.bias": some(1)}
    state |= {"out_action.weight": 0.1 * some(2, 32), "out_action.bias": torch.zeros(2)}
    for unit in (0, 1):  # on only after its action was rewarded
        for gate, at in (("update", 32 + unit), ("new", 64 + unit)):
            state["hidden_1.weight_ih_l0"][at] = 0
            state["hidden_1.weight_hh_l0"][at] = 0
            state["hidden_1.bias_hh_l0"][at] = 0
            state["hidden_1.bias_ih_l0"][at] = -20 if gate == "update" else -4
        for source in (0, 1 + unit):
            state["hidden_1.weight_ih_l0"][64 + unit, order.index(source)] = 3
        state["out_action.weight"][unit, unit] = 3
    return state


def saved(path, state, **more):
    content = {"epoch": 7, "model_state": state, "optim_state": {"state": {}}, "loss": 0.5}
    torch.save(content | more, path)
    return f"original:{path}"


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory):
    path = tmp_path_factory.mktemp("original") / "checkpoint_trnn1.pth"
    return saved(path, state_of(CLASSES, ORDER))


def forward(state, classes, x):
    """The network, written out: x (1, t, n_inputs); values by name and P(action 0), (t,) each."""

    def gru(layer, inputs):
        own = nn.GRU(inputs.shape[-1], 32, batch_first=True)
        own.load_state_dict({k.split(".")[1]: v for k, v in state.items() if k.startswith(layer)})
        return own(inputs)[0]

    def linear(layer, inputs):
        return functional.linear(inputs, state[f"{layer}.weight"], state[f"{layer}.bias"])

    with torch.no_grad():
        first = gru("hidden_0", x)
        units = {name: functional.relu(linear(f"out_{name}", first)) for name in classes}
        values = {name: linear(f"reg_{name}", own)[0, :, 0] for name, own in units.items()}
        second = gru("hidden_1", torch.cat((x, *units.values()), dim=2))
        logits = linear("out_action", second)[0].double()
    p = 1 / (1 + torch.exp(logits[:, 1] - logits[:, 0]))
    return {name: own.double().numpy() for name, own in values.items()}, p.numpy()


def inputs_of(frame, order):
    """A person's inputs, trial by trial."""
    rows, before = [], None
    for row in frame.itertuples():
        known = before is not None and before.block == row.block
        x = [
            float(known and before.reward),
            float(known and before.action == 0),
            float(known and before.action == 1),
            float(not known),
        ]
        rows.append([x[i] for i in order])
        before = row
    return torch.tensor([rows], dtype=torch.float32)


def test_the_numbers_are_those_of_the_network_written_out(checkpoint, monkeypatch):
    monkeypatch.setattr(order_module, "AGENTS", 5)
    frame = plain(2)
    found = trnn.estimate(frame, network=checkpoint)
    state = state_of(CLASSES, ORDER)
    told = found.attrs["assumed"]
    order = [order_module.NAMES.index(name) for name in told["inputs"].split(", ")[:4]]
    for subject, own in frame.groupby("subject"):
        values, p = forward(state, CLASSES, inputs_of(own, order))
        here = found[found["subject"] == subject]
        np.testing.assert_array_equal(here["alpha"], values["alpha"])
        np.testing.assert_array_equal(here["beta"], values["beta"])
        np.testing.assert_array_equal(here["kappa"], values["kappa"] - 0.5)
        np.testing.assert_allclose(here["p_action_0"], p, rtol=1e-12)
    assert "of 24 this one predicts" in told["inputs"]
    assert (
        "kappa in [-0.5, 0.5]" in told["model"]
        and "kappa is what the network gives and -0.5" in (told["method"])
    )
    assert "alpha_sd" not in found


@pytest.mark.parametrize("order", list(permutations(range(3)))[1::2])
def test_the_order_that_predicts_agents_best_is_found(order, monkeypatch):
    monkeypatch.setattr(order_module, "AGENTS", 10)
    classes = {"alpha": 5, "beta": 5}
    network = OriginalNetwork(3, classes)
    network.load_state_dict(state_of(classes, order))
    chosen = choose_order(network, trained_for(["alpha", "beta"]).experiment, seed=1)
    assert chosen.order == order and chosen.n_orders == 6
    assert chosen.bce < chosen.next_bce and "doubtful" not in chosen.words()


def test_a_network_that_predicts_nothing_is_called_doubtful(monkeypatch):
    monkeypatch.setattr(order_module, "AGENTS", 2)
    classes = {"beta": 5, "gamma": 5}
    state = {name: torch.zeros_like(w) for name, w in state_of(classes, (0, 1, 2)).items()}
    network = OriginalNetwork(3, classes)
    network.load_state_dict(state)
    chosen = choose_order(network, trained_for(classes).experiment, seed=1)
    assert "No order predicts better than chance" in chosen.words()


def _without(name):
    return lambda state: state.pop(name)


def _with(name, *shape):
    return lambda state: state.update({name: torch.zeros(*shape)})


def _infinite(state):
    state["reg_beta.bias"][0] = torch.inf


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        (_without("reg_beta.bias"), r"\['reg_beta\.bias'\] are missing"),
        (_without("hidden_0.weight_ih_l0"), "reads no inputs"),
        (_with("hidden_0.weight_ih_l1", 96, 32), r"\['hidden_0\.weight_ih_l1'\] are unknown"),
        (_with("hidden_0.weight_ih_l0", 96, 5), "reads 5 inputs; expected 3"),
        (_with("hidden_1.bias_hh_l0", 48), r"shape \(48,\), expected \(96,\)"),
        (_with("out_delta.weight", 5, 32), r"class layers .* of \['alpha', .*'delta'\]"),
        (_infinite, r"reg_beta\.bias does not hold finite numbers"),
    ],
)
def test_other_layers_are_refused_by_name(tmp_path, spoil, told):
    state = state_of(CLASSES, ORDER)
    spoil(state)
    saved(tmp_path / "c.pth", state)
    with pytest.raises(CheckpointError, match=told):
        read_original(tmp_path / "c.pth")


def test_what_is_no_checkpoint_of_the_original_is_refused(tmp_path):
    state = state_of(CLASSES, ORDER)
    path = tmp_path / "c.pth"
    with pytest.raises(CheckpointError, match="no such file"):
        read_original(path)
    path.write_text("no")
    with pytest.raises(CheckpointError, match="not a file of torch that holds plain data"):
        read_original(path)
    saved(path, state, code="more")
    with pytest.raises(CheckpointError, match=r"it holds \['code', 'epoch'"):
        read_original(path)
    torch.save([1.0], path)
    with pytest.raises(CheckpointError, match="it holds list"):
        read_original(path)
    saved(path, [1.0])
    with pytest.raises(CheckpointError, match="no tensors by name"):
        read_original(path)


def test_code_in_a_checkpoint_is_not_run(tmp_path):
    torch.save(nn.Linear(2, 2), tmp_path / "c.pth")
    with pytest.raises(CheckpointError, match="not a file of torch that holds plain data"):
        read_original(tmp_path / "c.pth")


def test_rewards_that_its_task_cannot_pay_are_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(order_module, "AGENTS", 2)
    classes = {"alpha": 5, "beta": 5}
    given = saved(tmp_path / "c.pth", state_of(classes, (0, 1, 2)))
    with pytest.raises(DataError, match=r"hold 2\.5, but the network was trained on rewards of 0"):
        trnn.estimate(plain(1).assign(reward=2.5), network=given)
    with pytest.raises(ConfigError, match="is applied alone"):
        trnn.estimate(plain(1), network=[given, given])
