"""The project's GRUs against torch's own: states, memory and every gradient."""

import os
import subprocess
import sys

import pytest
import torch

from trnn.estimators.recurrent import gru
from trnn.estimators.recurrent.gru import GRU, GRUs

# (n, t, n_inputs, units): single ones, odd sizes, windows under and over a block of trials.
SIZES = [(1, 1, 1, 1), (5, 17, 4, 8), (64, 100, 17, 32), (66, 8, 4, 10), (3, 9, 2, 5)]


@pytest.fixture(params=["compiled", "stock"])
def path(request, monkeypatch):
    """Either way of computing it."""
    if request.param == "stock":
        monkeypatch.setattr(gru, "_compiled_runs", lambda _: False)


def draw(generator, *shape):
    return torch.randn(*shape, generator=generator).requires_grad_()


def relative_error(ours, theirs):
    return float((ours - theirs).abs().max() / theirs.abs().max().clamp(min=1e-3))


@pytest.mark.parametrize(("n", "t", "n_inputs", "units"), SIZES)
def test_it_equals_torchs_layer_to_float32_accuracy(n, t, n_inputs, units, path):
    """States, last states and all gradients against torch's own layer in float64."""
    generator = torch.Generator().manual_seed(0)
    ours = GRU(n_inputs, units)
    theirs = torch.nn.GRU(n_inputs, units).double()
    theirs.load_state_dict(ours.state_dict())
    inputs, hidden = draw(generator, n_inputs, t, n), draw(generator, units, n)
    weight = torch.randn(units, t, n, generator=generator)
    states, last = ours(inputs, hidden)
    ((states * weight).sum() + last.square().sum()).backward()

    inputs_64 = inputs.detach().double().permute(1, 2, 0).requires_grad_()
    hidden_64 = hidden.detach().double().mT.unsqueeze(0).requires_grad_()
    states_64, last_64 = theirs(inputs_64, hidden_64)
    ((states_64 * weight.permute(1, 2, 0)).sum() + last_64.square().sum()).backward()
    assert (states - states_64.permute(2, 0, 1)).abs().max() < 1e-6
    assert (last - last_64[0].mT).abs().max() < 1e-6
    assert relative_error(inputs.grad, inputs_64.grad.permute(2, 0, 1)) < 1e-5
    assert relative_error(hidden.grad, hidden_64.grad[0].mT) < 1e-5
    for own, other in zip(ours.parameters(), theirs.parameters(), strict=True):
        assert relative_error(own.grad, other.grad) < 1e-5


@pytest.mark.parametrize(("n", "t", "n_inputs", "units"), SIZES)
def test_networks_side_by_side_are_single_ones(n, t, n_inputs, units, path):
    generator = torch.Generator().manual_seed(0)
    singles = [GRU(n_inputs, units) for _ in range(3)]
    many = GRUs(singles)
    inputs, hidden = draw(generator, n_inputs, t, n), draw(generator, 3, units, n)
    states = many(inputs, hidden)
    states.square().sum().backward()
    total, inputs.grad = inputs.grad, None
    for i, single in enumerate(singles):
        own, _ = single(inputs, hidden[i])
        torch.testing.assert_close(states[i], own)
        own.square().sum().backward()
        for name in ("weight_ih", "weight_hh", "bias_ih", "bias_hh"):
            stacked = getattr(many, name).grad[i]
            assert relative_error(stacked, getattr(single, f"{name}_l0").grad) < 1e-5
    assert relative_error(total, inputs.grad) < 1e-5


@pytest.mark.parametrize(
    ("inputs", "hidden"),
    [((4, 20, 7), (6, 7)), ((2, 20, 7), (6, 7)), ((3, 20, 7), (6, 8)), ((3, 20, 7), (5, 7))],
)
def test_what_does_not_fit_the_weights_is_refused(inputs, hidden, path):
    """Compiled code would go on, with what happens to lie in memory beyond the arrays."""
    with pytest.raises((ValueError, RuntimeError)):
        GRU(3, 6)(torch.zeros(inputs), torch.zeros(hidden))


