"""The registry of human data sets: one file each, `config/datasets/<name>.yaml`."""

import difflib
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, Field, ValidationError, model_validator

from trnn.config.address import WebAddress, folder_or_secure, is_web
from trnn.config.base import Count, Name, Settings
from trnn.config.experiment import Experiment
from trnn.config.plain import CHARACTERS_SHOWN, PROBLEMS_SHOWN, parse_yaml, shown
from trnn.data.layout import Layout
from trnn.errors import ConfigError

FileName = Annotated[str, Field(pattern=r"^[\w.-]+\.(zip|csv|tsv|txt|parquet)$")]

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


class Dataset(Layout):
    """A human data set: whose it is, where it is kept, what its columns mean, what must be in it.

    Only the columns need be said, and where the file is.
    """

    name: Name = Field(description="the name used in files, messages and the configuration")
    file: Annotated[str, Field(min_length=1), AfterValidator(folder_or_secure)] | None = Field(
        None,
        description="the file: a path, seen from the working folder, or an https:// address; null: "
        "it is looked for in `manual_folder` and `mirrors`",
    )
    also: list[dict[str, Any]] = Field(
        [], description="other layouts in which the same trials are distributed: what differs"
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
        default_factory=list, description="names under which the file is distributed, best first"
    )
    manual_folder: Annotated[str, Field(pattern=r"^[\w./-]+$")] = Field(
        "",
        description="where a person puts the file by hand, relative to the project's folder; "
        "data/manual/<name> if it is not given",
    )
    n_subjects: StrictCount | None = Field(
        None, description="subjects in the prepared table; null: not checked"
    )
    n_trials: StrictCount | None = Field(
        None, description="trials (rows) in the prepared table; null: not checked"
    )
    sha256: str | None = Field(
        None,
        description="SHA-256 of the prepared table's canonical content; null: that of the first "
        "use is kept, and checked from then on",
        pattern=r"^[0-9a-f]{64}$",
    )

    @property
    def extra(self) -> list[str]:
        """The columns of the prepared table beside those that every one has."""
        return self.columns.extra

    @property
    def described_by(self) -> str:
        """What messages call the file that describes the data set."""
        return f"config/datasets/{self.name}.yaml"

    @property
    def on_disk(self) -> str | None:
        """The path of the file, None if it has to be fetched."""
        return None if self.file is None or is_web(self.file) else self.file

    @property
    def places(self) -> list[Mirror]:
        """Where the data are fetched from: the address that `file` names first."""
        named = self.file is not None and is_web(self.file)
        first = [UrlMirror(kind="url", url=str(self.file))] if named else []
        return [*first, *self.mirrors]

    @property
    def advice(self) -> str:
        """What to do where a file does not hold the right trials."""
        where = "" if self.page is None else f" from {self.page}"
        return f"Fetch the file again{where}."

    def layouts(self) -> list[Layout]:
        """Return the layouts that the file may have, the main one first."""
        own = {name: getattr(self, name) for name in Layout.model_fields}
        main = Layout.model_construct(**own).model_dump()
        out = [Layout.model_validate(main)]
        for change in self.also:
            columns = {"columns": main["columns"] | change.get("columns", {})}
            out.append(Layout.model_validate(main | change | columns))
        return out

    @model_validator(mode="before")
    @classmethod
    def _usual_places(cls, data: Any) -> Any:
        if not isinstance(data, dict) or not isinstance(data.get("name"), str):
            return data
        usual = {
            "file_names": [f"{data['name']}.csv"],
            "manual_folder": f"data/manual/{data['name']}",
        }
        return usual | data

    @model_validator(mode="after")
    def _layouts_have_the_same_columns(self) -> Self:
        for place, layout in enumerate(self.layouts()):
            if (layout.columns.extra, layout.groups) != (self.extra, self.groups):
                raise ValueError(
                    f"also.{place - 1}: gives the columns {layout.columns.extra} and groups "
                    f"{layout.groups}; every layout must give {self.extra} and {self.groups}"
                )
        return self


def load_registry(folder: str | Path, names: Collection[str] | None = None) -> dict[str, Dataset]:
    """Read and check the data sets of a folder; return them by name, in the alphabet's order.

    Parameters
    ----------
    folder : path
        It holds a file `<name>.yaml` for each data set.
    names : names, optional
        Those that are wanted, if not all: the files of others are not read.

    Raises
    ------
    ConfigError
        If a file is unreadable, is not YAML, or has an unknown key, a wrong type, or a value that
        is not allowed; names file, key and value.
    """
    there = data_sets_in(folder)
    wanted = there if names is None else [name for name in there if name in names]
    return {name: load_dataset(Path(folder) / f"{name}.yaml") for name in wanted}


def data_sets_in(folder: str | Path) -> list[str]:
    """Return the names of the data sets that a folder describes."""
    return sorted(path.stem for path in Path(folder).glob("*.yaml"))


def load_dataset(path: Path) -> Dataset:
    """Read and check the file of one data set, whose name is the file's; errors as above."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise ConfigError(f"{path}: cannot read the file of a data set ({error}).") from error
    raw = parse_yaml(content, str(path))
    if not isinstance(raw, dict):
        raise ConfigError(f"{path}: expected keys and values, as `columns:`; got {shown(raw)}.")
    named = raw.setdefault("name", path.stem)
    if named != path.stem:
        raise ConfigError(
            f"{path}: name: got {shown(named)}; expected '{path.stem}', as the file is called, or "
            "no name."
        )
    try:
        return Dataset.model_validate(raw)
    except ValidationError as error:
        raise ConfigError(f"{path}: {_explain(error, raw)}") from error


def row_of(dataset: Dataset) -> dict[str, Any]:
    """Return what stages see of a data set, as plain data: all but its title."""
    return dataset.model_dump(mode="json", exclude={"title"})


def check_people(
    experiments: Mapping[str, Experiment], there: Collection[str], folder: str = "the registry"
) -> None:
    """Raise `ConfigError` unless the people of every experiment are a data set that is there."""
    for name, experiment in experiments.items():
        if experiment.human is not None and experiment.human not in there:
            close = difflib.get_close_matches(experiment.human, list(there), n=1)
            hint = f" Did you mean '{close[0]}'?" if close else ""
            raise ConfigError(
                f"experiment '{name}': human: got '{experiment.human}', which is no data set of "
                f"{folder}; it holds {sorted(there)}.{hint}"
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
    return "the data set is not valid.\n  " + "\n  ".join(lines)
