"""The project's files agree with one another."""

import re

import yaml

from ger2024.tables import TABLES
from tests.conftest import ROOT
from trnn.data.registry import load_registry
from trnn.tables.layout import FILES, shown
from trnn.workflow.guide import COMMAND, guide

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
        assert script and re.search(rf'code\(\s*"{script[1]}"', text), name
    for path in (ROOT / "workflow/scripts").glob("*.py"):
        assert len(path.read_text().splitlines()) <= 60


def test_the_guide_to_the_tables_is_what_the_schemas_say():
    command = f"{COMMAND} --study ger2024.tables"
    registry = load_registry(ROOT / "config/datasets")
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
