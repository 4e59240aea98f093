"""Models of one's own, loaded from their files (`trnn.config.model_files`).

What runs is what was read: the file and those that it imports from its own folder are read once,
executed from these bytes, and called after a digest of them. So Python keeps no bytecode of theirs,
a version that has changed is another module, and no compiled loop of the one is taken for the
other's (`trnn.theory.compiled` tells models apart by their modules too).
"""

import hashlib
import importlib.abc
import importlib.machinery
import importlib.util
import inspect
import re
import sys
import threading
import traceback
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

from trnn.config.model_files import equations_digest, located, sources_of, split
from trnn.config.models import model_names, parameters_of
from trnn.errors import ConfigError
from trnn.theory.meanings import meet
from trnn.theory.model import Model

PREFIX = "trnn_own_"  # of modules' names
NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")

# By place and content, so that a file that has not changed is one model.
_LOADED: dict[tuple[str, str], Model] = {}
_IN_USE: dict[str, Model] = {}
_LOCK = threading.RLock()  # while a file runs, its neighbours stand among Python's modules


@dataclass(frozen=True)
class Own:
    """Where a model of one's own comes from: how it is called, and the digest of its equations."""

    called: str
    digest: str


_ORIGINS: dict[str, Own] = {}


def own_model(called: str) -> Model:
    """Return the model of a file, as it was when this process first loaded it.

    A stage asks again and again, and must not have other equations in its middle.
    """
    known = _IN_USE.get(_place(called))
    return load_own(called) if known is None else known


def load_own(called: str) -> Model:
    """Return the model of a file as it is now, which `own_model` returns from here on.

    Parameters
    ----------
    called : str
        ``file.py:Class``, or ``file.py`` of one that defines one model; from the working folder.

    Raises
    ------
    ConfigError
        If the file cannot be read or run, with file, line and reason; or if what it defines is no
        model, or is not what it states.
    """
    asked, called = called, located(called)
    file, name = split(called)
    sources = sources_of(file)
    content = _digest_of(sources)
    with _LOCK:
        key = (_place(called), content)
        if key not in _LOADED:
            module = _run(file, sources, content)
            _LOADED[key] = _checked(vars(module).get(name), name, called)
            _ORIGINS[module.__name__] = Own(called, equations_digest(sources))
        for place in (asked, called):
            _IN_USE[_place(place)] = _LOADED[key]
    meet(called)
    return _LOADED[key]


def origin_of(model: Model) -> Own | None:
    """Return where a model comes from; None if it is the package's, or was made in a session."""
    return _ORIGINS.get(type(model).__module__)


def _place(called: str) -> str:
    file, name = split(called)
    return f"{file.absolute()}:{name}"


def _digest_of(sources: Mapping[str, tuple[Path, bytes]]) -> str:
    parts = (f"{name}\0".encode() + content for name, (_, content) in sorted(sources.items()))
    return hashlib.sha256(b"\0\0".join(parts)).hexdigest()[:24]


class _Neighbours(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Finds modules of a model's own folder, and runs what was read of them."""

    def __init__(self, sources: Mapping[str, tuple[Path, bytes]], prefix: str) -> None:
        self.sources = {name: source for name, source in sources.items() if name}
        self.prefix = prefix

    def find_spec(
        self, name: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        if name not in self.sources:
            return None
        file = self.sources[name][0]
        package = file.name == "__init__.py"
        return importlib.util.spec_from_loader(name, self, origin=str(file), is_package=package)

    def exec_module(self, module: ModuleType) -> None:
        file, content = self.sources[module.__name__]
        # Compiled functions are called after their modules: two versions must not be called alike.
        module.__name__ = f"{self.prefix}.{module.__name__}"
        _execute(module, file, content)


@contextmanager
def _among(neighbours: _Neighbours) -> Iterator[None]:
    """Have imports find the neighbours, and nothing else of their names, for the while."""
    names = set(neighbours.sources)
    before = {name: sys.modules.pop(name) for name in names if name in sys.modules}
    sys.meta_path.insert(0, neighbours)
    try:
        yield
    finally:
        sys.meta_path.remove(neighbours)
        for name in names:
            sys.modules.pop(name, None)
        sys.modules.update(before)


def _run(file: Path, sources: Mapping[str, tuple[Path, bytes]], content: str) -> ModuleType:
    """Return the module that a model's file makes."""
    module = ModuleType(f"{PREFIX}{content}")
    try:
        with _among(_Neighbours(sources, module.__name__)):
            _execute(module, *sources[""])
    except Exception as error:
        # The last place that lies in one of the files that were read.
        own = {str(path.absolute()) for path, _ in sources.values()}
        frames = traceback.extract_tb(error.__traceback__)
        lines = [f"{frame.filename}:{frame.lineno}" for frame in frames if frame.filename in own]
        where = lines[-1] if lines else str(file)
        raise ConfigError(
            f"{where}: the model's file cannot be used ({type(error).__name__}: {error}). It may "
            "import what is installed, and Python files of its own folder by `import name`."
        ) from error
    return module


def _execute(module: ModuleType, file: Path, content: bytes) -> None:
    """Run what was read of a file as a module."""
    module.__file__ = str(file.absolute())
    sys.modules[module.__name__] = module  # where a class's source is looked up
    exec(compile(content, module.__file__, "exec", dont_inherit=True), vars(module))


def _checked(made: Any, name: str, called: str) -> Model:
    """Return the model of a class; ConfigError unless it is one, and what its file states."""
    file, _ = split(called)
    if not (inspect.isclass(made) and issubclass(made, Model)):
        raise ConfigError(
            f"{file}: '{name}' is no model: it must be a class of trnn.theory.model.Model, got "
            f"{made!r}."
        )
    own = getattr(made, "name", None)
    if not (isinstance(own, str) and NAME.fullmatch(own)):
        raise ConfigError(
            f"{file}: the class {name} must state `name`, of at most 40 small letters, digits and "
            f'"_", for example name = "two_rates"; got {own!r}.'
        )
    if own in model_names():
        raise ConfigError(
            f"{file}: the class {name} has name = '{own}', which a model of the package is called. "
            "Give yours a name of its own."
        )
    model: Model = made()
    if tuple(model.parameters) != parameters_of(called).parameters:
        raise ConfigError(
            f"{file}: the class {name} states other `parameters` in its body than it has when the "
            "file has run. State them there, and change them nowhere else."
        )
    return model
