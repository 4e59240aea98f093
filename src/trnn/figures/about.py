"""What a drawing knows of its experiment beside the tables: parameters, and kinds of dynamics."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from trnn.config.dynamics import Range
from trnn.config.experiment import Experiment


@dataclass(frozen=True)
class About:
    """The model's parameters in order, with their ranges and units, and the kind of each dynamics.

    `dynamics` are those of the test agents: the kind ("stationary", ...) by the name.
    """

    parameters: Mapping[str, Range]
    unit_of: Mapping[str, str]
    dynamics: Mapping[str, str] = field(default_factory=dict)

    @property
    def constant(self) -> list[str]:
        """The names of the test agents' dynamics under which parameters never change."""
        return [name for name, kind in self.dynamics.items() if kind == "stationary"]


def about_of(experiment: Experiment, unit_of: Mapping[str, str]) -> About:
    """Return what drawings know of an experiment, from its view `figures`.

    `unit_of`: the units of its model's parameters.
    """
    kinds = {name: dynamics.kind for name, dynamics in experiment.dynamics.items()}
    return About(experiment.parameters, unit_of, kinds)
