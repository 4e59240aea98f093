"""Settings of the question whether a parameter moves at all."""

from typing import Annotated

from pydantic import Field

from trnn.config.base import Count, Whole
from trnn.config.particles import Particles


class Nonstationarity(Particles):
    """Evidence for constant against moving parameters, subject by subject."""

    n_agents: Count = Field(
        100, description="test agents of each dynamics that are weighed, the first of the table"
    )
    n_null: Annotated[Whole, Field(ge=0)] = Field(
        100,
        description="agents, for each parameter, of whom it is constant and the others switch: "
        "those of whom it is judged to move are false positives; 0: none",
    )
    n_particles: Count = Field(
        8192, description="particles of a subject to begin with, those of all replicates together"
    )
    max_particles: Count = Field(
        65_536,
        description="a subject whose verdict hangs on the error at so many is left undecided",
    )
    tolerance: Annotated[float, Field(gt=0)] = Field(
        0.5,
        description="standard error of a log Bayes factor, nats, above which a subject whose "
        "verdict hangs on it is filtered again with twice the particles",
    )
    nodes: Annotated[Count, Field(ge=4)] = Field(
        12,
        description="parts of the range of a constant parameter to begin with; those that hold "
        "much of its posterior are divided further",
    )
    bayes_factor: Annotated[float, Field(gt=1)] = Field(
        20.0,
        description="Bayes factor from which a parameter is judged to move, if it is so by two "
        "standard errors; at its inverse, or less, it is judged constant",
    )
