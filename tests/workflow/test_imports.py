"""What the adapters import: a job of a second should not spend several on libraries."""

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT

SCRIPTS = {path.stem: path for path in sorted((ROOT / "workflow/scripts").glob("*.py"))}

# Libraries that take long to import. What draws imports matplotlib when it draws.
HEAVY = frozenset(
    {"torch", "numba", "matplotlib", "mne", "statsmodels", "scipy.stats", "scipy.optimize"}
    | {"plotly", "jinja2", "requests", "sklearn"}
)
_TESTS = {"scipy.stats", "scipy.optimize"}
_LOOPS = {"numba"}  # of models: simulation, likelihood, filters
_NETWORKS = {"torch", *_LOOPS}
# Adapters that use some of them, and which; every other adapter has none.
MAY_IMPORT = {
    "calibration_fresh": _NETWORKS,
    "compare_theories": _TESTS,
    "comparisons": _TESTS,
    "constant_evidence": _TESTS | _LOOPS,
    "courses": _TESTS | {"mne", "statsmodels"},
    "download": {"requests"},
    "draw": _NETWORKS,
    "figures": {"matplotlib"},
    "findings": _TESTS,
    "estimate_constant": _LOOPS,
    "estimate_filter": _LOOPS,
    "estimate_references": _LOOPS,
    "fit_mle": _TESTS | _LOOPS,
    "fit_recovery": _TESTS | _LOOPS,
    "groups": _TESTS,
    "head_to_head": _TESTS,
    "identifiability": _LOOPS,
    "infer": _NETWORKS,
    "index_networks": _NETWORKS,
    "joint_filter": _TESTS | _LOOPS,
    "joint_network": _TESTS | _NETWORKS,
    "manifest": {"jinja2", "requests"},  # of rocrate
    "metrics": _LOOPS,
    "nonstationarity": _TESTS | _LOOPS,
    "nonstationarity_null": _TESTS | _LOOPS,
    "nonstationarity_rates": _TESTS,
    "pack": _NETWORKS,
    "predictive": _LOOPS,
    "recover_theory": _LOOPS,
    "recovery": _TESTS,
    "replication": _TESTS,
    "report": {"plotly", "jinja2"} | _TESTS,
    "select_prior": _LOOPS,
    "simulate": _LOOPS,
    "simulate_matched": _LOOPS,
    "simulate_people": _LOOPS,
    "theory_evidence": _LOOPS,
    "train": _NETWORKS,
    "train_drnn": _NETWORKS,
}


def imported(script: Path) -> set[str]:
    """Return what is imported once an adapter's imports are, in a Python of its own."""
    tree = ast.parse(script.read_text())
    lines = [ast.unparse(n) for n in tree.body if isinstance(n, ast.Import | ast.ImportFrom)]
    code = "\n".join([*lines, "import sys", "print(*sys.modules)"])
    path = os.pathsep.join([str(ROOT / "src"), os.environ.get("PYTHONPATH", "")])
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONPATH": path},
    )
    return set(done.stdout.split())


def test_the_table_names_adapters_that_there_are():
    assert set(MAY_IMPORT) <= set(SCRIPTS)
    assert all(libraries <= HEAVY for libraries in MAY_IMPORT.values())


@pytest.mark.parametrize("name", SCRIPTS)
def test_an_adapter_imports_only_the_libraries_that_it_uses(name):
    assert imported(SCRIPTS[name]) & HEAVY <= MAY_IMPORT.get(name, set())