def test_states_run_on_and_nothing_need_be_kept_for_gradients():
    layer = GRU(3, 6)
    inputs, hidden = torch.randn(3, 20, 7), torch.zeros(6, 7)
    whole, _ = layer(inputs, hidden)
    with torch.no_grad():
        first, last = layer(inputs[:, :11], hidden)
        second, _ = layer(inputs[:, 11:], last)
    torch.testing.assert_close(torch.cat((first, second), dim=1), whole, rtol=0, atol=1e-6)


def test_extreme_inputs_saturate_and_what_is_not_a_number_is_seen(path):
    layer = GRU(2, 3)
    inputs = torch.tensor([1e6, -1e6, 1e30])[None, None, :].repeat(2, 4, 1)
    states, _ = layer(inputs, torch.zeros(3, 3))
    assert torch.isfinite(states).all() and (states.abs() <= 1).all()
    inputs[0, 2, 1] = torch.nan
    states, _ = layer(inputs, torch.zeros(3, 3))
    assert torch.isfinite(states[:, :2]).all() and torch.isfinite(states[..., [0, 2]]).all()
    assert torch.isnan(states[:, 2:, 1]).all()


def test_the_same_inputs_give_the_same_bytes():
    results = []
    for _ in range(2):
        torch.manual_seed(0)
        layer, inputs = GRU(4, 32), torch.randn(4, 50, 64)
        states, _ = layer(inputs, torch.zeros(32, 64))
        states.square().sum().backward()
        results.append([states.detach(), *(p.grad for p in layer.parameters())])
    for a, b in zip(*results, strict=True):
        assert torch.equal(a, b)


def run_python(script: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Return what a script in a Python of its own did."""
    done = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        text=True,
        env=os.environ | environment,
    )
    assert done.returncode == 0, done.stderr
    return done


def test_a_process_that_compiles_gives_the_bytes_of_one_that_loads(tmp_path):
    script = (
        "import hashlib, torch\n"
        "from trnn.estimators.recurrent import gru\n"
        "torch.manual_seed(0)\n"
        "layer, inputs = gru.GRU(4, 32), torch.randn(4, 50, 64, requires_grad=True)\n"
        "states, _ = layer(inputs, torch.zeros(32, 64))\n"
        "states.square().sum().backward()\n"
        "results = (states.detach(), inputs.grad, *(p.grad for p in layer.parameters()))\n"
        "print([hashlib.sha256(r.numpy().tobytes()).hexdigest() for r in results])\n"
        "kernels = gru.fused.forward, gru.fused.backward\n"
        "print([sum(kernel.stats.cache_hits.values()) for kernel in kernels])\n"
    )
    compiled, loaded = (
        run_python(script, NUMBA_CACHE_DIR=str(tmp_path)).stdout.splitlines() for _ in range(2)
    )
    assert (compiled[1], loaded[1]) == ("[0, 0]", "[1, 1]")
    assert compiled[0] == loaded[0]


def test_without_torchs_blas_scipys_gives_the_same():
    run_python(
        "from pathlib import Path\n"
        "from trnn.estimators.recurrent import blas\n"
        "blas.TORCH_LIBRARY = Path('absent')\n"
        "import torch\n"
        "from trnn.estimators.recurrent import gru\n"
        "assert gru.recurrence().endswith('with the BLAS of scipy')\n"
        "layer, x, h = gru.GRU(4, 8), torch.randn(4, 20, 6), torch.zeros(8, 6)\n"
        "states, _ = layer(x, h)\n"
        "gru._compiled_runs = lambda _: False\n"
        "torch.testing.assert_close(states, layer(x, h)[0], rtol=1e-5, atol=1e-6)\n"
    )
