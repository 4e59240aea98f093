"""Which of the package's files a script is made of, from its imports.

Snakemake runs a rule again when its params change, but it does not look at what a script imports.
A digest of a stage's modules among its params makes it run again when their code changes, and no
other stage (`trnn.workflow.code`).

Modules that decide no result are left out, with what they import:

- the types of the settings (`TYPES_OF_SETTINGS`);
- words, the modules called ``words.py``: descriptions of columns, names and symbols of parameters.
  They hold nothing but texts, and are only put into texts. A finished table keeps its old words
  until it is made anew. What is made to be read (figures, texts) is made of them too;
- the frame of a job (`FRAME`): it hands a stage its settings and the names of its files, refuses
  what breaks a rule, tells people what went wrong, and records what was made.

What a stage finds by a name in its settings is in no import: see `files_of`.
"""

from functools import cache
from pathlib import Path

from trnn.config.model_files import is_own, sources_of, split
from trnn.tables.origin import PACKAGE
from trnn.workflow.sources import read_source

# They only define what may be set. The values reach a stage through its params, defaults included,
# and Snakemake runs it again when those change. If these modules counted, a new setting of one
# estimator would run all the others again.
TYPES_OF_SETTINGS = frozenset(
    PACKAGE / "config" / f"{name}.py"
    for name in (
        *("blocks", "drnn", "dynamics", "estimators", "experiment", "identifiability"),
        *("nonstationarity", "particles", "priors", "run", "task", "theories"),
    )
)
WORDS = "words.py"
FRAME = frozenset(
    PACKAGE / name
    for name in (
        *("errors.py", "progress.py", "tables/layout.py", "trials/gate.py"),
        *("workflow/job.py", "workflow/records.py"),
    )
)
# A stage that imports it looks up a model by its name.
MODELS = str(PACKAGE / "theory" / "models" / "__init__.py")


def modules_of(script: Path, words: bool = False) -> list[str]:
    """Return the package files that `script` imports, directly or through others, sorted.

    Parameters
    ----------
    words : bool
        Whether modules of words count too: those of what is made to be read.
    """
    return _closure(_imports(script), words)


def files_of(*modules: str, words: bool = False) -> list[str]:
    """Return the files of modules that are known by name, and all that these import, sorted.

    For what a stage finds by a name in its settings, for example ``trnn.theory.models.q_learning``,
    or a model of one's own, ``path/to/file.py:Class``. `words` as for `modules_of`.
    """
    return _closure(frozenset(file for name in modules for file in _files(name)), words)


def _closure(first: frozenset[Path], words: bool) -> list[str]:
    found: set[Path] = set()
    waiting = list(first)
    while waiting:
        path = waiting.pop()
        if path not in found and not _left_out(path, words):
            found.add(path)
            waiting += _imports(path)
    return sorted(str(path) for path in found)


def _left_out(path: Path, words: bool) -> bool:
    # A model of one's own may have a neighbour of any name.
    is_words = path.name == WORDS and path.is_relative_to(PACKAGE.parent)
    return path in TYPES_OF_SETTINGS or path in FRAME or (is_words and not words)


@cache
def _imports(path: Path) -> frozenset[Path]:
    return frozenset(file for name in read_source(path).imports for file in _files(name))


def _files(name: str) -> tuple[Path, ...]:
    """Return the file of a module and the `__init__` of every package above it.

    Those of a model of one's own are its file and the neighbours that it imports.
    """
    if is_own(name):
        return tuple(path for path, _ in sources_of(split(name)[0]).values())
    return _package_files(name)


@cache
def _package_files(name: str) -> tuple[Path, ...]:
    parts = name.split(".")
    folder = PACKAGE.parent
    if not (folder / parts[0]).is_dir():
        return ()
    files = []
    for part in parts:
        module = folder / f"{part}.py"
        folder = folder / part
        package = folder / "__init__.py"
        files += [file for file in (module, package) if file.is_file()]
    return tuple(files)
