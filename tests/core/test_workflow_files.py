"""The project's files agree with one another."""

import re
from pathlib import Path

import yaml

from tests.conftest import ROOT
from trnn.table_guide import guide
from trnn.workflow.modules import modules_of

RULES = "\n".join(path.read_text() for path in sorted((ROOT / "rules").glob("*.smk")))


def blocks() -> dict[str, str]:
    """Return the text of every rule by its name."""
    parts = re.split(r"^\s*rule (\w+):$", RULES, flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


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


def test_the_guide_to_the_tables_is_what_the_schemas_say():
    assert (ROOT / "results/README.md").read_text() == guide()


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
