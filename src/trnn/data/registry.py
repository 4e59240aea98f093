"""The registry of human data sets: one typed row each, read from `config/datasets.yaml`."""

from collections import Counter
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, ValidationError

from trnn.config.address import WebAddress
from trnn.config.base import Count, Name, Settings
from trnn.config.plain import CHARACTERS_SHOWN, PROBLEMS_SHOWN, parse_yaml, shown
from trnn.errors import ConfigError

FileName = Annotated[str, Field(pattern=r"^[\w.-]+\.(zip|csv)$")]

# A size that checks data is written as a number, not as a text.
StrictCount = Annotated[int, Field(ge=1, le=2**63 - 1, strict=True)]


class UrlMirror(Settings):
    """A mirror that serves the file at a fixed address."""

    kind: Literal["url"]
    url: WebAddress = Field(description="address of the file itself")


class FigshareMirror(Settings):
    """A figshare article, whose files its public API lists."""

    kind: Literal["figshare"]
    article: Count = Field(description="the article's number")
    api: WebAddress = Field("https://api.figshare.com/v2", description="root of the public API")

    @property
    def listing(self) -> str:
        """Return the address that lists the article's files."""
        return f"{self.api}/articles/{self.article}/files"


Mirror = Annotated[UrlMirror | FigshareMirror, Field(discriminator="kind")]


class Dataset(Settings):
    """A human data set: whose it is, where it is kept, and what its trials must be."""

    name: Name = Field(description="the name used in files, messages and the configuration")
    title: str = Field(description="title of the study", min_length=1)
    citation: str = Field(description="how to cite the study", min_length=1)
    licence: str = Field(description="terms under which the data are distributed", min_length=1)
    page: WebAddress = Field(description="where a person gets the file with a browser")
    mirrors: Annotated[list[Mirror], Field(min_length=1)] = Field(
        description="where the data are fetched from, tried in this order"
    )
    file_names: Annotated[list[FileName], Field(min_length=1)] = Field(
        description="names under which the file is distributed, best first"
    )
    manual_folder: str = Field(
        description="where a person puts the file by hand, relative to the project's folder",
        pattern=r"^[\w./-]+$",
    )
    n_subjects: StrictCount = Field(description="subjects in the prepared table")
    n_trials: StrictCount = Field(description="trials (rows) in the prepared table")
    sha256: str = Field(
        description="SHA-256 of the prepared table's canonical content",
        pattern=r"^[0-9a-f]{64}$",
    )


class _Registry(Settings):
    datasets: Annotated[list[Dataset], Field(min_length=1)]


def load_registry(path: str | Path) -> dict[str, Dataset]:
    """Read and check the registry; return its rows by name, in the file's order.

    Raises
    ------
    ConfigError
        If the file is absent, is not YAML, or a row has an unknown key, a wrong type, a value
        that is not allowed, or a name that another row has; names file, key and value.
    """
    try:
        content = Path(path).read_bytes()
    except OSError as error:
        raise ConfigError(f"{path}: cannot read the registry of data sets ({error}).") from error
    raw = parse_yaml(content, str(path))
    if not isinstance(raw, dict):
        raise ConfigError(
            f"{path}: expected the key 'datasets' with a list of rows, got {shown(raw)}."
        )
    try:
        rows = _Registry.model_validate(raw).datasets
    except ValidationError as error:
        raise ConfigError(f"{path}: {_explain(error, raw)}") from error
    repeated = [name for name, count in Counter(row.name for row in rows).items() if count > 1]
    if repeated:
        raise ConfigError(
            f"{path}: key 'name' must differ from row to row; {repeated} stand in several rows."
        )
    return {row.name: row for row in rows}


def get_dataset(registry: dict[str, Dataset], name: str) -> Dataset:
    """Return the row called `name`; raise `ConfigError` with the known names if there is none."""
    if name not in registry:
        raise ConfigError(f"unknown data set {name!r}; the registry holds {sorted(registry)}.")
    return registry[name]


def _explain(error: ValidationError, raw: Any) -> str:
    lines = []
    problems = error.errors()
    for problem in problems[:PROBLEMS_SHOWN]:
        key = (
            ".".join(str(part) for part in problem["loc"])[:CHARACTERS_SHOWN] or "(the whole file)"
        )
        got = "" if problem["input"] is raw else f", got {shown(problem['input'])}"
        lines.append(f"key '{key}': {problem['msg']}{got}")
    if len(problems) > PROBLEMS_SHOWN:
        lines.append(f"and {len(problems) - PROBLEMS_SHOWN} more.")
    return "the registry of data sets is not valid.\n  " + "\n  ".join(lines)
