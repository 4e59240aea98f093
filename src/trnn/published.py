"""What the original study reported, read from a file, to stand beside this project's numbers."""

from pathlib import Path

from pydantic import Field, ValidationError

from trnn.config.base import Settings
from trnn.config.load import read_yaml
from trnn.errors import ConfigError


class Published(Settings):
    """Reported numbers and claims."""

    source: str = Field(description="who reported them")
    means: dict[str, dict[str, dict[str, dict[str, dict[str, float]]]]] = Field(
        description="data set (without people: experiment) -> population -> group -> estimator "
        "-> measure"
    )
    medians: dict[str, dict[str, float]] = Field(
        {}, description="data set -> quantity of the findings table -> median over subjects"
    )
    claims: dict[str, dict[str, str]] = Field(
        {}, description="data set -> number of a finding -> what was reported, in words"
    )

    def mean(
        self, dataset: str, population: str, group: str, estimator: str, measure: str
    ) -> float | None:
        """Return the reported mean over subjects, or None if none was reported."""
        groups = self.means.get(dataset, {}).get(population, {})
        return groups.get(group, {}).get(estimator, {}).get(measure)

    def estimators(self, dataset: str, population: str, measure: str) -> tuple[str, ...]:
        """Return the estimators for which a mean of `measure` was reported, in any group."""
        groups = self.means.get(dataset, {}).get(population, {})
        names = [
            name for group in groups.values() for name, known in group.items() if measure in known
        ]
        return tuple(dict.fromkeys(names))

    def difference(self, dataset: str, group: str, first: str, second: str) -> float:
        """Return people's mean bce under `first` less that under `second`; NaN if not reported."""
        a, b = (self.mean(dataset, "human", group, name, "bce") for name in (first, second))
        return float("nan") if a is None or b is None else round(a - b, 4)

    def median(self, dataset: str, quantity: str) -> float:
        """Return the reported median over subjects of a finding's quantity; NaN if none was."""
        return self.medians.get(dataset, {}).get(quantity, float("nan"))

    def claim(self, dataset: str, finding: str) -> str | None:
        """Return what was reported of a finding, in words, or None if nothing was."""
        return self.claims.get(dataset, {}).get(finding)


def read_published(path: str | Path) -> Published:
    """Read the file of reported numbers; ConfigError if it is absent or malformed."""
    try:
        return Published.model_validate(read_yaml(Path(path)))
    except ValidationError as error:
        raise ConfigError(f"{path}: {error}") from error
