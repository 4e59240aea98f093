"""Reading configuration files, with errors that name file, key, value and what is allowed."""

import difflib
import typing
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from trnn.config.experiment import Experiment
from trnn.config.extend import Files, chain, whole
from trnn.config.given import with_given
from trnn.config.hazards import KINDS as HAZARDS
from trnn.config.plain import CHARACTERS_SHOWN, PROBLEMS_SHOWN, read_yaml, refuse_oversized, shown
from trnn.config.references import KINDS as REFERENCES
from trnn.config.run import Run
from trnn.errors import ConfigError

Model = TypeVar("Model", bound=BaseModel)
__all__ = ["load_experiments", "load_run", "read_yaml"]

KINDS = (*HAZARDS, *REFERENCES)  # of unions: no keys of a file


def load_run(raw: Mapping[str, Any], source: str = "config/config.yaml") -> Run:
    """Validate the run-wide settings; `source` names them in errors."""
    refuse_oversized(raw, source)  # Snakemake has read it, not `read_yaml`
    return _validate(Run, dict(raw), source)


def load_experiments(
    run: Run, folder: Path, files: Mapping[str, Path] | None = None
) -> dict[str, Experiment]:
    """Read and validate the experiments of `run`, with its overrides, in its order.

    Parameters
    ----------
    folder : path
        It holds a file `<name>.yaml` for each experiment.
    files : name -> path, optional
        Files of experiments that stand elsewhere.

    Raises
    ------
    ConfigError
        Naming file, key, value and what is allowed.
    """
    there = sorted({path.stem for path in folder.glob("*.yaml")} | set(files or {}))
    unknown = sorted(set(run.overrides) - {"all", *there})
    if unknown:
        raise ConfigError(
            f"overrides name {shown(unknown)}; allowed are 'all' and {there} of {folder}."
        )
    find = Files(folder, files or {})
    experiments = {}
    for name in run.experiments:
        raw = whole(name, find, run.overrides)
        path = find.path(name)
        changed = {"all", *chain(name, find)} & set(run.overrides)
        source = f"{path} with the run's overrides" if changed else str(path)
        experiment = _validate(Experiment, with_given(raw, path.parent, source), source)
        if experiment.name != name:
            raise ConfigError(f"{path}: name is '{experiment.name}', expected '{name}'.")
        experiments[name] = experiment
    return experiments


def _validate(model: type[Model], raw: dict[str, Any], source: str) -> Model:
    try:
        return model.model_validate(raw)
    except ValidationError as error:
        problems = error.errors()
        lines = [_explain(model, problem) for problem in problems[:PROBLEMS_SHOWN]]
        if len(problems) > PROBLEMS_SHOWN:
            lines.append(f"and {len(problems) - PROBLEMS_SHOWN} more.")
        raise ConfigError(f"{source}:\n" + "\n".join(f"  {line}" for line in lines)) from error


def _explain(model: type[BaseModel], problem: Any) -> str:
    location = ".".join(_keys(problem["loc"]))[:CHARACTERS_SHOWN] or "(the whole file)"
    if problem["type"] == "extra_forbidden":
        allowed = sorted(_fields_at(model, problem["loc"][:-1]))
        close = difflib.get_close_matches(str(problem["loc"][-1]), allowed, n=1)
        hint = f" Did you mean '{close[0]}'?" if close else ""
        return f"{location}: unknown key; allowed are {allowed}.{hint}"
    if problem["type"] == "missing":
        return f"{location}: missing, and it has no default."
    message = problem["msg"].removeprefix("Value error, ")
    if problem["type"] == "value_error":
        return f"{location}: {message}"
    return f"{location}: got {shown(problem['input'])}; {message}"


def _keys(location: tuple[int | str, ...]) -> list[str]:
    """Return the keys of the file that lead to `location`, which also names kinds of unions."""
    keys = [str(part) for part in location if part not in KINDS]
    kind_at = {"task": 1, "dynamics": 2}.get(keys[0]) if keys else None
    if kind_at is not None and len(keys) > kind_at + 1:
        del keys[kind_at]
    return keys


def _fields_at(model: type[BaseModel], location: tuple[int | str, ...]) -> set[str]:
    """Return the keys that are allowed where `location` leads."""
    found: list[type[BaseModel]] = [model]
    for part in location:
        annotations = [
            m.model_fields[part].annotation
            for m in found
            if isinstance(part, str) and part in m.model_fields
        ]
        # Tags of unions, keys of dictionaries and indices of lists lead nowhere new.
        if annotations:
            found = [m for annotation in annotations for m in _models_in(annotation)]
        else:
            found = [m for m in found if _tag(m) in (part, None)] or found
    return {name for m in found for name in m.model_fields}


def _models_in(annotation: Any) -> list[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [m for argument in typing.get_args(annotation) for m in _models_in(argument)]


def _tag(model: type[BaseModel]) -> str | None:
    kind = model.model_fields.get("kind")
    return typing.get_args(kind.annotation)[0] if kind is not None else None
