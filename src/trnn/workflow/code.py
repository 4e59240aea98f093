"""What a stage is made of: its files, their digests, and the param that tells of a change.

A stage is made of its script, of what this imports (`trnn.workflow.modules`), and of modules that
it finds by a name in its settings. The digests see no comments (`trnn.workflow.sources`).
"""

import hashlib
import json
import os
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from trnn.tables.origin import PROJECT
from trnn.workflow.modules import files_of, modules_of
from trnn.workflow.sources import read_source

SCRIPTS = PROJECT / "workflow" / "scripts"
# Scripts of what is made to be read: it is made anew when words change.
READ = frozenset({"figures", "experiment_summary", "summary", "report"})


def stage_code(script: str, modules: Iterable[str] = ()) -> dict[str, Any]:
    """Return the param of a rule that says what its stage is made of.

    Parameters
    ----------
    script : str
        The stage's script, without folder and suffix.
    modules : names
        Modules that the stage finds by a name in its settings, for example
        ``trnn.theory.models.q_learning``, or a model of one's own, ``path/to/file.py:Class``.

    Returns
    -------
    dict
        `script`, `modules`, and `digest`, which changes when the code of any file does.
    """
    named = tuple(sorted(set(modules)))
    return {"script": script, "modules": list(named), "digest": _stage_digest(script, named)}


def stage_files(script: str, modules: Iterable[str] = ()) -> dict[str, str]:
    """Return the digest of each file that a stage is made of, by its name in the project.

    The name of a file of one's own that lies elsewhere is "./" and its path from the working
    folder, or the absolute path by which it was given.
    """
    own, words = SCRIPTS / f"{script}.py", script in READ
    files = {str(own), *modules_of(own, words), *files_of(*modules, words=words)}
    names = {_name_of(Path(file)): Path(file) for file in files}
    return {name: source_digest(names[name], script) for name in sorted(names)}


def path_of(name: str, project: Path = PROJECT) -> Path:
    """Return the path of a file from its name in `stage_files`; `project` is the checkout."""
    return Path(name.removeprefix("./")) if name.startswith("./") else project / name


def source_digest(path: Path, script: str) -> str:
    """Return the digest of a file as the stage of `script` sees it: with its words, or without."""
    source = read_source(path)
    return source.digest_with_words if script in READ else source.digest


def code_digest(files: Mapping[str, str]) -> str:
    """Return the SHA-256 of what `stage_files` returned."""
    return hashlib.sha256(json.dumps(files, sort_keys=True).encode()).hexdigest()


def _name_of(path: Path) -> str:
    whole = Path(os.path.normpath(path.absolute()))
    if whole.is_relative_to(PROJECT):
        return whole.relative_to(PROJECT).as_posix()
    return str(path) if path.is_absolute() else f"./{path.as_posix()}"


@cache  # it is asked for every job, again and again
def _stage_digest(script: str, modules: tuple[str, ...]) -> str:
    return code_digest(stage_files(script, modules))
