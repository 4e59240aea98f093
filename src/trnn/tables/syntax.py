"""What Python code says: its statements, and a digest that is blind to comments and layout.

The digest is that of the syntax tree without docstrings. It is the same on every machine and in
every version of Python that knows the syntax.
"""

import ast
import hashlib
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any

# Words about a parameter are arguments where a model is defined, by keyword or in these places.
PARAMETER = "Parameter"
WORDS_OF_A_PARAMETER = {"words": 1, "symbol": 2}


def statements(node: ast.AST) -> Iterator[ast.AST]:
    """Yield the statements below a node, however deep, without their expressions."""
    for block in ("body", "handlers", "orelse", "finalbody", "cases"):
        children = getattr(node, block, None)
        for child in children if isinstance(children, list) else ():
            yield child
            yield from statements(child)


def imported(tree: ast.AST) -> tuple[str, ...]:
    """Return the names of modules that code imports, and of what it imports from them, sorted."""
    names: set[str] = set()
    for node in statements(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            names.add(node.module)
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return tuple(sorted(names))


def digest_of(tree: ast.AST, left_out: Mapping[str, int] = MappingProxyType({})) -> str:
    """Return the SHA-256 of what code says; `left_out`: arguments of `Parameter`, with places."""
    return hashlib.sha256("".join(_said(tree, left_out)).encode()).hexdigest()


def _said(node: object, left_out: Mapping[str, int]) -> Iterator[str]:
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
            elif name == "args" and left_out and _makes_a_parameter(node):
                value = [arg for i, arg in enumerate(value) if i not in left_out.values()]
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
