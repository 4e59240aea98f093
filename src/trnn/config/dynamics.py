"""Dynamics settings: how an agent's parameters move from trial to trial."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from trnn.config.base import Name, NonNegative, Probability, Settings, Whole


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
    """Each parameter, separately, is now and then drawn anew from its range."""

    kind: Literal["switching"]
    hazard: Probability = Field(description="probability of a change, per trial and parameter")
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
    """A Gaussian random walk of one parameter on an unconstrained scale."""

    scale: Literal["logit", "log"] = Field(
        description="logit: value = low + (high - low) * logistic(x); log: value = exp(x), "
        "clipped to [low, high]"
    )
    low: float = Field(description="lower end of the interval")
    high: float = Field(description="upper end of the interval")
    start_mean: float = Field(description="mean of x at the first trial")
    start_sd: NonNegative = Field(description="standard deviation of x at the first trial")
    step_sd: NonNegative = Field(description="standard deviation of a trial's step of x")

    @model_validator(mode="after")
    def _interval(self) -> Self:
        if not self.low < self.high:
            raise ValueError(f"low ({self.low}) must be below high ({self.high})")
        if self.scale == "log" and self.low < 0:
            raise ValueError(f"a log scale needs low >= 0, got {self.low}")
        return self


class RandomWalk(Settings):
    """Every parameter walks; the parameters are independent."""

    kind: Literal["random_walk"]
    parameters: dict[Name, Walk] = Field(description="one walk for each parameter of the model")


DynamicsSettings = Annotated[Stationary | Switching | RandomWalk, Field(discriminator="kind")]
