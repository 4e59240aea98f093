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


class _Recurrence(torch.autograd.Function):
    """The recurrence over (t, n, 3 units) of projected inputs; returns states (t, n, units)."""

    @staticmethod
    def forward(ctx: Any, projected: Tensor, start: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
        n_trials, n, width = projected.shape
        units = width // 3
        gates = projected.new_empty(n_trials, n, 2 * units)  # r, z
        candidate = projected.new_empty(n_trials, n, units)
        recurrent = projected.new_empty(n_trials, n, width)
        states = projected.new_empty(n_trials + 1, n, units)
        states[0] = start
        transposed = weight.t()
        for projected_t, gates_t, candidate_t, recurrent_t, before, after in zip(
            projected, gates, candidate, recurrent, states[:-1], states[1:], strict=True
        ):
            torch.addmm(bias, before, transposed, out=recurrent_t)
            torch.add(projected_t[:, : 2 * units], recurrent_t[:, : 2 * units], out=gates_t)
            gates_t.sigmoid_()
            torch.addcmul(
                projected_t[:, 2 * units :],
                gates_t[:, :units],
                recurrent_t[:, 2 * units :],
                out=candidate_t,
            )
            candidate_t.tanh_()
            torch.lerp(candidate_t, before, gates_t[:, units:], out=after)
        ctx.save_for_backward(gates, candidate, recurrent[..., 2 * units :], states, weight)
        return states[1:]

    @staticmethod
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        gates, candidate, recurrent_n, states, weight = ctx.saved_tensors
        n_trials, n, units = candidate.shape
        r, z = gates[..., :units], gates[..., units:]
        # Derivatives of the loss with respect to what enters each gate are the state's gradient
        # times these factors.
        to_n = (1 - z) * (1 - candidate.square())
        factors = torch.stack(
            (to_n * recurrent_n * r * (1 - r), (states[:-1] - candidate) * z * (1 - z), to_n * r),
            dim=2,
        )
        total = torch.empty_like(candidate)  # gradient of every state
        entering = torch.empty_like(factors)  # of what enters the gates from the state before
        flowing = torch.zeros_like(candidate[0])
        for t in range(n_trials - 1, -1, -1):
            torch.add(gradient[t], flowing, out=total[t])
            torch.mul(factors[t], total[t].unsqueeze(1), out=entering[t])
            flowing = torch.addmm(total[t] * z[t], entering[t].view(n, 3 * units), weight)
        from_inputs = torch.cat(
            (entering[:, :, :2].reshape(n_trials, n, 2 * units), total * to_n), dim=-1
        )
        flat = entering.view(n_trials * n, 3 * units)
        weight_gradient = flat.t() @ states[:-1].reshape(n_trials * n, units)
        return from_inputs, flowing, weight_gradient, flat.sum(dim=0)
