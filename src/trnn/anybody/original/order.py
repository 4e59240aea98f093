"""In which order a network of the original study reads its inputs: it is not documented.

The order whose network predicts the choices of simulated agents best is taken.
"""

import math
from dataclasses import dataclass
from itertools import permutations

import numpy as np
import torch

from trnn.anybody.original.network import OriginalNetwork
from trnn.config.experiment import Experiment
from trnn.estimators.recurrent.inputs import inputs
from trnn.theory.agents import experiment_agents
from trnn.trials.sequences import Sequences

Array = np.ndarray

AGENTS = 50
LITTLE = 0.01  # nats: what predicts no better than this below chance predicts nothing
NAMES = ("reward", "action 0", "action 1", "block's start")


@dataclass(frozen=True)
class _Inputs:
    """Inputs of a network, as `trnn.estimators.recurrent.inputs` makes them."""

    block_start_input: bool
    reward_scale: float = 1.0


@dataclass(frozen=True)
class Order:
    """An order of the inputs: which of `NAMES` comes first, second, ...

    `bce`: mean -log P(choice) of the agents under it, nats; `next_bce`: under the next best of the
    `n_orders` that there are.
    """

    order: tuple[int, ...]
    bce: float
    next_bce: float
    n_orders: int

    def words(self) -> str:
        """Return which order was taken, and why."""
        named = ", ".join(NAMES[i] for i in self.order)
        told = (
            f"{named}, of the trial before: their order is not documented, and of {self.n_orders} "
            f"this one predicts the choices of {AGENTS} simulated agents best (mean -log P(choice) "
            f"{self.bce:.4f}, the next best {self.next_bce:.4f}, chance {math.log(2):.4f})"
        )
        if self.bce > math.log(2) - LITTLE:
            told += ". No order predicts better than chance: the estimates are doubtful"
        return told


def choose_order(network: OriginalNetwork, experiment: Experiment, seed: int) -> Order:
    """Return the order of the inputs with the best prediction of simulated agents' choices."""
    agents = experiment_agents(
        experiment, "estimate", experiment.train.dynamics, AGENTS, seed, detail=False
    ).sequences
    orders = list(permutations(range(network.n_inputs)))
    errors = np.array([_bce(network, agents, order) for order in orders])
    best, second = np.argsort(errors, kind="stable")[:2]
    return Order(orders[best], float(errors[best]), float(errors[second]), len(orders))


@torch.no_grad()
def outputs(
    network: OriginalNetwork, sequences: Sequences, order: tuple[int, ...]
) -> tuple[Array, Array]:
    """Return values (n, t, d), in the network's order, and P(action 0), (n, t).

    Raises
    ------
    NumericalError
        If a reward is not a finite float32, with the subject and the trial.
    """
    own = inputs(sequences, _Inputs(network.n_inputs == len(NAMES)))
    values, logits = network(torch.from_numpy(np.ascontiguousarray(own[..., list(order)])))
    p_action = torch.softmax(logits.double(), dim=-1)
    return values.double().numpy(), p_action[..., 0].numpy()


def _bce(network: OriginalNetwork, agents: Sequences, order: tuple[int, ...]) -> float:
    _, p_action_0 = outputs(network, agents, order)
    p = np.where(agents.action == 0, p_action_0, 1.0 - p_action_0)[agents.valid]
    with np.errstate(divide="ignore"):
        return float(-np.log(p).mean())
