"""Dynamics settings: how an agent's parameters move from trial to trial."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from trnn.config.base import Name, NonNegative, Probability, Settings, Whole
from trnn.config.hazards import Hazard


class Range(Settings):
    """The range of a parameter, and the uniform prior over it."""

    low: float = Field(description="lower bound")
    high: float = Field(description="upper bound")

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if not self.low < self.high:
            raise ValueError(f"low ({self.low}) must be below high ({self.high})")
        return self


class Stationary(Settings):
    """Parameters are drawn uniformly from their ranges and stay."""

    kind: Literal["stationary"]


class Switching(Settings):
    """Each parameter, separately, is now and then drawn anew from its range.

    A list of hazards is of agents that differ in how fast they change: each has one of them, any
    equally likely, for all of its parameters and the whole session. Of a list that is log-spaced,
    each the same multiple of the one before, that is a log-uniform hazard, on a grid.
    """

    kind: Literal["switching"]
    hazard: Hazard = Field(
        description="probability of a change, per trial and parameter; or a list of two or more, "
        "ascending, of which each agent has one, equally likely"
    )
    min_gap: Annotated[Whole, Field(ge=0)] = Field(
        0,
        description="no change until more than this many trials after the last one (or the start)",
    )
    max_changes: list[Annotated[Whole, Field(ge=0)]] | None = Field(
        None,
        description="each agent draws from this list (equally likely) the number of changes that "
        "any one of its parameters may make; null: no limit",
        min_length=1,
    )
    stationary_share: Probability = Field(
        0.0, description="probability that an agent's parameters never change"
    )


class Walk(Settings):
    """A Gaussian random walk of one parameter, over its range, on an unconstrained scale.

    The range is the parameter's own: an experiment puts it in (`over`) where the settings leave it
    out, and refuses another.
    """

    scale: Literal["logit", "log"] = Field(
        description="logit: value = low + (high - low) * logistic(x); log: value = exp(x), "
        "clipped to [low, high]"
    )
    # None until the experiment, which knows the range, puts it in.
    low: float = Field(
        None,  # type: ignore[assignment]
        description="lower end of the parameter's range; may be left out",
    )
    high: float = Field(
        None,  # type: ignore[assignment]
        description="upper end of the parameter's range; may be left out",
    )
    start_mean: float = Field(description="mean of x at the first trial")
    start_sd: NonNegative = Field(description="standard deviation of x at the first trial")
    step_sd: NonNegative = Field(description="standard deviation of a trial's step of x")

    def over(self, bounds: Range, name: str) -> "Walk":
        """Return the walk over the range of its parameter `name`.

        Raises
        ------
        ValueError
            If it states other ends, or its scale cannot have the range.
        """
        stated = [(self.low, bounds.low), (self.high, bounds.high)]
        if any(own is not None and own != end for own, end in stated):
            got = ", ".join("left out" if own is None else f"{own:g}" for own, _ in stated)
            raise ValueError(
                f"walks in [{got}], but the range of {name} is [{bounds.low:g}, {bounds.high:g}] "
                f"(parameters.{name}): a walk that starts in a wider range would stand at an end "
                "for good. Leave low and high of the walk out, or change the range; start_mean, "
                "start_sd and step_sd are on the scale of the interval, so check them too"
            )
        if self.scale == "log" and bounds.low < 0:
            raise ValueError(
                f"walks on a log scale, which needs a range that begins at 0 or above; that of "
                f"{name} (parameters.{name}) is [{bounds.low:g}, {bounds.high:g}]. Walk on a logit "
                "scale"
            )
        return self.model_copy(update={"low": bounds.low, "high": bounds.high})


class RandomWalk(Settings):
    """Every parameter walks; the parameters are independent."""

    kind: Literal["random_walk"]
    parameters: dict[Name, Walk] = Field(description="one walk for each parameter of the model")


DynamicsSettings = Annotated[Stationary | Switching | RandomWalk, Field(discriminator="kind")]
