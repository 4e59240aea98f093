"""The project's files agree with one another."""

import ast
import re
from pathlib import Path

import yaml

from ger2024.tables import TABLES
from tests.conftest import ROOT
from trnn.data.registry import load_registry
from trnn.tables.layout import FILES, shown
from trnn.workflow.guide import COMMAND, guide
from trnn.workflow.modules import TYPES_OF_SETTINGS, modules_of, statements

RULES = "\n".join(path.read_text() for path in sorted((ROOT / "rules").glob("*.smk")))


def blocks() -> dict[str, str]:
    """Return the text of every rule by its name; rules made in a loop by what they have in common.

    Those are called <name>_<something>.
    """
    head = r"^\s*rule (\w+):$|^\s*rule:\n\s*name:\n\s*f\"(\w+)_\{\w+\}\"$"
    parts = re.split(head, RULES, flags=re.MULTILINE)
    names = [own or common for own, common in zip(parts[1::3], parts[2::3], strict=True)]
    return dict(zip(names, parts[3::3], strict=True))


def test_every_rule_has_log_benchmark_threads_resources_and_environment():
    assert len(blocks()) > 10
    for name, text in blocks().items():
        for word in ("log:", "benchmark:", "threads:", "mem_mb=", "runtime=", "conda:", "code="):
            assert word in text, (name, word)
        assert f"{{LOGS}}/{name}/" in text and f"{{BENCHMARKS}}/{name}/" in text, name


def test_scripts_are_short_adapters_of_the_rule_that_names_them():
    scripts = {path.stem for path in (ROOT / "workflow/scripts").glob("*.py")}
    named = set(re.findall(r"workflow/scripts/(\w+)\.py", RULES))
    assert scripts == named
    for name, text in blocks().items():
        script = re.search(r"workflow/scripts/(\w+)\.py", text)
        assert script and f'code("{script[1]}")' in text, name
    for path in (ROOT / "workflow/scripts").glob("*.py"):
        assert len(path.read_text().splitlines()) <= 60


def test_a_stage_lists_its_own_modules_and_not_those_of_others():
    def modules(script: str) -> set[str]:
        paths = modules_of(ROOT / "workflow/scripts" / f"{script}.py")
        return {str(Path(p).relative_to(ROOT / "src/trnn")) for p in paths}

    assert "particle_filter.py" in modules("estimate_filter")
    assert "particle_filter.py" not in modules("train") | modules("fit_mle") | modules("infer")
    assert "rnn/train.py" in modules("train")
    assert "drnn/train.py" not in modules("train")
    assert "rnn/network.py" not in modules("train_drnn")
    for script in ("simulate", "prepare", "fit_mle", "estimate_filter", "metrics", "statistics"):
        assert not any(name.startswith("rnn/") for name in modules(script)), script


def test_the_types_of_the_settings_are_no_part_of_a_stage():
    scripts = sorted((ROOT / "workflow/scripts").glob("*.py"))
    closures = {path for script in scripts for path in modules_of(script)}
    assert not closures & {str(path) for path in TYPES_OF_SETTINGS}
    # What reads files of its own, or makes settings of a view, is behaviour, and stays.
    for name in ("views", "load", "base"):
        assert any(path.endswith(f"config/{name}.py") for path in closures), name


def test_the_types_of_the_settings_hold_no_behaviour_that_a_stage_uses():
    """They are no inputs of the stages: a stage that called them could go stale."""
    used_by_the_rules = {"applied_seeds", "cohorts", "network", "networks"}
    methods = set()
    for path in TYPES_OF_SETTINGS:
        for node in ast.parse(path.read_text()).body:
            assert not (isinstance(node, ast.FunctionDef) and not node.name.startswith("_")), path
            for part in node.body if isinstance(node, ast.ClassDef) else ():
                if isinstance(part, ast.FunctionDef) and not part.name.startswith("_"):
                    methods.add(part.name)
    assert methods == used_by_the_rules
    scripts = (ROOT / "workflow/scripts").glob("*.py")
    for path in {Path(module) for script in scripts for module in modules_of(script)}:
        if path.parent.name != "config":
            called = re.findall(r"(\w+)\.(cohorts\(|networks?\(|applied_seeds\b)", path.read_text())
            # A t-RNN's own network is a torch module of that name.
            assert {who for who, _ in called} <= {"self"}, path


def test_the_imports_that_are_read_are_all_that_there_are():
    """Statements are searched, not expressions, in which no import can stand."""
    for path in (ROOT / "src/trnn").rglob("*.py"):
        tree = ast.parse(path.read_text())
        everything = [n for n in ast.walk(tree) if isinstance(n, ast.Import | ast.ImportFrom)]
        assert {id(n) for n in everything} <= {id(n) for n in statements(tree)}, path
        # Relative imports would not be followed.
        assert not [n for n in everything if isinstance(n, ast.ImportFrom) and n.level], path


def test_the_guide_to_the_tables_is_what_the_schemas_say():
    command = f"{COMMAND} --study ger2024.tables"
    registry = load_registry(ROOT / "config/datasets.yaml")
    assert (ROOT / "results/README.md").read_text() == guide(registry, TABLES, command)


def test_the_guide_takes_its_paths_from_the_address_book():
    text = (ROOT / "results/README.md").read_text()
    paths = re.findall(r"^`([^`]+)`: a row is", text, flags=re.MULTILINE)
    assert len(paths) > 20 and set(paths) <= {shown(kind) for kind in FILES}


def test_environment_agrees_with_the_lock():
    lock = dict(
        line.lower().split("==")
        for line in (ROOT / "requirements.lock").read_text().splitlines()
        if "==" in line
    )
    names = {"matplotlib-base": "matplotlib", "pytorch": "torch", "mne-base": "mne"}
    environment = yaml.safe_load((ROOT / "envs/trnn.yaml").read_text())
    pinned = dict(entry.split("=") for entry in environment["dependencies"])
    del pinned["python"]
    for name, version in pinned.items():
        assert lock[names.get(name, name)] == version, name
    # What an ordinary registry does not have must not stand in the lock.
    assert not any("+" in version for version in lock.values())


def test_the_default_profile_says_nothing_of_cores():
    """It is read on a cluster too, where the groups' jobs would ask for as many."""
    assert "cores" not in yaml.safe_load((ROOT / "profiles/default/config.yaml").read_text())
    assert yaml.safe_load((ROOT / "profiles/slurm/config.yaml").read_text())["cores"] == 1
