"""Settings of whatever rests on particles: how many, and when they are enough."""

from typing import Annotated, Self

from pydantic import Field, model_validator

from trnn.config.base import Count, Probability, Settings, Whole


class Particles(Settings):
    """Particles of a subject, and how many more where they are too few."""

    n_particles: Count = Field(
        description="particles of a subject to begin with, those of all replicates together; so "
        "many under each hazard where agents have hazards of their own"
    )
    replicates: Annotated[Whole, Field(ge=2)] = Field(
        4, description="filters, each resampled apart, whose spread is the Monte Carlo error"
    )
    tolerance: Annotated[float, Field(gt=0)] = Field(
        0.5,
        description="standard error of a subject's log evidence, nats, above which the subject is "
        "filtered again with twice the particles",
    )
    max_particles: Count = Field(
        160_000,
        description="a subject is filtered with no more; one whose error is still above is flagged",
    )
    resample_below: Probability = Field(
        0.5, description="resample when the effective sample size falls under this share"
    )

    @model_validator(mode="after")
    def _enough(self) -> Self:
        if self.n_particles < self.replicates:
            raise ValueError(
                f"n_particles ({self.n_particles}) must be at least replicates ({self.replicates})"
            )
        return self


class Smoother(Settings):
    """Trajectories given the whole session, by Markov chain Monte Carlo."""

    n_particles: Count = Field(
        4000, description="particles of the filter that the first trajectories come from"
    )
    chains: Annotated[Whole, Field(ge=2)] = Field(
        16, description="independent trajectories that are moved; their spread is the error"
    )
    resample_below: Probability = Field(0.5, description="of that filter: as for others")
    burn_in: Count = Field(25, description="times that each is moved before it is recorded")
    sweeps: Count = Field(100, description="times that each is moved and recorded")
