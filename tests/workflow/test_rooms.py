"""The order of the rooms: a room imports only rooms before it, and no files import in a circle."""

import ast
from graphlib import TopologicalSorter
from pathlib import Path

from tests.conftest import ROOT

SRC = ROOT / "src"
# Files that lie in no room (`errors`, `seeds`, `progress`, `compilation`, `terminal`, `study`,
# `cli`) stand in the order by themselves.
ORDER = (
    *("trnn", "errors", "seeds", "progress", "compilation", "terminal", "tables"),
    *("config", "trials", "theory"),
    *("data", "statistics", "estimators", "scores", "checks", "study", "figures", "report"),
    *("anybody", "workflow", "export", "ger2024", "cli", "snakemake_logger_plugin_trnn"),
)


def imports() -> dict[str, set[str]]:
    """Return which modules of the project each of its modules imports, wherever in the file."""
    files = {".".join(f.relative_to(SRC).with_suffix("").parts): f for f in SRC.rglob("*.py")}
    modules = {name.removesuffix(".__init__"): file for name, file in files.items()}
    return {name: set(_imported(file, modules)) for name, file in modules.items()}


def _imported(file: Path, modules: dict[str, Path]) -> list[str]:
    found = []
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            names = [f"{node.module}.{alias.name}" for alias in node.names]
            found += [name if name in modules else node.module for name in names]
    return [name for name in found if name in modules]


def room(module: str) -> str:
    package, _, rest = module.partition(".")
    return rest.partition(".")[0] or package if package == "trnn" else package


def test_a_room_imports_only_rooms_before_it():
    upward = [
        f"{module} imports {other}"
        for module, others in imports().items()
        for other in others
        if ORDER.index(room(other)) > ORDER.index(room(module))
    ]
    assert not upward, "\n".join(upward)


def test_every_room_has_its_place_in_the_order():
    assert {room(module) for module in imports()} == set(ORDER)


def test_no_files_import_in_a_circle():
    graph = imports()
    # A package's __init__ is imported with every module in it.
    for module, others in graph.items():
        others.discard(module)
    tuple(TopologicalSorter(graph).static_order())  # CycleError names the circle
