"""Models of one's own: a class in a Python file anywhere, called ``path/to/file.py:Class``.

The file is read here and not run. Settings name it as it is seen from the working folder, so that
a project which is moved as a whole stays what it was; a file outside that was named by an absolute
path keeps it.
"""

import ast
import hashlib
import os
import re
import sys
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from trnn.errors import ConfigError
from trnn.tables.syntax import WORDS_OF_A_PARAMETER, digest_of, imported

_OWN = re.compile(r"(?P<file>.+?\.py)(?::(?P<name>.*))?", re.DOTALL)
FORM = "path/to/file.py:Class"
# Never taken from the folder of a model's file, whatever lies there.
NOT_OWN = frozenset({*sys.stdlib_module_names, "trnn", "numpy", "numba"})


def is_own(model: str) -> bool:
    """Return whether a model is called by its file, and not by a name of the package's."""
    return _OWN.fullmatch(model) is not None


def split(model: str) -> tuple[Path, str]:
    """Return the file and the class of a model of one's own; of one without a class, "" for it."""
    found = _OWN.fullmatch(model)
    if found is None:
        raise ConfigError(f"got '{model}'; a model of one's own is called {FORM}.")
    return Path(found["file"]).expanduser(), found["name"] or ""


def located(model: str, *folders: Path) -> str:
    """Return what a model of one's own is called from here on: its file found, its class named.

    Parameters
    ----------
    model : str
        ``file.py:Class``, or ``file.py`` if the file defines one model alone.
    folders : paths
        Where a relative path may begin; the first that has the file counts. The working folder
        comes last, whether it is named or not.

    Raises
    ------
    ConfigError
        If there is no such file, with the places tried; if it is no Python, or does not define the
        class as a model, with those that it defines.
    """
    file, name = split(model)
    tried = [Path(os.path.normpath(folder / file)) for folder in (*folders, Path())]
    found = next((path for path in tried if path.is_file()), None)
    if found is None:
        places = " and ".join(dict.fromkeys(str(path.absolute()) for path in tried))
        raise ConfigError(
            f"there is no file {file}; looked for {places}. A path is relative to the file of "
            "settings that names it, or else to the working folder."
        )
    whole = found.absolute()
    inside = whole.is_relative_to(Path.cwd())
    seen = found if file.is_absolute() and not inside else Path(os.path.relpath(whole))
    return f"{seen.as_posix()}:{_class_of(seen, name).name}"


def with_model_found(raw: Mapping[str, Any], path: Path) -> dict[str, Any]:
    """Return the settings of a file at `path`; models of one's own are called as `located` says.

    They are the experiment's, and those of its theories' candidates.

    Raises
    ------
    ConfigError
        As of `located`, with the file of settings.
    """
    out = _found(raw, path, "model")
    theories = out.get("theories")
    candidates = theories.get("candidates") if isinstance(theories, Mapping) else None
    if isinstance(theories, Mapping) and isinstance(candidates, Mapping):
        found = {
            name: _found(own, path, f"theories.candidates.{name}.model")
            if isinstance(own, Mapping)
            else own
            for name, own in candidates.items()
        }
        out["theories"] = {**theories, "candidates": found}
    return out


def _found(raw: Mapping[str, Any], path: Path, where: str) -> dict[str, Any]:
    """Return settings with their `model` found, if it is one's own; `where` is for messages."""
    out, model = dict(raw), raw.get("model")
    if isinstance(model, str) and is_own(model.strip()):
        try:
            out["model"] = located(model.strip(), path.parent)
        except ConfigError as error:
            raise ConfigError(f"{path}: {where}: {error}") from error
    return out


def class_of(model: str) -> ast.ClassDef:
    """Return the class of a model of one's own, as it is written; errors as of `located`."""
    return _class_of(*split(model))


def models_in(tree: ast.Module) -> dict[str, ast.ClassDef]:
    """Return the classes of a file that state `parameters`, by name."""
    classes = (node for node in tree.body if isinstance(node, ast.ClassDef))
    return {node.name: node for node in classes if stated(node) is not None}


def stated(node: ast.ClassDef) -> list[ast.expr] | None:
    """Return what a class's body lists as `parameters`; None if it does not."""
    for line in node.body:
        targets = line.targets if isinstance(line, ast.Assign) else []
        targets = [line.target] if isinstance(line, ast.AnnAssign) else targets
        if any(isinstance(t, ast.Name) and t.id == "parameters" for t in targets):
            value = line.value  # type: ignore[attr-defined]
            return value.elts if isinstance(value, ast.Tuple) else None
    return None


def sources_of(file: Path) -> dict[str, tuple[Path, bytes]]:
    """Return a model's file and those that it imports from its own folder, with their contents.

    By the modules' names; that of the file itself is "". What lies in the folder goes before what
    is installed, but not before the standard library and `NOT_OWN`.

    Raises
    ------
    ConfigError
        If one cannot be read, or is no Python.
    """
    found = {"": (file, _read(file))}
    waiting = [""]
    while waiting:
        path, content = found[waiting.pop()]
        for name in _imported(content, str(path)):
            parts = name.split(".")
            for n in range(1, len(parts) + 1) if parts[0] not in NOT_OWN else ():
                module = ".".join(parts[:n])
                own = _module(file.parent, parts[:n])
                if own is not None and module not in found:
                    found[module] = (own, _read(own))
                    waiting.append(module)
    return found


def equations_digest(sources: Mapping[str, tuple[Path, bytes]]) -> str:
    """Return the SHA-256 of what `sources_of` returned.

    It is blind to comments, layout and the words of parameters.
    """
    parts = [
        f"{name} {digest_of(_parsed(content, str(path)), WORDS_OF_A_PARAMETER)}"
        for name, (path, content) in sorted(sources.items())
    ]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def _class_of(file: Path, name: str) -> ast.ClassDef:
    tree = _parsed(_read(file), str(file))
    there = models_in(tree)
    if not name and len(there) == 1:
        return next(iter(there.values()))
    if name in there:
        return there[name]
    has = f"those that it defines are {list(there)}" if there else "it defines none"
    if not name:
        raise ConfigError(f"{file}: which of its models? {has}. Name one: {file}:Class.")
    known = {node.name for node in tree.body if isinstance(node, ast.ClassDef)}
    what = "is no model: it states no `parameters`" if name in known else "is not there"
    raise ConfigError(
        f"{file}: the class '{name}' {what}. A model is a class that states `parameters`, a tuple, "
        f"in its own body; {has}."
    )


def _module(folder: Path, parts: Sequence[str]) -> Path | None:
    """Return the file of a module below a folder; None if there is none."""
    base = folder.joinpath(*parts)
    files = (base.with_name(f"{base.name}.py"), base / "__init__.py")
    return next((path for path in files if path.is_file()), None)


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise ConfigError(f"{file}: cannot read the model's file ({error}).") from error


@lru_cache(maxsize=64)
def _imported(content: bytes, file: str) -> tuple[str, ...]:
    return imported(_parsed(content, file))


def _parsed(content: bytes, file: str) -> ast.Module:
    try:
        return ast.parse(content, file)
    except SyntaxError as error:
        line = (error.text or "").strip()
        raise ConfigError(
            f"{file}:{error.lineno}: not valid Python: {error.msg}" + (f": {line}" if line else "")
        ) from error
    except ValueError as error:  # bytes that no source may hold
        raise ConfigError(f"{file}: not valid Python: {error}.") from error
