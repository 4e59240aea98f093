"""Which of the package's files a script is made of, from its imports.

Snakemake re-runs a rule when an input file changes, but it does not look at what a script imports.
Listed as inputs, a stage's modules make it run again when they change, and no other stage.
"""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from trnn.tables.origin import PACKAGE

# The types of the settings. They only say what may be set; what is set reaches a stage through its
# params, defaults included, and Snakemake runs it again when those change. As inputs they would
# make a new setting of one estimator run all the others again.
TYPES_OF_SETTINGS = frozenset(
    PACKAGE / "config" / f"{name}.py"
    for name in (
        *(
            "drnn",
            "dynamics",
            "estimators",
            "experiment",
            "identifiability",
            "nonstationarity",
            "priors",
        ),
        *("run", "task"),
    )
)


def modules_of(script: Path) -> list[str]:
    """Return the package files that `script` imports, directly or through others, sorted.

    The types of the settings are left out, and what they import: see `TYPES_OF_SETTINGS`.
    """
    found: set[Path] = set()
    waiting = list(_imports(script))
    while waiting:
        path = waiting.pop()
        if path not in found and path not in TYPES_OF_SETTINGS:
            found.add(path)
            waiting += _imports(path)
    return sorted(str(path) for path in found)


@cache
def _imports(path: Path) -> frozenset[Path]:
    names: set[str] = set()
    for node in statements(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            names.add(node.module)
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return frozenset(file for name in names for file in _files(name))


def statements(node: ast.AST) -> Iterator[ast.AST]:
    """Yield the statements below a node, however deep; their expressions, the most, are passed."""
    for block in ("body", "handlers", "orelse", "finalbody", "cases"):
        children = getattr(node, block, None)
        for child in children if isinstance(children, list) else ():
            yield child
            yield from statements(child)


@cache
def _files(name: str) -> tuple[Path, ...]:
    """Return the file of a module and the `__init__` of every package above it."""
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
