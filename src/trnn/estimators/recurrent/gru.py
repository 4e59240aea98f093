"""A gated recurrent unit with channels first, and many of them side by side.

Cho et al. (2014), in PyTorch's form (`torch.nn.GRU`), whose parameters, names and numbers it has.
On a processor the loop over trials is compiled (`trnn.estimators.recurrent.fused`); on a graphics
processor, and in other than single precision, it is torch's own (cuDNN's).
"""

from collections.abc import Sequence
from importlib.metadata import version
from typing import Any

import torch
from torch import Tensor, nn

from trnn.estimators.recurrent import fused


def recurrence() -> str:
    """Return what runs the loop over trials on a processor: two ways differ in the last digits."""
    return f"compiled by numba {version('numba')}, with the BLAS of {fused.BLAS}"


class GRU(nn.GRU):
    """A one-layer GRU over sequences (n_inputs, t, n)."""

    weight_ih_l0: Tensor
    bias_ih_l0: Tensor
    weight_hh_l0: Tensor
    bias_hh_l0: Tensor

    def __init__(self, n_inputs: int, n_units: int) -> None:
        super().__init__(n_inputs, n_units)

    def forward(  # type: ignore[override]
        self, inputs: Tensor, hidden: Tensor
    ) -> tuple[Tensor, Tensor]:
        """Return the states after every trial, (units, t, n), and the last, (units, n).

        Parameters
        ----------
        inputs : (n_inputs, t, n)
        hidden : (units, n)

        Raises
        ------
        ValueError, RuntimeError
            If they do not fit the weights, or one another (the latter from torch's own layer).
        """
        if not _compiled_runs(inputs):
            states, _ = super().forward(
                inputs.permute(1, 2, 0), hidden.mT.unsqueeze(0).contiguous()
            )
            states = states.permute(2, 0, 1).contiguous()
            return states, states[:, -1]
        weights = (self.weight_ih_l0, self.weight_hh_l0, self.bias_ih_l0, self.bias_hh_l0)
        states = _run(inputs, hidden.unsqueeze(0), *(w.unsqueeze(0) for w in weights))
        # Not [0]: the gradient of a selection is copied into an array of zeros.
        states = states.squeeze(0)
        return states, states[:, -1]


class GRUs(nn.Module):
    """Many GRUs of equal size side by side, each with weights and states of its own.

    What it computes for each of them is what `GRU` computes. `weight_ih` (n_networks, 3 units,
    n_inputs), `weight_hh` (n_networks, 3 units, units) and the biases (n_networks, 3 units) are the
    stacked parameters of single ones.
    """

    def __init__(self, networks: Sequence[nn.GRU]) -> None:
        super().__init__()

        def stacked(name: str) -> nn.Parameter:
            return nn.Parameter(torch.stack([getattr(n, name).detach() for n in networks]))

        self.weight_ih = stacked("weight_ih_l0")
        self.weight_hh = stacked("weight_hh_l0")
        self.bias_ih = stacked("bias_ih_l0")
        self.bias_hh = stacked("bias_hh_l0")

    def forward(self, inputs: Tensor, hidden: Tensor) -> Tensor:
        """Return the states after every trial, (n_networks, units, t, n).

        Parameters
        ----------
        inputs : (n_inputs, t, n), the same for all networks
        hidden : (n_networks, units, n)
        """
        weights = (self.weight_ih, self.weight_hh, self.bias_ih, self.bias_hh)
        if _compiled_runs(inputs):
            return _run(inputs, hidden, *weights)
        return torch.stack(
            [_stock(inputs, start, own) for start, *own in zip(hidden, *weights, strict=True)]
        )


def _stock(inputs: Tensor, start: Tensor, weights: Sequence[Tensor]) -> Tensor:
    """Return torch's own states, (units, t, n), of one network."""
    states, _ = torch.gru(
        inputs.permute(1, 2, 0),
        start.mT.unsqueeze(0).contiguous(),
        tuple(weights),
        has_biases=True,
        num_layers=1,
        dropout=0.0,
        train=False,
        bidirectional=False,
        batch_first=False,
    )
    return states.permute(2, 0, 1)


def _compiled_runs(inputs: Tensor) -> bool:
    return inputs.device.type == "cpu" and inputs.dtype == torch.float32


def _run(inputs: Tensor, hidden: Tensor, *weights: Tensor) -> Tensor:
    n_networks, units, n = hidden.shape
    expected = (weights[0].shape[2], inputs.shape[1], n)
    if inputs.shape != expected or weights[1].shape != (n_networks, 3 * units, units):
        # What is compiled would read the memory beyond the smaller of them.
        raise ValueError(
            f"inputs {tuple(inputs.shape)} and states {tuple(hidden.shape)} do not fit weights "
            f"{tuple(weights[0].shape)} and {tuple(weights[1].shape)}: expected inputs {expected}"
        )
    arrays = (inputs, hidden, *weights)
    keep = torch.is_grad_enabled() and any(a.requires_grad for a in arrays)
    return _Compiled.apply(keep, *(a.contiguous() for a in arrays))


class _Compiled(torch.autograd.Function):
    """`fused` as a function of torch's: its arguments, after `keep`, and its states.

    Without `keep` nothing is stored for a backward pass.
    """

    @staticmethod
    def forward(ctx: Any, keep: bool, inputs: Tensor, start: Tensor, *weights: Tensor) -> Tensor:
        n_networks, units, n = start.shape
        n_trials = inputs.shape[1]
        states = inputs.new_empty(n_networks, units, n_trials, n)
        saved = inputs.new_empty(n_networks, n_trials if keep else 1, 5, units, n)
        fused.forward(*_arrays(inputs, start, *weights, states, saved))
        ctx.save_for_backward(inputs, start, weights[0], weights[1], states, saved)
        return states

    @staticmethod
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor | None, ...]:
        inputs, start, w_ih, w_hh, states, saved = ctx.saved_tensors
        of_inputs = torch.empty_like(inputs) if ctx.needs_input_grad[1] else inputs[:0]
        of_weights = [torch.empty_like(w) for w in (w_ih, w_hh)]
        of_biases = [w_ih.new_empty(w_ih.shape[:2]) for _ in range(2)]
        gradients = (of_inputs, torch.empty_like(start), *of_weights, *of_biases)
        read = (gradient.contiguous(), inputs, start, w_ih, w_hh, states, saved)
        fused.backward(*_arrays(*read, *gradients))
        return None, of_inputs if len(of_inputs) else None, *gradients[1:]


def _arrays(*tensors: Tensor) -> list[Any]:
    return [tensor.detach().numpy() for tensor in tensors]
