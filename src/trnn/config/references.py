"""Reference values of a model's learning parameters: a grid, or sets that are written out."""

from collections.abc import Mapping, Sequence
from itertools import product
from typing import Annotated, Any

from pydantic import Discriminator, Field, Tag

from trnn.config.base import Name
from trnn.config.dynamics import Range

# Where an error is these stand between the keys of a file, and are left out of what is told.
GRID, SETS = KINDS = "(grid)", "(sets)"


def _kind(value: Any) -> str:
    return SETS if isinstance(value, list | tuple) else GRID


Grid = dict[Name, Annotated[list[float], Field(min_length=1)]]
Sets = Annotated[list[dict[Name, float]], Field(min_length=1)]
References = Annotated[
    Annotated[Grid, Tag(GRID)] | Annotated[Sets, Tag(SETS)], Discriminator(_kind)
]


def combinations(references: References, names: Sequence[str]) -> list[tuple[float, ...]]:
    """Return the parameter sets that are followed, each with its values in the order of `names`.

    Of a grid they are all combinations, the last parameter's values changing first; one that is
    empty if there are no parameters.
    """
    if isinstance(references, dict):
        return list(product(*(references[name] for name in names)))
    return [tuple(own[name] for name in names) for own in references]


def check_references(
    what: str,
    references: References,
    learning: Sequence[str],
    ranges: Mapping[str, Range],
) -> None:
    """Raise ValueError unless references are of the learning parameters, and inside their ranges.

    Parameters
    ----------
    what : str
        What messages call the setting.
    """
    if isinstance(references, dict):
        _same(what, references, learning)
        for name, values in references.items():
            _inside(what, name, values, ranges[name])
        return
    if not learning:
        raise ValueError(f"{what}: the model learns without a parameter; say {{}}, got sets")
    first: dict[tuple[float, ...], int] = {}
    for number, own in enumerate(references, start=1):
        _same(f"{what}, set {number},", own, learning)
        for name, value in own.items():
            _inside(f"{what}, set {number}", name, [value], ranges[name])
        before = first.setdefault(tuple(own[name] for name in learning), number)
        if before != number:
            raise ValueError(f"{what}: set {number} is set {before} once more; leave one out")


def _same(what: str, got: Mapping[str, Any], expected: Sequence[str]) -> None:
    if set(got) != set(expected):
        raise ValueError(f"{what} must be exactly {sorted(expected)}, got {sorted(got)}")


def _inside(what: str, name: str, values: Sequence[float], bounds: Range) -> None:
    outside = [v for v in values if not bounds.low <= v <= bounds.high]
    if outside:
        raise ValueError(
            f"{what}: {name} must lie in [{bounds.low:g}, {bounds.high:g}], its range, "
            f"got {outside}"
        )
