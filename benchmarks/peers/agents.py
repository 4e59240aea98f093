"""The agents that everybody is given, and the experiment that they are of."""

from functools import cache

import numpy as np

from benchmarks import problems
from benchmarks.peers.sizes import SIZES
from trnn.config.experiment import Experiment
from trnn.theory.agents import experiment_agents
from trnn.theory.models import get_model
from trnn.theory.simulate import Agents

SEED = problems.SEED
KEY = "peers"  # of all random numbers here: no agent of a run is among these
NAMES = ("alpha", "beta")
MODEL = get_model("q_learning")


@cache
def experiment() -> Experiment:
    """Return `artificial`, with sessions of the size that is measured."""
    return problems.artificial(SIZES.trials)


@cache
def tested(dynamics: str, n: int) -> Agents:
    """Return `n` agents that nobody is trained on."""
    return experiment_agents(experiment(), KEY, dynamics, n, SEED)


def training_round(number: int, n: int) -> Agents:
    """Return round `number` of the agents that a peer's network is trained on.

    They are of the dynamics of the project's own training, and of other seeds.
    """
    own = experiment()
    split = f"{KEY} training"
    return experiment_agents(own, split, own.train.dynamics, n, SEED, part=number, detail=False)


def ranges() -> np.ndarray:
    """Return the lowest and the highest value of each parameter, (2, d)."""
    own = experiment().parameters.values()
    return np.array([[r.low for r in own], [r.high for r in own]], dtype=float)
