"""Plain settings written as YAML with a comment on what a scientist should know of each."""

import math
import textwrap
from collections.abc import Mapping
from typing import Any

import yaml

WIDTH = 98
INDENT = 2


def scalar(value: Any) -> str:
    """Return a value in one line of YAML."""
    text = yaml.safe_dump(
        value, default_flow_style=True, allow_unicode=True, width=math.inf, sort_keys=False
    )
    return text.strip().removesuffix("...").strip()


def commented(
    settings: Mapping[str, Any],
    comments: Mapping[str, str],
    head: str,
    depth: int = 0,
    at: str = "",
) -> str:
    """Return settings as YAML, `head` above all of them.

    A mapping stands in one line where it fits and no comment is within it.

    Parameters
    ----------
    comments : dotted key -> words
        They stand above the key.
    """
    space = " " * INDENT * depth
    lines = _comment(head, space)
    for key, value in settings.items():
        where = f"{at}.{key}".lstrip(".")
        lines += _comment(comments.get(where, ""), space)
        lines += _lines(str(key), value, comments, depth, where)
    return "\n".join(lines) + ("\n" if depth == 0 else "")


def _lines(key: str, value: Any, comments: Mapping[str, str], depth: int, where: str) -> list[str]:
    space, name = " " * INDENT * depth, scalar(key)
    line = f"{space}{name}: {scalar(value)}"
    within = any(other.startswith(f"{where}.") for other in comments)
    if isinstance(value, Mapping) and value and (within or len(line) > WIDTH):
        return [f"{space}{name}:", commented(value, comments, "", depth + 1, where)]
    if isinstance(value, list) and len(line) > WIDTH:
        inner = space + " " * INDENT
        return [f"{space}{name}:", *(f"{inner}- {scalar(part)}" for part in value)]
    return [line]


def _comment(words: str, space: str) -> list[str]:
    """Return words as lines of a comment; a line of their own stays one."""
    return [
        f"{space}# {line}".rstrip()
        for part in words.splitlines()
        for line in textwrap.wrap(part, WIDTH - len(space) - 2, break_long_words=False) or [""]
    ]
