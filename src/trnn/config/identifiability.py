"""Settings of what can be known: how well an ideal observer recovers constant parameters."""

from typing import Annotated

from pydantic import Field

from trnn.config.base import Count, Settings


class Identifiability(Settings):
    """Exact posteriors of simulated agents with constant parameters, over the ranges."""

    trials: Annotated[list[Count], Field(min_length=1)] = Field(
        [50, 200, 1000],
        description="numbers of first trials after which posteriors are computed; those above the "
        "mean length of a session are left out, and that length is added",
    )
    cells: Count = Field(
        64,
        description="cells of the map at most, over all parameters: each range is cut into the "
        "same number of equal parts",
    )
    agents_per_cell: Count = Field(4, description="agents whose true values are drawn in a cell")
    points: Annotated[Count, Field(ge=8)] = Field(
        3375,
        description="points of an agent's grid at most, over all parameters (40 along any one of "
        "them); the grid is moved and narrowed to where its posterior is",
    )
