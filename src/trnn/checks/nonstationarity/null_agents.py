"""Agents of each comparison's own null: one parameter is constant while the others switch."""

from collections.abc import Mapping

import numpy as np

from trnn.config.dynamics import Range, Switching
from trnn.config.experiment import Experiment
from trnn.theory.dynamics import SwitchingDynamics
from trnn.theory.models import get_model
from trnn.theory.simulate import Agents, simulate

Array = np.ndarray


class OneHeld(SwitchingDynamics):
    """Switching dynamics in which one parameter stays as it was drawn."""

    def __init__(self, ranges: Mapping[str, Range], settings: Switching, held: str) -> None:
        super().__init__(ranges, settings)
        self.held = list(ranges).index(held)

    def step(self, state: Array, noise: Array, trial: int) -> Array:
        """Redraw, in place, each other parameter whose uniform is under the hazard."""
        noise = noise.copy()
        noise[self.held] = np.inf  # under no hazard
        return super().step(state, noise, trial)


def null_agents(
    experiment: Experiment, switching: Switching, name: str, n_agents: int, seed: int
) -> Agents:
    """Simulate agents whose parameter `name` is constant; the others follow `switching`."""
    return simulate(
        get_model(experiment.model),
        OneHeld(experiment.parameters, switching, name),
        experiment.task,
        n_agents,
        seed,
        (experiment.name, "moving", "null", name),
        prefix=f"{name.replace('_', '-')}-constant",
    )
