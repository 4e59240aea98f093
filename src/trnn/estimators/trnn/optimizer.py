"""Optimisers of a t-RNN: Adam, or Muon for the matrices between units and Adam for the rest.

Muon (Jordan et al. 2024, https://kellerjordan.github.io/posts/muon/) steps along the momentum's
nearest orthogonal matrix, by Newton and Schulz's iteration: all directions of a matrix are learned
equally fast, also those of small gradients. The matrices of a GRU's three gates are stacked into
one; each is a matrix of its own.
"""

import math
from collections.abc import Iterable
from functools import partial
from typing import Any

import torch
from torch import Tensor, nn

from trnn.config.estimators import Training
from trnn.estimators.recurrent.gru import GRU
from trnn.estimators.trnn.posterior_network import PosteriorNetwork

# Jordan's coefficients: they raise small singular values fast, and leave all between 0.7 and 1.2.
_ITERATION = (3.4445, -4.7750, 2.0315)
_N_ITERATIONS = 5
_TINY = 1e-30
RISE = 0.1  # share of the steps after which the linear schedule has reached its peak


class Muon(torch.optim.Optimizer):
    """Muon with Nesterov's momentum, for pairs of a stacked matrix and how many it is made of."""

    def __init__(
        self,
        matrices: Iterable[tuple[Tensor, int]],
        lr: float,
        momentum: float = 0.95,
        decay: float = 0.0,
    ) -> None:
        groups = [{"params": [weight], "n_blocks": n} for weight, n in matrices]
        super().__init__(groups, {"lr": lr, "momentum": momentum, "decay": decay})

    @torch.no_grad()
    def step(self, closure: Any = None) -> None:  # type: ignore[override]
        """Take a step along the gradients."""
        for group in self.param_groups:
            for weight in group["params"]:
                if weight.grad is None:
                    continue
                state = self.state[weight]
                if not state:
                    state["momentum"] = torch.zeros_like(weight)
                mean = state["momentum"].lerp_(weight.grad, 1.0 - group["momentum"])
                ahead = weight.grad.lerp(mean, group["momentum"])
                blocks = ahead.view(group["n_blocks"], -1, weight.shape[1])
                # A step's size per unit that is written to does not depend on the matrix's shape.
                size = math.sqrt(max(1.0, blocks.shape[1] / blocks.shape[2]))
                weight.mul_(1.0 - group["lr"] * group["decay"])
                weight.add_(orthogonal(blocks).reshape(weight.shape), alpha=-group["lr"] * size)


def orthogonal(matrices: Tensor) -> Tensor:
    """Return roughly U V' of each of k matrices U S V', (k, rows, columns)."""
    wide = matrices.shape[1] <= matrices.shape[2]
    x = matrices if wide else matrices.mT
    x = x / (torch.linalg.matrix_norm(x).view(-1, 1, 1) + _TINY)
    a, b, c = _ITERATION
    for _ in range(_N_ITERATIONS):
        square = x @ x.mT
        x = torch.baddbmm(x, torch.baddbmm(square, square, square, beta=b, alpha=c), x, beta=a)
    return x if wide else x.mT


def optimizers(network: nn.Module, settings: Training) -> list[torch.optim.Optimizer]:
    """Return the optimisers that together train all of a network's weights."""
    matrices: list[tuple[Tensor, int]] = []
    if settings.optimizer == "muon":
        matrices = between_units(network)
    others = set(network.parameters()) - {weight for weight, _ in matrices}
    rest = [weight for weight in network.parameters() if weight in others]
    adam = torch.optim.Adam(rest, lr=settings.learning_rate, fused=True)
    if not matrices:
        return [adam]
    return [adam, Muon(matrices, settings.matrix_rate, decay=settings.matrix_decay)]


def schedule_of(
    optimizer: torch.optim.Optimizer, settings: Training
) -> torch.optim.lr_scheduler.LRScheduler:
    """Return the schedule whose peaks are the optimiser's rates."""
    if settings.schedule == "one_cycle":
        rates = [group["lr"] for group in optimizer.param_groups]
        return torch.optim.lr_scheduler.OneCycleLR(optimizer, rates, total_steps=settings.n_steps)
    return torch.optim.lr_scheduler.LambdaLR(optimizer, partial(_share, n_steps=settings.n_steps))


def _share(step: int, n_steps: int) -> float:
    """Return the share of the peak that the rate has: linearly up, and linearly down to 0."""
    rise = max(1.0, RISE * n_steps)
    return max(0.0, min((step + 1) / rise, (n_steps - step) / (n_steps - rise + 1)))


def between_units(network: nn.Module) -> list[tuple[Tensor, int]]:
    """Return the matrices that lead to hidden units, and of how many equal ones each is made.

    Those of a GRU, and of the layers that are no output.
    """
    found: list[tuple[Tensor, int]] = []
    for module in network.modules():
        if isinstance(module, GRU):
            found += [(module.weight_ih_l0, 3), (module.weight_hh_l0, 3)]
    if isinstance(network, PosteriorNetwork):
        found.append((network.layer.weight, 1))
    return found
