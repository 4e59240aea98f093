"""Task settings: two arms, blocks, trials per block, and the distribution of the rewards."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from trnn.config.base import Count, NonNegative, Positive, Probability
from trnn.config.blocks import BlockLength, Blocks, DrawnBlocks, Pair, Reversing, Stretch

__all__ = [
    "BernoulliTask",
    "BlockLength",
    "GaussianTask",
    "GivenTask",
    "Stretch",
    "TaskSettings",
    "WalkTask",
]

_REWARDS = "what an arm pays without success and with it, for example [-1, 1], or points"
_Rewards = Annotated[Pair, Field(description=_REWARDS)]


def _in_order(rewards: Pair) -> None:
    if not rewards[0] < rewards[1]:
        raise ValueError(
            f"rewards must be [without success, with success], the second greater; got "
            f"{list(rewards)}"
        )


class BernoulliTask(Reversing):
    """Each arm pays one of two rewards, with a probability that is constant but for reversals."""

    kind: Literal["bernoulli"]
    arm_probabilities: Annotated[list[tuple[Probability, Probability]], Field(min_length=1)] = (
        Field(description="pairs P(reward | arm 0), P(reward | arm 1)")
    )
    schedule: Literal["independent", "permuted"] = Field(
        description="independent: every block draws a pair at random; permuted: the list, "
        "repeated until it fills the blocks, in random order"
    )
    rewards: _Rewards = (0.0, 1.0)

    @model_validator(mode="after")
    def _fills(self) -> Self:
        _in_order(self.rewards)
        n_pairs = len(self.arm_probabilities)
        if self.schedule == "permuted" and self.n_blocks % n_pairs:
            raise ValueError(
                f"a permuted schedule needs n_blocks ({self.n_blocks}) to be a multiple of the "
                f"number of pairs ({n_pairs})"
            )
        return self


class GaussianTask(Reversing):
    """Each arm pays a Gaussian amount around a mean that is drawn for the block."""

    kind: Literal["gaussian"]
    arm_mean_sd: Positive | tuple[NonNegative, NonNegative] = Field(
        description="standard deviation of the arms' means, points: of both, or of each; an arm of "
        "0 has a mean of 0 always"
    )
    reward_sd: Positive | tuple[NonNegative, NonNegative] = Field(
        description="standard deviation (not variance) of a reward around its arm's mean, points: "
        "of both arms, or of each; an arm of 0 is deterministic"
    )
    rounded: bool = Field(True, description="round the arms' means and the rewards to whole points")

    @model_validator(mode="after")
    def _tells_arms_apart(self) -> Self:
        if self.arm_mean_sd == (0.0, 0.0):
            raise ValueError("arm_mean_sd is 0 of both arms: neither can be the better one")
        return self


class WalkTask(DrawnBlocks):
    """What each arm pays on average drifts from trial to trial, as in Daw et al. (2006).

    A Gaussian walk that is drawn to its centre and reflected at its bounds. Where values carry over
    blocks so do the walks; else each block begins walks of its own.
    """

    kind: Literal["walk"]
    low: float = Field(description="lower bound of an arm's mean, points or probability")
    high: float = Field(description="upper bound")
    step_sd: Positive = Field(description="standard deviation of a step, in the same unit")
    decay: Probability = Field(
        1.0,
        description="share of its distance from the centre that an arm keeps from trial to trial; "
        "1: a free walk (Daw et al.: 0.9836)",
    )
    centre: float | None = Field(None, description="null: the middle of the bounds")
    start: Pair | None = Field(
        None, description="the arms' means on the first trial; null: uniform between the bounds"
    )
    reward_sd: Positive | None = Field(
        None,
        description="standard deviation of a reward around its arm's mean, points; null: an arm's "
        "mean is the probability of success",
    )
    rounded: bool = Field(False, description="round rewards to whole points, with a reward_sd")
    rewards: _Rewards = (0.0, 1.0)

    @model_validator(mode="after")
    def _bounded(self) -> Self:
        _in_order(self.rewards)
        if not self.low < self.high:
            raise ValueError(f"low ({self.low:g}) must be below high ({self.high:g})")
        inside = {"centre": [self.centre], "start": self.start or []}
        for name, values in inside.items():
            if not all(v is None or self.low <= v <= self.high for v in values):
                raise ValueError(f"{name} must lie in [{self.low:g}, {self.high:g}], got {values}")
        if self.reward_sd is None:
            if not 0.0 <= self.low < self.high <= 1.0:
                raise ValueError(
                    "without a reward_sd the bounds are of probabilities and lie in [0, 1], got "
                    f"[{self.low:g}, {self.high:g}]; give reward_sd if arms pay points"
                )
            if self.rounded:
                raise ValueError("rounded is for points: give a reward_sd, or rounded: false")
        elif self.rewards != (0.0, 1.0):
            raise ValueError("rewards are for arms without a reward_sd: take one of both out")
        return self


class GivenTask(Blocks):
    """What each arm pays, or how likely, is given trial by trial in a file.

    The file is a CSV with the columns block and trial, `arm_0` and `arm_1` (probabilities of
    success, or means in points with a `reward_sd`), or `outcome_0` and `outcome_1` (what they pay),
    or both; and `schedule`, where there are several: every participant has one at random. They
    have the same blocks. The file's content becomes part of the settings (`trnn.config.given`).
    """

    kind: Literal["given"]
    file: str = Field(description="the CSV file, relative to the experiment's own")
    lengths: Annotated[list[Count], Field(min_length=1)] = Field(
        description="read from the file: trials of each block"
    )
    n_blocks: Count = Field(description="read from the file: blocks in a session")
    trials_per_block: Count | BlockLength = Field(
        description="read from the file: trials in a block"
    )
    arms: list[list[Pair]] | None = Field(
        None, description="read from the file: of each schedule, every trial's arms"
    )
    outcomes: list[list[Pair]] | None = Field(
        None, description="read from the file: of each schedule, every trial's outcomes"
    )
    reward_sd: Positive | None = Field(
        None,
        description="standard deviation of a reward around its arm's mean, points; null: the "
        "file's arms are probabilities of success, or its outcomes are what is paid",
    )
    rounded: bool = Field(False, description="round rewards to whole points, with a reward_sd")
    rewards: _Rewards = (0.0, 1.0)

    @model_validator(mode="before")
    @classmethod
    def _as_others(cls, data: Any) -> Any:
        """Fill in number and length of blocks from `lengths`, as other tasks have them."""
        lengths = data.get("lengths") if isinstance(data, Mapping) else None
        if not lengths or not all(isinstance(n, int) for n in lengths):
            return data
        low, high = min(lengths), max(lengths)
        mean = sum(lengths) / len(lengths)
        sd = (sum((n - mean) ** 2 for n in lengths) / len(lengths)) ** 0.5
        vary = {"mean": mean, "sd": sd, "low": low, "high": high}
        own = {"n_blocks": len(lengths), "trials_per_block": low if low == high else vary}
        return {**own, **data}

    @model_validator(mode="after")
    def _agrees(self) -> Self:
        _in_order(self.rewards)
        if self.arms is None and self.outcomes is None:
            raise ValueError("the file gives neither arm_0 and arm_1 nor outcome_0 and outcome_1")
        for name, shown in (("arms", self.arms), ("outcomes", self.outcomes)):
            if shown is not None and {len(own) for own in shown} != {sum(self.lengths)}:
                raise ValueError(f"{name}: every schedule needs {sum(self.lengths)} trials")
        if self.outcomes is not None and self.reward_sd is not None:
            raise ValueError(
                f"the file {self.file} gives the outcomes themselves: take reward_sd out, or the "
                "columns outcome_0 and outcome_1"
            )
        paid = {value for own in self.outcomes or [] for pair in own for value in pair}
        if self.arms is not None and self.reward_sd is None and paid <= set(self.rewards):
            values = [value for own in self.arms for pair in own for value in pair]
            outside = [value for value in values if not 0.0 <= value <= 1.0]
            if outside:
                raise ValueError(
                    f"arm_0 and arm_1 of {self.file} are probabilities and lie in [0, 1], got "
                    f"{outside[0]:g}; give reward_sd if they are means in points"
                )
        return self


TaskSettings = Annotated[
    BernoulliTask | GaussianTask | WalkTask | GivenTask, Field(discriminator="kind")
]
