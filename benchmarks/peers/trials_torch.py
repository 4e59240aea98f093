"""Posteriors on every trial by a plain program: torch's own GRU and a mixture of normals.

It has the sizes of the project's network and its density's family, reads choices and rewards, and
is trained by Adam on true values alone: what one would write in an afternoon.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.distributions import Categorical, MixtureSameFamily, MultivariateNormal

from benchmarks.measure import own_cpu
from benchmarks.peers.agents import NAMES, SEED, experiment, ranges, tested, training_round
from benchmarks.peers.rows import judged, named, rows
from benchmarks.peers.scores import summaries
from benchmarks.peers.session_inputs import (
    N_INPUTS,
    log_prior,
    session_inputs,
    session_targets,
)
from benchmarks.peers.sizes import SIZES
from benchmarks.peers.timing import spent
from benchmarks.peers.trials import SECTION, of_hundred, rate_share

D = len(NAMES)
PEAK = 3e-3  # of Adam's rate
SCALES = (1e-2, 1e2)


class MixtureGru(nn.Module):
    """A GRU (n, t, N_INPUTS) whose state gives a mixture of normals over the scores."""

    def __init__(self, units: int, layer: int, components: int) -> None:
        super().__init__()
        self.components = components
        self.gru = nn.GRU(N_INPUTS, units, batch_first=True)
        n_outputs = components * (1 + 2 * D + D * (D - 1) // 2)
        self.head = nn.Sequential(nn.Linear(units, layer), nn.ReLU(), nn.Linear(layer, n_outputs))

    def forward(self, inputs: Tensor, state: Tensor | None) -> tuple[MixtureSameFamily, Tensor]:
        """Return the mixture of every trial, and the last state."""
        features, state = self.gru(inputs, state)
        raw = self.head(features).unflatten(-1, (self.components, -1))
        weight, mean, scale, below = raw.split([1, D, D, D * (D - 1) // 2], dim=-1)
        factor = torch.diag_embed(scale.exp().clamp(*SCALES))
        row, column = torch.tril_indices(D, D, -1)
        factor[..., row, column] = below
        parts = MultivariateNormal(mean, scale_tril=factor, validate_args=False)
        mixed = Categorical(logits=weight.squeeze(-1), validate_args=False)
        return MixtureSameFamily(mixed, parts, validate_args=False), state


def batches(n_agents: int, lanes: int, window: int) -> Iterator[tuple[Tensor, Tensor, bool]]:
    """Yield windows of fresh agents' sessions, one after another, and whether sessions begin."""
    number = 0
    while True:
        made = training_round(number, n_agents)
        x = torch.from_numpy(session_inputs(made.sequences))
        z = torch.from_numpy(session_targets(made.parameters))
        number += 1
        for rows_ in torch.arange(n_agents).split(lanes):
            for first in range(0, x.shape[1], window):
                own = slice(first, first + window)
                yield x[rows_, own], z[rows_, own], first == 0


def trained(budget: float) -> tuple[MixtureGru, int]:
    """Train for `budget` seconds of the processor; return the network and its number of steps."""
    torch.manual_seed(SEED)
    own = experiment().estimators.trnn
    network = MixtureGru(own.network.hidden_units, own.network.posterior.units, 8)
    optimizer = torch.optim.Adam(network.parameters())
    started, steps, state = own_cpu(), 0, None
    for x, z, begins in batches(SIZES.train_agents, own.training.lanes, own.training.window):
        elapsed = own_cpu() - started
        if elapsed >= budget:
            break
        optimizer.param_groups[0]["lr"] = PEAK * rate_share(elapsed, budget)
        mixed, state = network(x, None if begins else state.detach())
        optimizer.zero_grad()
        (-mixed.log_prob(z).mean()).backward()
        nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        optimizer.step()
        steps += 1
    return network.eval(), steps


@torch.no_grad()
def draws(network: MixtureGru, inputs: np.ndarray) -> np.ndarray:
    """Return draws of the values before each choice, (n_draws, n, t, d)."""
    low, high = ranges()
    mixed, _ = network(torch.from_numpy(inputs), None)
    z = mixed.sample((SIZES.posterior_draws,))
    return low + (high - low) * torch.special.ndtr(z).numpy()


def measure() -> list[dict[str, Any]]:
    """Return the rows of this peer."""
    torch.set_num_threads(1)
    agents = tested("switching", SIZES.tested_agents)
    (network, steps), training = spent(lambda: trained(SIZES.budget))
    inputs, z = session_inputs(agents.sequences), session_targets(agents.parameters)
    (mean, quantiles), seconds = spent(lambda: summaries(draws(network, inputs)))
    with torch.no_grad():
        mixed, _ = network(torch.from_numpy(inputs), None)
        density = mixed.log_prob(torch.from_numpy(z)).numpy() - log_prior(z)
    scores = judged(mean, agents.parameters, np.moveaxis(quantiles, 0, -1), density)
    scores |= {"s of training": training, "s for 100 agents": of_hundred(seconds), "steps": steps}
    return rows(SECTION, f"{named('torch')}: a GRU, mixture density, Adam", "peer", scores)
