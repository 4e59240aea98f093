"""Settings of the question whether a parameter moves at all."""

from typing import Annotated

from pydantic import Field

from trnn.config.base import Count
from trnn.config.particles import Particles


class Nonstationarity(Particles):
    """Evidence for constant against moving parameters, subject by subject."""

    n_agents: Count = Field(
        100, description="test agents of each dynamics that are weighed, the first of the table"
    )
    n_particles: Count = Field(
        2048, description="particles of a subject to begin with, those of all replicates together"
    )
    max_particles: Count = Field(
        32_768, description="a subject whose error is still above at so many is flagged"
    )
    nodes: Annotated[Count, Field(ge=4)] = Field(
        12,
        description="parts of the range of a constant parameter to begin with; those that hold "
        "much of its posterior are divided further",
    )
    bayes_factor: Annotated[float, Field(gt=1)] = Field(
        20.0,
        description="Bayes factor from which a parameter is judged to move; at its inverse, or "
        "less, it is judged constant",
    )
