"""Settings of the data-driven RNN."""

from collections.abc import Sequence
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from trnn.config.base import Count, NonNegative, Positive, Settings, Whole

ALL = "all"  # the cohort of all people together


class Drnn(Settings):
    """A GRU trained on the people's own choices, tested on people it has not seen.

    Each fold holds out people for testing. The others train several networks (members), each of
    which leaves out another share of them, on which its epoch is chosen; the prediction for the
    people held out is the mean over members.
    """

    within: Literal["group", "all"] = Field(
        "group",
        description="whom a network is trained on: people of the same diagnosis group (which tells "
        "it the diagnosis), or of all groups. Without groups both are the same",
    )
    folds: Annotated[Whole, Field(ge=2)] | None = Field(
        None, description="folds of people held out in turn; null leaves out one at a time"
    )
    members: Count = Field(
        8, description="networks a fold; each has its own start and its own people to choose by"
    )
    hidden_units: Count = Field(10, description="units of the GRU")
    symmetric: bool = Field(
        True,
        description="whether the two actions are treated alike: exchanging them in what is seen "
        "exchanges them in what is predicted. The original's network has to learn it",
    )
    block_start_input: bool = Field(
        False, description="whether an input marks a block's first trial"
    )
    reward_scale: Positive = Field(
        1.0, description="rewards are divided by this before they enter the network"
    )
    n_epochs: Count = Field(description="passes over the training people's sessions")
    window: Count = Field(description="trials of every session in an optimiser step")
    learning_rate: Positive = Field(0.02, description="peak of the one-cycle schedule (AdamW)")
    weight_decay: NonNegative = Field(0.0, description="of AdamW, decoupled from the gradient")
    gradient_clip: Positive = Field(1.0, description="largest norm of a network's gradient")
    epochs_per_check: Count = Field(
        2, description="epochs between two looks at the people who choose the epoch"
    )

    def cohorts(self, groups: Sequence[str]) -> tuple[str, ...]:
        """Return which of a data set's groups are trained on apart, or "all"."""
        apart = tuple(groups) if self.within == "group" else ()
        return apart or (ALL,)

    @model_validator(mode="after")
    def _checked(self) -> Self:
        if self.epochs_per_check > self.n_epochs:
            raise ValueError(
                f"epochs_per_check ({self.epochs_per_check}) must not exceed n_epochs "
                f"({self.n_epochs}): no epoch could be chosen"
            )
        return self
