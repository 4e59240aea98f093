"""What the original study reported, read from a file, to stand beside this project's numbers."""

from pathlib import Path

from pydantic import Field, ValidationError

from trnn.config.base import Settings
from trnn.config.load import read_yaml
from trnn.errors import ConfigError


class Published(Settings):
    """Reported numbers."""

    source: str = Field(description="who reported them")
    means: dict[str, dict[str, dict[str, dict[str, dict[str, float]]]]] = Field(
        description="experiment -> population -> group -> estimator -> measure"
    )
    findings: dict[str, dict[str, float]] = Field(
        {}, description="experiment -> quantity of the findings table"
    )

    def mean(
        self, experiment: str, population: str, group: str, estimator: str, measure: str
    ) -> float | None:
        """Return the reported mean over subjects, or None if none was reported."""
        groups = self.means.get(experiment, {}).get(population, {})
        return groups.get(group, {}).get(estimator, {}).get(measure)

    def quantity(self, experiment: str, name: str) -> float:
        """Return the reported quantity of a finding; NaN if none was reported."""
        return self.findings.get(experiment, {}).get(name, float("nan"))


def read_published(path: str | Path) -> Published:
    """Read the file of reported numbers; ConfigError if it is absent or malformed."""
    try:
        return Published.model_validate(read_yaml(Path(path)))
    except ValidationError as error:
        raise ConfigError(f"{path}: {error}") from error
