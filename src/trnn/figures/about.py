"""What a drawing knows about its experiment beside the tables: parameters, kinds of dynamics."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from trnn.config.dynamics import Range
from trnn.config.experiment import Experiment


@dataclass(frozen=True)
class About:
    """The model's parameters in order, with their ranges and units, and the kind of each dynamics.

    `dynamics` maps the name of each dynamics of the test agents to its kind ("stationary", ...).
    """

    parameters: Mapping[str, Range]
    unit_of: Mapping[str, str]
    dynamics: Mapping[str, str] = field(default_factory=dict)

    @property
    def constant(self) -> list[str]:
        """The names of the test agents' dynamics under which parameters never change."""
        return [name for name, kind in self.dynamics.items() if kind == "stationary"]


def about_of(experiment: Experiment, unit_of: Mapping[str, str]) -> About:
    """Return what drawings know about an experiment, from its view `figures`.

    `unit_of`: the units of its model's parameters.
    """
    kinds = {name: dynamics.kind for name, dynamics in experiment.dynamics.items()}
    return About(experiment.parameters, unit_of, kinds)
