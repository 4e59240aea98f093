"""A gated recurrent unit whose loop over trials does only what must wait for the trial before.

Cho et al. (2014), in PyTorch's form (`torch.nn.GRU`), whose parameters, names and numbers it has:

    r = logistic(W_ir x + b_ir + W_hr h + b_hr)
    z = logistic(W_iz x + b_iz + W_hz h + b_hz)
    n = tanh(W_in x + b_in + r (W_hn h + b_hn))
    h <- (1 - z) n + z h

On a processor, torch's own layer spends most of its time on the bookkeeping of many small
operations. Here the products with the input, and in the backward pass all factors of the gates'
derivatives and the gradients of the weights, are computed for all trials at once.
"""

from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import Tensor, nn


class GRU(nn.GRU):
    """A one-layer GRU over sequences (n, t, n_inputs); a drop-in for `torch.nn.GRU`."""

    weight_ih_l0: Tensor
    bias_ih_l0: Tensor
    weight_hh_l0: Tensor
    bias_hh_l0: Tensor

    def __init__(self, n_inputs: int, n_units: int) -> None:
        super().__init__(n_inputs, n_units, batch_first=True)

    def forward(  # type: ignore[override]
        self, inputs: Tensor, hidden: Tensor
    ) -> tuple[Tensor, Tensor]:
        """Return the states after every trial, (n, t, n_units), and the last, (1, n, n_units)."""
        projected = nn.functional.linear(inputs.transpose(0, 1), self.weight_ih_l0, self.bias_ih_l0)
        states = _Recurrence.apply(projected, hidden[0], self.weight_hh_l0, self.bias_hh_l0)
        return states.transpose(0, 1), states[-1:]


class GRUs(nn.Module):
    """Many GRUs of equal size side by side, each with weights and sequences of its own.

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
        """Return the states after every trial, (t, n_networks, n, units).

        Parameters
        ----------
        inputs : (t, n_networks, n, n_inputs)
        hidden : (n_networks, n, units)
        """
        projected = inputs @ self.weight_ih.mT + self.bias_ih[:, None, :]
        return _Recurrence.apply(projected, hidden, self.weight_hh, self.bias_hh)


class _Recurrence(torch.autograd.Function):
    """The recurrence over projected inputs (t, n, 3 units); returns states (t, n, units).

    With `weight` (n_networks, 3 units, units) and `bias` (n_networks, 3 units) the arrays of
    sequences have an axis of networks before that of sequences: (t, n_networks, n, ...).
    """

    @staticmethod
    def forward(ctx: Any, projected: Tensor, start: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
        n_trials, *several, width = projected.shape
        units = width // 3
        gates = projected.new_empty(n_trials, *several, 2 * units)  # r, z
        candidate = projected.new_empty(n_trials, *several, units)
        recurrent = projected.new_empty(n_trials, *several, width)
        states = projected.new_empty(n_trials + 1, *several, units)
        states[0] = start
        transposed = weight.mT
        product, offset = _product(weight, bias)
        for projected_t, gates_t, candidate_t, recurrent_t, before, after in zip(
            projected, gates, candidate, recurrent, states[:-1], states[1:], strict=True
        ):
            product(offset, before, transposed, out=recurrent_t)
            torch.add(projected_t[..., : 2 * units], recurrent_t[..., : 2 * units], out=gates_t)
            gates_t.sigmoid_()
            torch.addcmul(
                projected_t[..., 2 * units :],
                gates_t[..., :units],
                recurrent_t[..., 2 * units :],
                out=candidate_t,
            )
            candidate_t.tanh_()
            torch.lerp(candidate_t, before, gates_t[..., units:], out=after)
        ctx.save_for_backward(gates, candidate, recurrent[..., 2 * units :], states, weight)
        return states[1:]

    @staticmethod
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        gates, candidate, recurrent_n, states, weight = ctx.saved_tensors
        units = candidate.shape[-1]
        r, z = gates[..., :units], gates[..., units:]
        # Derivatives of the loss with respect to what enters each gate are the state's gradient
        # times these factors.
        to_n = (1 - z) * (1 - candidate.square())
        factors = torch.stack(
            (to_n * recurrent_n * r * (1 - r), (states[:-1] - candidate) * z * (1 - z), to_n * r),
            dim=-2,
        )
        total = torch.empty_like(candidate)  # gradient of every state
        entering = torch.empty_like(factors)  # of what enters the gates from the state before
        flowing = torch.zeros_like(candidate[0])
        product, _ = _product(weight, None)
        for t in range(len(candidate) - 1, -1, -1):
            torch.add(gradient[t], flowing, out=total[t])
            torch.mul(factors[t], total[t].unsqueeze(-2), out=entering[t])
            flowing = product(total[t] * z[t], entering[t].flatten(-2), weight)
        from_inputs = torch.cat((entering[..., :2, :].flatten(-2), total * to_n), dim=-1)
        flat, before = _by_network(entering.flatten(-2)), _by_network(states[:-1])
        return from_inputs, flowing, flat.mT @ before, flat.sum(dim=-2)


def _product(weight: Tensor, bias: Tensor | None) -> tuple[Callable[..., Tensor], Tensor | None]:
    """Return what adds a matrix product, of one network or of many, and the bias as it wants it."""
    if weight.dim() == 2:
        return torch.addmm, bias
    return torch.baddbmm, None if bias is None else bias.unsqueeze(-2)


def _by_network(array: Tensor) -> Tensor:
    """Return (t, n, k) as (t n, k), or (t, n_networks, n, k) as (n_networks, t n, k)."""
    if array.dim() == 3:
        return array.flatten(0, 1)
    return array.transpose(0, 1).flatten(1, 2)
