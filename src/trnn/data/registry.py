"""The registry of human data sets: one typed row each, read from `config/datasets.yaml`."""

import difflib
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import Field, ValidationError, model_validator

from trnn.config.address import WebAddress
from trnn.config.base import Count, Name, Settings
from trnn.config.experiment import Experiment
from trnn.config.plain import CHARACTERS_SHOWN, PROBLEMS_SHOWN, parse_yaml, shown
from trnn.errors import ConfigError

FileName = Annotated[str, Field(pattern=r"^[\w.-]+\.(zip|csv)$")]

# A group's name is a part of file names: the d-RNN of a group has its own network.
GROUP_NAME = r"^[a-z0-9][a-z0-9_-]*$"

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
    format: str = Field(
        "plain",
        description="format of the raw file: 'plain', a CSV with the columns of the prepared table "
        "(trnn.data.own), or a module that defines FORMAT (trnn.data.formats)",
        pattern=r"^[A-Za-z_]\w*(\.[A-Za-z_]\w*)*$",
    )
    columns: list[Name] = Field(
        [],
        description="columns of the prepared table beside those that every one has: group, mu_0 "
        "and mu_1 (the arms' mean rewards on the trial), other_reward (what the other arm would "
        "have paid), and what else the format gives",
    )
    groups: list[Annotated[str, Field(pattern=GROUP_NAME)]] = Field(
        [], description="the values of the column group, in order of display"
    )
    title: str | None = Field(None, description="title of the study", min_length=1)
    citation: str | None = Field(None, description="how to cite the study", min_length=1)
    licence: str | None = Field(
        None, description="terms under which the data are distributed", min_length=1
    )
    page: WebAddress | None = Field(
        None, description="where a person gets the file with a browser, if anywhere"
    )
    mirrors: list[Mirror] = Field(
        [], description="where the data are fetched from, tried in this order"
    )
    file_names: Annotated[list[FileName], Field(min_length=1)] = Field(
        description="names under which the file is distributed, best first"
    )
    manual_folder: str = Field(
        description="where a person puts the file by hand, relative to the project's folder",
        pattern=r"^[\w./-]+$",
    )
    n_subjects: StrictCount | None = Field(
        None, description="subjects in the prepared table; null: not checked"
    )
    n_trials: StrictCount | None = Field(
        None, description="trials (rows) in the prepared table; null: not checked"
    )
    sha256: str | None = Field(
        None,
        description="SHA-256 of the prepared table's canonical content; null: not checked",
        pattern=r"^[0-9a-f]{64}$",
    )

    @property
    def advice(self) -> str:
        """What to do where a file does not hold the right trials."""
        where = "" if self.page is None else f" from {self.page}"
        return f"Fetch the file again{where}."

    @model_validator(mode="after")
    def _groups_have_a_column(self) -> Self:
        if bool(self.groups) != ("group" in self.columns):
            raise ValueError(
                f"`groups` ({self.groups}) lists the values of the column group, and `columns` "
                f"({self.columns}) says whether there is one: give both or neither"
            )
        for name, values in (("groups", self.groups), ("columns", self.columns)):
            if len(set(values)) != len(values):
                raise ValueError(f"`{name}` must differ from one another, got {values}")
        return self


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


def check_people(experiments: Mapping[str, Experiment], registry: Mapping[str, Dataset]) -> None:
    """Raise `ConfigError` unless the people of every experiment are in the registry."""
    for name, experiment in experiments.items():
        if experiment.human is not None and experiment.human not in registry:
            close = difflib.get_close_matches(experiment.human, registry, n=1)
            hint = f" Did you mean '{close[0]}'?" if close else ""
            raise ConfigError(
                f"experiment '{name}': human: got '{experiment.human}', which is no data set of "
                f"the registry; it holds {sorted(registry)}.{hint}"
            )


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
