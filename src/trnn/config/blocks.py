"""What every task has: blocks, trials, what a block's start means, what is shown and missed."""

from typing import Annotated, Self

from pydantic import Field, model_validator

from trnn.config.base import Count, NonNegative, Positive, Probability, Settings

Pair = tuple[float, float]  # of arm 0 and arm 1


class BlockLength(Settings):
    """Block lengths that vary: a normal distribution, rounded and clipped to [low, high].

    Its mean is a person's own, and normally distributed too: who is slow is slow throughout.
    """

    mean: Positive = Field(description="mean over persons of their means, trials")
    sd: NonNegative = Field(description="standard deviation within a person, trials")
    person_sd: NonNegative = Field(
        0.0, description="standard deviation between persons' own means, trials"
    )
    low: Count = Field(description="shortest block, trials")
    high: Count = Field(description="longest block, trials")

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.low > self.high:
            raise ValueError(f"low ({self.low}) must not exceed high ({self.high})")
        return self


class Stretch(Settings):
    """Trials from one reversal to the next: at least `low`, at most `high`.

    With a hazard arms swap, once `low` trials have passed, with that probability before each trial;
    without one, all numbers of trials from low to high are alike.
    """

    low: Count = Field(description="fewest trials between reversals")
    high: Count | None = Field(
        None, description="most trials between reversals; null: no limit, which needs a hazard"
    )
    hazard: Annotated[Probability, Field(gt=0)] | None = Field(
        None, description="probability of a reversal before each trial from `low` on"
    )

    @model_validator(mode="after")
    def _ends(self) -> Self:
        if self.high is None and self.hazard is None:
            raise ValueError("give `high`, the most trials between reversals, or `hazard`, or both")
        if self.high is not None and self.low > self.high:
            raise ValueError(f"low ({self.low}) must not exceed high ({self.high})")
        return self


class Blocks(Settings):
    """What a task does at the borders of its blocks, what is shown of its two arms, and misses."""

    carry_over: bool = Field(
        False,
        description="whether a model's values, and its last choice, carry over from one block to "
        "the next: its arms are then the same; false: they begin anew in every block",
    )
    full_feedback: bool = Field(
        False, description="whether the other arm's outcome is shown too, after every choice"
    )
    miss_rate: Annotated[float, Field(ge=0, lt=1)] = Field(
        0.0,
        description="probability that a trial gets no response (`trnn.trials.missed`), alike for "
        "all trials; of people it is measured (task_measured)",
    )


class DrawnBlocks(Blocks):
    """Blocks of which the settings say how many there are, and how long."""

    trials_per_block: Count | BlockLength = Field(description="trials in a block")
    n_blocks: Count = Field(description="blocks in a session")


class Reversing(DrawnBlocks):
    """Blocks in which the arms may swap what they pay on average."""

    reversals: Count | Stretch | None = Field(
        None,
        description="trials after which the arms swap their means within a block, counted from its "
        "start and from each reversal: a number, or how they vary; null: they never swap",
    )
