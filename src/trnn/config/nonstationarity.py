"""Settings of the question whether a parameter moves at all."""

from typing import Annotated, Self

from pydantic import Field, model_validator

from trnn.config.base import Count, Probability, Settings, Whole


class Nonstationarity(Settings):
    """Evidence for constant against moving parameters, subject by subject."""

    n_agents: Count = Field(
        100, description="test agents of each dynamics that are weighed, the first of the table"
    )
    n_particles: Count = Field(1024, description="particles of a filter")
    replicates: Annotated[Whole, Field(ge=2)] = Field(
        2, description="independent filters, over which evidences are averaged"
    )
    strata: Count = Field(
        4,
        description="parts of the range of a constant parameter whose particles, an equal share "
        "of `n_particles`, are resampled apart",
    )
    resample_below: Probability = Field(
        0.5, description="resample when the effective sample size falls under this share"
    )
    bayes_factor: Annotated[float, Field(gt=1)] = Field(
        20.0,
        description="Bayes factor from which a parameter is judged to move; at its inverse, or "
        "less, it is judged constant",
    )

    @model_validator(mode="after")
    def _equal_shares(self) -> Self:
        if self.n_particles % self.strata:
            raise ValueError(
                f"n_particles ({self.n_particles}) must be a multiple of strata ({self.strata})"
            )
        return self
