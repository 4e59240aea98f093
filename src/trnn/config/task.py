"""Task settings: blocks, trials per block, and the distribution of the rewards."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from trnn.config.base import Count, NonNegative, Positive, Probability, Settings


class Asked(Settings):
    """What every task has: somebody is asked for a response on each trial, and may miss it."""

    miss_rate: Annotated[float, Field(ge=0, lt=1)] = Field(
        0.0,
        description="probability that a trial gets no response (`trnn.trials.missed`), alike for "
        "all trials; of people it is measured (task_measured)",
    )


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


class BernoulliTask(Asked):
    """Each arm pays 1 with a probability that is constant within a block."""

    kind: Literal["bernoulli"]
    trials_per_block: Count | BlockLength = Field(description="trials in a block")
    n_blocks: Count = Field(description="blocks in a session")
    arm_probabilities: Annotated[list[tuple[Probability, Probability]], Field(min_length=1)] = (
        Field(description="pairs P(reward | arm 0), P(reward | arm 1)")
    )
    schedule: Literal["independent", "permuted"] = Field(
        description="independent: every block draws a pair at random; permuted: the list, "
        "repeated until it fills the blocks, in random order"
    )

    @model_validator(mode="after")
    def _fills(self) -> Self:
        n_pairs = len(self.arm_probabilities)
        if self.schedule == "permuted" and self.n_blocks % n_pairs:
            raise ValueError(
                f"a permuted schedule needs n_blocks ({self.n_blocks}) to be a multiple of the "
                f"number of pairs ({n_pairs})"
            )
        return self


class GaussianTask(Asked):
    """Each arm pays a Gaussian amount around a mean that is drawn for the block."""

    kind: Literal["gaussian"]
    trials_per_block: Count | BlockLength = Field(description="trials in a block")
    n_blocks: Count = Field(description="blocks in a session")
    arm_mean_sd: Positive = Field(description="standard deviation of the arms' means, points")
    reward_sd: Positive = Field(
        description="standard deviation (not variance) of a reward around its arm's mean, points"
    )
    rounded: bool = Field(True, description="round the arms' means and the rewards to whole points")


TaskSettings = Annotated[BernoulliTask | GaussianTask, Field(discriminator="kind")]
