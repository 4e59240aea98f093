"""Hazards: one that all agents share, or a list of which each agent has one of its own."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Discriminator, Field, Tag

from trnn.config.base import Probability, Settings

# Where an error is these stand between the keys of a file, and are left out of what is told.
SHARED, OWN = KINDS = "(shared hazard)", "(own hazards)"

FEWEST = 2
EVEN = 1e-6  # ratios of neighbours in a list that differ by less, as a share, are the same


def _kind(value: Any) -> str:
    return OWN if isinstance(value, list | tuple) else SHARED


def _several(value: Any) -> Any:
    if isinstance(value, list | tuple) and len(value) < FEWEST:
        raise ValueError(
            f"got {list(value)}; expected two hazards or more, of which each agent has one. Give a "
            "hazard that all agents share as a number, without brackets"
        )
    return value


def _ascending(value: list[float]) -> list[float]:
    if any(not low < high for low, high in pairwise(value)):
        raise ValueError(
            f"got {value}; expected hazards in ascending order, none twice: any is as likely as "
            "another"
        )
    return value


# Of a hazard of 0 nothing ever changes: that is what `stationary_share` is for.
_Own = Annotated[
    list[Annotated[Probability, Field(gt=0)]],
    Field(min_length=FEWEST),
    BeforeValidator(_several),
    AfterValidator(_ascending),
]
Hazard = Annotated[
    Annotated[Probability, Tag(SHARED)] | Annotated[_Own, Tag(OWN)], Discriminator(_kind)
]


def hazards_in(hazard: float | Sequence[float]) -> tuple[float, ...]:
    """Return the hazards of which an agent has one: the only one, if all agents share it."""
    return (hazard,) if isinstance(hazard, int | float) else tuple(hazard)


def own_hazards(dynamics: Settings) -> tuple[float, ...]:
    """Return the hazards of which each agent has one of its own; none where they share one."""
    hazard = getattr(dynamics, "hazard", None)
    return tuple(hazard) if isinstance(hazard, list) else ()


def hazard_words(hazard: float | Sequence[float], whose: str = "the agent's") -> str:
    """Return a hazard in words, after "with": one, or those of which each agent has its own."""
    if isinstance(hazard, int | float):
        return f"probability {hazard:g}"
    values = ", ".join(f"{own:g}" for own in hazard)
    grid = " (log-uniform, on a grid)" if is_log_spaced(hazard) else ""
    return f"a probability of {whose} own, any of {values} equally likely{grid},"


def is_log_spaced(hazards: Sequence[float]) -> bool:
    """Return whether each of three hazards or more is the same multiple of the one before."""
    ratios = [high / low for low, high in pairwise(hazards)]
    return len(ratios) > 1 and max(ratios) - min(ratios) < EVEN * max(ratios)
