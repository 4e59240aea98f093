"""Settings of the priors that are compared by how well they explain people's choices."""

from typing import Annotated, Self

from pydantic import Field, model_validator

from trnn.config.base import Name, Probability, Settings
from trnn.config.dynamics import Range, Switching
from trnn.config.particles import Particles


class PublishedPrior(Settings):
    """A published prior: what every other one is measured against."""

    dynamics: Switching
    parameters: dict[Name, Range] = Field(description="range of each of the model's parameters")


class PriorGrid(Particles):
    """Priors whose marginal likelihoods are compared on people.

    The grid: the published prior; the same without its limit of changes; the same without its gap;
    then every hazard with every set of ranges (the published ranges first), without gap and limit;
    and the configured prior, where it is none of these.
    """

    published: PublishedPrior
    hazards: Annotated[list[Probability], Field(min_length=1)] = Field(
        description="probabilities of a change, per trial and parameter"
    )
    ranges: dict[Name, dict[Name, Range]] = Field(
        {},
        description="sets of ranges, by name; a parameter that a set leaves out has the published "
        "range",
    )
    stationary_share: Probability = Field(
        0.0,
        description="probability that an agent's parameters never change, in the priors without "
        "gap and limit",
    )

    @model_validator(mode="after")
    def _distinct(self) -> Self:
        if len(set(self.hazards)) != len(self.hazards):
            raise ValueError(f"hazards must differ, got {self.hazards}")
        for name, ranges in self.ranges.items():
            if name in ("published", "configured"):
                raise ValueError(f"ranges.{name}: the name is taken; choose another")
            unknown = sorted(set(ranges) - set(self.published.parameters))
            if unknown:
                raise ValueError(
                    f"ranges.{name} names {unknown}; "
                    f"the parameters are {sorted(self.published.parameters)}"
                )
        return self
