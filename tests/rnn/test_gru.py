"""The project's GRU against torch's own: outputs, memory and every gradient."""

import pytest
import torch

from trnn.rnn.gru import GRU


@pytest.mark.parametrize(("n", "t", "n_inputs", "units"), [(1, 1, 1, 1), (5, 17, 4, 8)])
def test_it_equals_torchs_layer(n, t, n_inputs, units):
    generator = torch.Generator().manual_seed(0)
    ours = GRU(n_inputs, units).double()
    theirs = torch.nn.GRU(n_inputs, units, batch_first=True).double()
    theirs.load_state_dict(ours.state_dict())
    results = []
    for layer in (ours, theirs):
        generator.manual_seed(0)
        inputs = torch.randn(n, t, n_inputs, generator=generator, dtype=torch.double)
        hidden = torch.randn(1, n, units, generator=generator, dtype=torch.double)
        weight = torch.randn(n, t, units, generator=generator, dtype=torch.double)
        inputs.requires_grad_()
        hidden.requires_grad_()
        states, last = layer(inputs, hidden)
        ((states * weight).sum() + last.square().sum()).backward()
        gradients = [p.grad for p in (inputs, hidden, *layer.parameters())]
        results.append([states, last, *gradients])
    for a, b in zip(*results, strict=True):
        torch.testing.assert_close(a, b, rtol=1e-10, atol=1e-12)


def test_its_gradients_are_the_derivatives():
    layer = GRU(2, 3).double()
    inputs = torch.randn(2, 4, 2, dtype=torch.double, requires_grad=True)
    hidden = torch.randn(1, 2, 3, dtype=torch.double, requires_grad=True)
    assert torch.autograd.gradcheck(layer, (inputs, hidden))
