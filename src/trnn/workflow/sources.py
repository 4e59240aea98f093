"""What a Python file imports, and a digest of what it says, blind to comments and layout.

The digest is that of the file's syntax tree without docstrings (`trnn.tables.syntax`). A word about
the code leaves it as it is, and any change of the code does not.

Parsing a few hundred files takes Snakemake a second at each start, so what was found is kept beside
Snakemake's own notes, by the files' content.
"""

import ast
import atexit
import contextlib
import hashlib
import json
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path

from trnn.config import model_files
from trnn.config.model_files import models_in
from trnn.tables import syntax
from trnn.tables.atomic import atomic_path
from trnn.tables.syntax import WORDS_OF_A_PARAMETER, digest_of, imported

KEPT = Path(".snakemake") / "trnn-code.json"  # below the folder in which Snakemake runs
MOST = 4_000  # entries, some ten times the project's files; beyond it, what is old is forgotten
MODELS = ("trnn", "theory", "models")


@dataclass(frozen=True)
class Source:
    """A file's imports (names of modules, and of what is imported from them) and two digests.

    `digest` leaves out words about parameters (`WORDS_OF_A_PARAMETER`, in files of models: the
    package's, and any that defines one); `digest_with_words` does not, and is that of what is made
    to be read.
    """

    imports: tuple[str, ...]
    digest: str
    digest_with_words: str


@cache
def read_source(path: Path) -> Source:
    """Return what is known of a Python file, from its content as it is now.

    Raises
    ------
    SyntaxError
        If the file is no Python.
    """
    content = path.read_bytes()
    has_words = path.parts[-4:-1] == MODELS
    key = hashlib.sha256(_version() + bytes([has_words]) + content).hexdigest()
    known = _kept().get(key)
    if known is None:
        known = _parsed(ast.parse(content, str(path)), has_words)
        _kept()[key] = known
        _keep_at_the_end()
    return known


def _parsed(tree: ast.Module, has_words: bool) -> Source:
    # What a package offers to whoever asks for it (PEP 562) is no part of those who do not.
    tree.body = [node for node in tree.body if getattr(node, "name", None) != "__getattr__"]
    whole = digest_of(tree)
    has_words = has_words or bool(models_in(tree))
    plain = digest_of(tree, WORDS_OF_A_PARAMETER) if has_words else whole
    return Source(imported(tree), plain, whole)


# What was found before, by content.


@cache
def _version() -> bytes:
    """Return what a change of how files are read changes: nothing is taken from an older way."""
    files = (__file__, syntax.__file__, model_files.__file__)
    return hashlib.sha256(b"\0".join(Path(file).read_bytes() for file in files)).digest()


@cache
def _kept() -> dict[str, Source]:
    try:
        known = json.loads(KEPT.read_text(encoding="utf-8"))
        sources = {
            key: Source(tuple(entry["imports"]), entry["digest"], entry["digest_with_words"])
            for key, entry in known.items()
        }
        return sources if len(sources) < MOST else {}
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return {}  # a file that cannot be read is as good as none


@cache
def _keep_at_the_end() -> None:
    atexit.register(_keep, KEPT.absolute())


def _keep(path: Path) -> None:
    """Write what is known, where Snakemake keeps its notes; whoever cannot parses again."""
    if path.parent.is_dir():
        with contextlib.suppress(OSError), atomic_path(path) as temporary:
            known = {key: asdict(source) for key, source in _kept().items()}
            temporary.write_text(json.dumps(known), encoding="utf-8")
