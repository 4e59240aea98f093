"""An experiment's settings as a whole: those that it extends, its own, and a run's overrides."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from trnn.config.base import Name
from trnn.config.experiment import Experiment
from trnn.config.merge import merge
from trnn.config.model_files import with_model_found
from trnn.config.nulls import takes_null
from trnn.config.plain import read_yaml, shown
from trnn.errors import ConfigError

EXTENDS, ALL = "extends", "all"


@dataclass(frozen=True)
class Files:
    """Where experiments' files are: `<name>.yaml` in a folder, or elsewhere."""

    folder: Path
    elsewhere: Mapping[str, Path]
    _read: dict[str, dict[str, Any]] = field(default_factory=dict)

    def path(self, name: str) -> Path:
        """Return the file of an experiment."""
        return self.elsewhere.get(name, self.folder / f"{name}.yaml")

    def content(self, name: str) -> dict[str, Any]:
        """Return what it holds; ConfigError if it cannot be read."""
        if name not in self._read:
            self._read[name] = with_model_found(read_yaml(self.path(name)), self.path(name))
        return dict(self._read[name])


def chain(name: str, files: Files) -> list[str]:
    """Return the experiments that one is made of, from the first that extends none to itself.

    Raises
    ------
    ConfigError
        If one cannot be read, or extends itself by way of others; it names all of them.
    """
    names = [name]
    while EXTENDS in (content := files.content(names[-1])):
        base, path = content[EXTENDS], files.path(names[-1])
        try:
            TypeAdapter(Name).validate_python(base, strict=True)
        except ValidationError as error:
            raise ConfigError(
                f"{path}: extends: got {shown(base)}; the name of another experiment is needed."
            ) from error
        if base in names:
            told = " extends ".join([*names, base])
            raise ConfigError(
                f"{path}: extends: got '{base}', which comes back to itself: {told}. Let one of "
                "them extend none, or another."
            )
        try:
            files.content(base)
        except ConfigError as error:
            raise ConfigError(f"{path}: extends '{base}': {error}") from error
        names.append(base)
    return names[::-1]


def whole(name: str, files: Files, overrides: Mapping[str, Any]) -> dict[str, Any]:
    """Return an experiment's settings with all that it extends, and with a run's overrides.

    The later wins: the file that is extended, its override, the file that extends it, and so on to
    its own; then the override of `all`, then its own override. A null removes what was inherited.
    """
    raw: dict[str, Any] = {}
    for own in chain(name, files):
        content = files.content(own)
        content.pop(EXTENDS, None)
        raw = lay_over(raw, content)
        if own != name:
            raw = lay_over(raw, _override(overrides, own, files.path(own)))
    for key in (ALL, name):
        raw = lay_over(raw, _override(overrides, key, files.path(name)))
    return raw


def _override(overrides: Mapping[str, Any], key: str, path: Path) -> dict[str, Any]:
    """Return a run's override of an experiment whose file is at `path`."""
    return with_model_found(overrides.get(key) or {}, path)


def lay_over(base: Mapping[str, Any], change: Mapping[str, Any]) -> dict[str, Any]:
    """Return `base` with `change` laid over it; a null removes what is there.

    Where null is a value of its own, as of `prior_grid`, it is that value.
    """
    return _without(merge(base, change), base, change, ())


def _without(
    merged: Mapping[str, Any], base: Any, change: Mapping[str, Any], at: tuple[str, ...]
) -> dict[str, Any]:
    out = dict(merged)
    for key, value in change.items():
        there = isinstance(base, Mapping) and key in base
        if value is None and there and not takes_null(Experiment, (*at, str(key))):
            del out[key]
        elif isinstance(value, Mapping) and there:
            out[key] = _without(out[key], base[key], value, (*at, str(key)))
    return out
