"""Plain data, as YAML gives them: reading them, bounds on them, and showing them in messages."""

from collections.abc import Hashable, Mapping
from pathlib import Path
from typing import Any, NoReturn

import yaml

from trnn.errors import ConfigError

MAX_BYTES = 100_000
"""Largest file of settings that is read, bytes (the largest real: 25,000)."""

MAX_SIZE = 500_000
"""Most values and characters of text, aliases written out (a real file has as many as bytes)."""

MAX_DEPTH = 30
"""Deepest nesting (real settings: 7)."""

CHARACTERS_SHOWN = 200
"""How much of a value a message shows."""

PROBLEMS_SHOWN = 20
"""How many wrong settings a message lists."""


class _Loader(yaml.SafeLoader):
    """YAML without tags, in which a repeated key is an error and not a silent overwrite."""

    depth = 0

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        event = self.peek_event()
        tag = getattr(event, "tag", None)
        if tag is not None:
            self._refuse(f"the tag {shown(tag)} is not allowed: write the value alone", event)
        self.depth += 1
        if self.depth > MAX_DEPTH:  # before a hostile file has cost the time of reading it
            self._refuse(f"nested more than {MAX_DEPTH} deep", event)
        node = super().compose_node(parent, index)
        self.depth -= 1
        return node

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        seen: set[Any] = set()
        for key_node, _ in node.value:
            key = self.construct_object(key_node, deep=deep)
            if isinstance(key, Hashable):
                if key in seen:
                    self._refuse(f"the key {shown(key)} stands twice", key_node)
                seen.add(key)
        return super().construct_mapping(node, deep)

    def _refuse(self, problem: str, at: Any) -> NoReturn:
        raise yaml.MarkedYAMLError(problem=problem, problem_mark=at.start_mark)


def parse_yaml(content: bytes, where: str) -> Any:
    """Return a YAML file's content as plain data; `where` is what messages call the file.

    Raises
    ------
    ConfigError
        If it is too large, no UTF-8 text, no YAML, repeats a key, or has tags.
    """
    if len(content) > MAX_BYTES:
        raise ConfigError(f"{where}: {len(content)} bytes; settings have at most {MAX_BYTES}.")
    try:
        # A date or a number that cannot be is a ValueError or an OverflowError.
        data = yaml.load(content.decode("utf-8"), Loader=_Loader)
    except (yaml.YAMLError, ValueError, OverflowError) as error:
        raise ConfigError(f"{where}: not valid YAML: {error}") from error
    refuse_oversized(data, where)
    return data


def read_yaml(path: Path) -> dict[str, Any]:
    """Read a YAML mapping; ConfigError if the file is absent, malformed or not a mapping."""
    try:
        raw = path.read_bytes()
    except FileNotFoundError as error:
        there = sorted(p.stem for p in path.parent.glob("*.yaml"))
        raise ConfigError(f"{path}: no such file; {path.parent} has {there}.") from error
    except OSError as error:
        raise ConfigError(f"{path}: cannot read the file ({error}).") from error
    content = parse_yaml(raw, str(path))
    if not isinstance(content, dict):
        raise ConfigError(f"{path}: expected keys and values, got {type(content).__name__}.")
    return content


def refuse_oversized(data: Any, where: str) -> None:
    """Raise `ConfigError` if data are nested too deep or are too large with aliases written out.

    A few lines of aliases of aliases stand for more values than a memory holds, and an alias of
    what it stands in for endlessly many.
    """
    size = 0
    waiting = [(data, 1)]
    while waiting:
        part, depth = waiting.pop()
        size += 1 + (len(part) if isinstance(part, str | bytes) else 0)
        if depth > MAX_DEPTH:
            raise ConfigError(f"{where}: nested more than {MAX_DEPTH} deep, or in itself.")
        if size > MAX_SIZE:
            raise ConfigError(
                f"{where}: more than {MAX_SIZE} values and characters, aliases (*) written out."
            )
        if isinstance(part, Mapping):
            waiting += [(inner, depth + 1) for pair in part.items() for inner in pair]
        elif isinstance(part, list | tuple | set):
            waiting += [(inner, depth + 1) for inner in part]


def shown(value: Any) -> str:
    """Return a value as a message shows it: its start, if it is long."""
    try:
        text = repr(value)
    except ValueError:  # Python does not write out whole numbers of so many digits
        return "a number of thousands of digits"
    return text if len(text) <= CHARACTERS_SHOWN else text[:CHARACTERS_SHOWN] + "…"
