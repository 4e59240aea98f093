"""What a Python file imports, and a digest of what it says, blind to comments and layout.

The digest is that of the file's syntax tree without docstrings. A word about the code leaves it as
it is, and any change of the code does not. It is the same on every machine and in every version of
Python that knows the syntax.

Parsing a few hundred files takes Snakemake a second at each start, so what was found is kept beside
Snakemake's own notes, by the files' content.
"""

import ast
import atexit
import contextlib
import hashlib
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any

from trnn.tables.atomic import atomic_path

KEPT = Path(".snakemake") / "trnn-code.json"  # below the folder in which Snakemake runs
MOST = 4_000  # entries, some ten times the project's files; beyond it, what is old is forgotten
# Words about a parameter are keyword arguments where a model is defined.
MODELS = ("trnn", "theory", "models")
PARAMETER = "Parameter"
WORDS_OF_A_PARAMETER = frozenset({"words", "symbol"})


@dataclass(frozen=True)
class Source:
    """A file's imports (names of modules, and of what is imported from them) and two digests.

    `digest` leaves out words about parameters (`WORDS_OF_A_PARAMETER`, in files of models);
    `digest_with_words` does not, and is that of what is made to be read.
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


def statements(node: ast.AST) -> Iterator[ast.AST]:
    """Yield the statements below a node, however deep, without their expressions."""
    for block in ("body", "handlers", "orelse", "finalbody", "cases"):
        children = getattr(node, block, None)
        for child in children if isinstance(children, list) else ():
            yield child
            yield from statements(child)


def _parsed(tree: ast.Module, has_words: bool) -> Source:
    # What a package offers to whoever asks for it (PEP 562) is no part of those who do not.
    tree.body = [node for node in tree.body if getattr(node, "name", None) != "__getattr__"]
    names: set[str] = set()
    for node in statements(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            names.add(node.module)
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    whole = _digest(tree, frozenset())
    plain = _digest(tree, WORDS_OF_A_PARAMETER) if has_words else whole
    return Source(tuple(sorted(names)), plain, whole)


def _digest(tree: ast.AST, left_out: frozenset[str]) -> str:
    return hashlib.sha256("".join(_said(tree, left_out)).encode()).hexdigest()


def _said(node: object, left_out: frozenset[str]) -> Iterator[str]:
    """Yield a syntax tree piece by piece, without docstrings.

    Fields that are empty are left out, since later versions of Python add some; texts are written
    in ASCII, since what can be printed depends on the version too.
    """
    if isinstance(node, ast.AST):
        yield f"{type(node).__name__}("
        for name in node._fields:
            value: Any = getattr(node, name, None)
            if name == "body" and _has_docstring(node):
                value = value[1:]
            elif name == "keywords" and left_out and _makes_a_parameter(node):
                value = [keyword for keyword in value if keyword.arg not in left_out]
            if value is not None and value != []:
                yield f"{name}="
                yield from _said(value, left_out)
        yield ")"
    elif isinstance(node, list):
        yield "["
        for part in node:
            yield from _said(part, left_out)
            yield ","
        yield "]"
    else:
        yield ascii(node)


def _has_docstring(node: ast.AST) -> bool:
    if not isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
        return False
    first = node.body[0] if node.body else None
    text = first.value if isinstance(first, ast.Expr) else None
    return isinstance(text, ast.Constant) and isinstance(text.value, str)


def _makes_a_parameter(node: ast.AST) -> bool:
    called = node.func if isinstance(node, ast.Call) else None
    return isinstance(called, ast.Name) and called.id == PARAMETER


# What was found before, by content.


@cache
def _version() -> bytes:
    """Return what a change of this module changes, so that nothing is taken from an older one."""
    return hashlib.sha256(Path(__file__).read_bytes()).digest()


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
