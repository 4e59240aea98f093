"""The grid of priors: every prior that is compared, once."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from trnn.config.dynamics import DynamicsSettings, Range, Switching
from trnn.config.priors import PriorGrid

PUBLISHED, CONFIGURED = "published", "configured"


@dataclass(frozen=True)
class Prior:
    """How parameters switch, and the ranges that they are drawn from.

    `ranges` is the name of the set of ranges, `parameters` the set itself in the model's order.
    """

    ranges: str
    dynamics: Switching
    parameters: Mapping[str, Range]

    def same_law(self, other: "Prior") -> bool:
        """Return whether both are the same distribution, whatever its name."""
        return self.changes_from(other) == 0

    def changes_from(self, other: "Prior") -> int:
        """Return how many settings differ: each of the dynamics', and each parameter's range."""
        fields = Switching.model_fields
        changed = sum(getattr(self.dynamics, f) != getattr(other.dynamics, f) for f in fields)
        return changed + sum(r != other.parameters[n] for n, r in self.parameters.items())


def published_prior(grid: PriorGrid, names: tuple[str, ...]) -> Prior:
    """Return the published prior, its parameters in the order of `names`."""
    ranges = {name: grid.published.parameters[name] for name in names}
    return Prior(PUBLISHED, grid.published.dynamics, ranges)


def configured_prior(dynamics: DynamicsSettings, parameters: Mapping[str, Range]) -> Prior | None:
    """Return the prior that an experiment has; None if its dynamics are not switching."""
    return Prior(CONFIGURED, dynamics, parameters) if isinstance(dynamics, Switching) else None


def grid_of(grid: PriorGrid, names: tuple[str, ...], configured: Prior | None) -> list[Prior]:
    """Return the priors of the grid that `PriorGrid` describes, without repetitions, in order."""
    priors: list[Prior] = []
    for prior in _all(grid, names, configured):
        if not any(prior.same_law(other) for other in priors):
            priors.append(prior)
    return priors


def _all(grid: PriorGrid, names: tuple[str, ...], configured: Prior | None) -> Iterator[Prior]:
    published = published_prior(grid, names)
    dynamics = published.dynamics
    yield published
    for without in ({"max_changes": None}, {"min_gap": 0}):
        yield Prior(PUBLISHED, dynamics.model_copy(update=without), published.parameters)
    for hazard in grid.hazards:
        free = Switching(kind="switching", hazard=hazard, stationary_share=grid.stationary_share)
        yield Prior(PUBLISHED, free, published.parameters)
        for name, own in grid.ranges.items():
            yield Prior(name, free, {n: own.get(n, r) for n, r in published.parameters.items()})
    if configured is not None:
        yield configured
