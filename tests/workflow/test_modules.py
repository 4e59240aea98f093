"""Which files a stage is made of: what its result depends on, and nothing else."""

import ast
import re
from pathlib import Path

import pytest

import trnn.errors
from tests.conftest import ROOT
from trnn.errors import TrnnError
from trnn.theory.compiled import check_model
from trnn.theory.meanings import MEANINGS
from trnn.theory.models import get_model, model_names
from trnn.workflow.code import READ
from trnn.workflow.modules import (
    FRAME,
    MODELS,
    TYPES_OF_SETTINGS,
    WORDS,
    files_of,
    modules_of,
)
from trnn.workflow.sources import statements

SRC = ROOT / "src"
SOURCES = sorted(SRC.rglob("*.py"))
SCRIPTS = {path.stem: path for path in sorted((ROOT / "workflow/scripts").glob("*.py"))}
ALL_WORDS = [path for path in SOURCES if path.name == WORDS]


def modules(script: str, words: bool = False) -> set[str]:
    """Return the files of a stage below src/."""
    return {Path(p).relative_to(SRC).as_posix() for p in modules_of(SCRIPTS[script], words)}


def test_training_depends_on_nothing_that_comes_after_it():
    later = {
        *("estimators/trnn/infer.py", "estimators/trnn/inference_stage.py"),
        "estimators/trnn/binding.py",
        *("estimators/trnn/draws_stage.py", "estimators/trnn/draws_table.py"),
        *("estimators/trnn/summaries.py", "estimators/trnn/pit.py", "estimators/posterior.py"),
        *("estimators/estimates.py", "estimators/estimates_table.py", "theory/prediction.py"),
        *("estimators/filter/particle_filter.py", "estimators/filter/smoother.py"),
        *("theory/likelihood.py", "config/stage_views.py"),
    }
    for name in later:
        assert (SRC / "trnn" / name).is_file(), name
    later = {f"trnn/{name}" for name in later}
    assert not modules("train") & later
    assert not modules("simulate") & later
    assert not modules("train_drnn") & (later - {"trnn/estimators/estimates.py"})
    for script in ("train", "simulate", "train_drnn"):
        rooms = {name.split("/")[1] for name in modules(script)}
        assert not rooms & {"statistics", "scores", "checks", "figures", "report"}, script
        assert not [name for name in modules(script) if name.startswith("ger2024")], script


def test_inference_and_draws_depend_on_no_training():
    train = {f"trnn/estimators/trnn/{n}.py" for n in ("train", "loss", "lanes", "training_stage")}
    assert train <= modules("train")
    assert not train & (modules("infer") | modules("draw") | modules("calibration_fresh"))
    assert "trnn/estimators/trnn/draws_table.py" not in modules("infer")
    assert "trnn/estimators/estimates_table.py" not in modules("draw")


def test_both_networks_share_what_is_recurrent_and_nothing_else():
    assert "trnn/estimators/recurrent/gru.py" in modules("train") & modules("train_drnn")
    assert not [n for n in modules("train") if n.startswith("trnn/estimators/drnn/")]
    for other in ("trnn/estimators/trnn/", "trnn/theory/"):
        assert not [n for n in modules("train_drnn") if n.startswith(other)]


def test_the_filter_is_no_concern_of_other_estimators():
    own = "trnn/estimators/filter/particle_filter.py"
    assert own in modules("estimate_filter")
    assert own not in modules("train") | modules("fit_mle") | modules("infer")
    for script in ("simulate", "prepare", "fit_mle", "estimate_filter", "metrics", "statistics"):
        assert not any(name.startswith("trnn/estimators/trnn/") for name in modules(script)), script


def test_no_module_is_called_stage_alone():
    for path in SOURCES:
        assert path.stem not in ("stage", "stages"), path


def test_calibration_and_optimality_are_no_concern_of_one_another():
    own = {n: f"trnn/checks/calibration/{n}_stage.py" for n in ("calibration", "optimality")}
    for name, path in own.items():
        assert path in modules(name)
        assert not modules(name) & (set(own.values()) - {path})
    assert "trnn/checks/calibration/optimality.py" not in modules("calibration")
    assert "trnn/checks/calibration/rows.py" not in modules("optimality")


# --- models, found by name ------------------------------------------------------------------------


def test_a_stage_that_looks_up_models_is_made_of_no_model_by_import():
    """Which one it is made of is the settings' matter: `code` in rules/code.smk."""
    folder = Path(MODELS).parent
    models = {str(folder / f"{name}.py") for name in model_names()}
    looks_up = [name for name, path in SCRIPTS.items() if MODELS in modules_of(path)]
    assert {"train", "simulate", "infer", "fit_mle"} <= set(looks_up)
    for script in SCRIPTS.values():
        assert not models & set(modules_of(script)), script


def test_the_files_of_a_model_are_its_own_and_those_that_it_is_made_of():
    def models(name: str) -> set[str]:
        found = {Path(path) for path in files_of(f"trnn.theory.models.{name}")}
        return {path.stem for path in found if path.parent == Path(MODELS).parent} - {"__init__"}

    assert models("q_learning") == {"q_learning"}
    assert models("hybrid_exploration") == {"hybrid_exploration"}
    assert models("q_learning_perseveration") == {"q_learning", "q_learning_perseveration"}
    assert files_of("trnn.no_such_module.at_all") == files_of("trnn")


@pytest.mark.parametrize("name", model_names())
def test_a_model_is_defined_in_full(name):
    model = get_model(name)
    assert model.name == name and type(model).__doc__
    assert list(model.unit_of) == list(model.names) and len(set(model.names)) > 0
    check_model(model)
    assert set(model.names) <= set(MEANINGS)  # words and a symbol


def test_modules_are_looked_up_by_name_only_where_the_rules_know_of_it():
    dynamic = {
        path.relative_to(SRC).as_posix()
        for path in SOURCES
        if re.search(r"import_module\(|__import__\(", path.read_text())
    }
    # The command line is no stage, nor is who asks the package for what it offers; what draws a
    # figure is handed to `code()` by rules/figures.smk.
    known = {"trnn/theory/models/__init__.py", "trnn/data/formats.py", "trnn/figures/entry.py"}
    assert dynamic <= {*known, "trnn/cli.py", "trnn/__init__.py"}


# --- what is left out -----------------------------------------------------------------------------


def test_there_are_words_and_no_stage_is_made_of_them_but_what_is_read():
    assert {"theory", "trials", "estimators", "trnn", "drnn", "data"} <= {
        path.parent.name for path in ALL_WORDS
    }
    for name in SCRIPTS:
        assert not [path for path in modules(name) if path.endswith(f"/{WORDS}")], name
    for name in READ:
        # What a model's parameters are called stands in the models, not among the words.
        assert any(path.endswith(f"/{WORDS}") for path in modules(name, words=True)), name


@pytest.mark.parametrize("path", ALL_WORDS, ids=lambda path: path.parent.name)
def test_a_module_of_words_holds_words_alone(path):
    """Most stages are not made of them: one that called them could go stale."""
    tree = ast.parse(path.read_text())
    records = {node.name for node in tree.body if isinstance(node, ast.ClassDef)}
    for node in tree.body:
        if isinstance(node, ast.ImportFrom):
            assert ast.unparse(node) == "from dataclasses import dataclass"
        elif isinstance(node, ast.ClassDef):
            assert [ast.unparse(d) for d in node.decorator_list] == ["dataclass(frozen=True)"]
            assert not node.bases
            for part in node.body:
                assert _is_text(part) or (isinstance(part, ast.AnnAssign) and part.value is None)
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            assert node.value is not None and _is_constant(node.value, records), ast.unparse(node)
        else:
            assert _is_text(node), ast.unparse(node)


def _is_text(node: ast.stmt) -> bool:
    constant = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    return constant and isinstance(node.value.value, str)


def _is_constant(node: ast.expr, records: set[str]) -> bool:
    """Return whether an expression is a text, or tuples, mappings and records of texts."""
    if isinstance(node, ast.Constant):
        return isinstance(node.value, str)
    if isinstance(node, ast.Tuple):
        return all(_is_constant(part, records) for part in node.elts)
    if isinstance(node, ast.Dict):
        return all(k and _is_constant(k, records) for k in node.keys) and all(
            _is_constant(v, records) for v in node.values
        )
    called = isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    return called and node.func.id in records and all(_is_constant(a, records) for a in node.args)


def test_words_are_never_decided_by():
    """No stage compares them, asks whether they hold something, or goes through them in a loop.

    But for those that are made of words too.
    """
    stages = [path for name, path in SCRIPTS.items() if name not in READ]
    for path in {Path(module) for script in stages for module in modules_of(script)}:
        tree = ast.parse(path.read_text())
        names = {
            alias.asname or alias.name
            for node in ast.walk(tree)
            if isinstance(node, ast.ImportFrom) and (node.module or "").endswith(".words")
            for alias in node.names
        } | {"words"}
        for node in ast.walk(tree):
            parts: list[ast.expr] = []
            if isinstance(node, ast.Compare):
                parts = [node.left, *node.comparators]
            elif isinstance(node, ast.For | ast.comprehension):
                parts = [node.iter]
            elif isinstance(node, ast.If | ast.IfExp | ast.While):
                parts = [node.test]
            for part in parts:
                bare = part.value if isinstance(part, ast.Attribute | ast.Subscript) else part
                imported = isinstance(bare, ast.Name) and bare.id in names - {"words"}
                attribute = isinstance(part, ast.Attribute) and ast.unparse(bare) == "words"
                assert not imported and not attribute, f"{path}: {ast.unparse(part)}"


def test_the_frame_of_a_job_holds_nothing_that_a_stage_computes_with():
    assert all(path.is_file() for path in FRAME)
    for path in SOURCES:
        if "workflow" not in path.parts:
            imported = {
                node.module
                for node in ast.walk(ast.parse(path.read_text()))
                if isinstance(node, ast.ImportFrom)
            }
            assert not imported & {"trnn.workflow.job", "trnn.workflow.records"}, path
    for name, error in vars(trnn.errors).items():
        if not name.startswith("_"):
            assert issubclass(error, TrnnError) and set(vars(error)) <= set(vars(TrnnError)), name


TELLING = ("report", "within", "part", "forget")


def test_no_stage_computes_with_what_it_says_of_its_progress():
    """`trnn.progress` is of the frame: a stage may only tell it something."""
    for path in SOURCES:
        if "workflow" in path.parts or path.stem == "progress":
            continue
        tree = ast.parse(path.read_text())
        said = {id(call.func.value) for node in ast.walk(tree) for call in _telling(node)}
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom):
                assert node.module != "trnn.progress", path
            named = isinstance(node, ast.Name) and node.id == "progress"
            assert not named or id(node) in said, f"{path}:{getattr(node, 'lineno', '')}"


def _telling(node: ast.AST) -> list[ast.Call]:
    """Return the calls of a statement that tell something of progress, and use nothing of it."""
    calls: list[ast.expr] = []
    if isinstance(node, ast.Expr):
        calls = [node.value]
    elif isinstance(node, ast.With):
        calls = [item.context_expr for item in node.items if item.optional_vars is None]
    return [
        call
        for call in calls
        if isinstance(call, ast.Call)
        and ast.unparse(call.func) in {f"progress.{name}" for name in TELLING}
    ]


def test_the_types_of_the_settings_are_no_part_of_a_stage():
    scripts = sorted((ROOT / "workflow/scripts").glob("*.py"))
    closures = {path for script in scripts for path in modules_of(script)}
    assert not closures & {str(path) for path in TYPES_OF_SETTINGS}
    # What reads files of its own, or makes settings of a view, is behaviour, and stays.
    for name in ("views", "plain", "base"):
        assert any(path.endswith(f"config/{name}.py") for path in closures), name


def test_the_types_of_the_settings_hold_no_behaviour_that_a_stage_uses():
    """No stage is made of them: one that called them could go stale."""
    used_by_the_rules = {"applied_seeds", "chosen_on_people", "cohorts", "network", "networks"}
    methods = set()
    for path in TYPES_OF_SETTINGS:
        for node in ast.parse(path.read_text()).body:
            assert not (isinstance(node, ast.FunctionDef) and not node.name.startswith("_")), path
            for part in node.body if isinstance(node, ast.ClassDef) else ():
                if isinstance(part, ast.FunctionDef) and not part.name.startswith("_"):
                    methods.add(part.name)
    assert methods == used_by_the_rules | {"over"}  # of a walk: it makes the settings of a view
    scripts = (ROOT / "workflow/scripts").glob("*.py")
    for path in {Path(module) for script in scripts for module in modules_of(script)}:
        if path.parent.name != "config":
            asked = r"(\w+)\.(cohorts\(|networks?\(|applied_seeds\b|chosen_on_people\b|over\()"
            called = re.findall(asked, path.read_text())
            # A t-RNN's own network is a torch module of that name.
            assert {who for who, _ in called} <= {"self"}, path


def test_the_imports_that_are_read_are_all_that_there_are():
    """Statements are searched, not expressions, in which no import can stand."""
    for path in SOURCES:
        tree = ast.parse(path.read_text())
        everything = [n for n in ast.walk(tree) if isinstance(n, ast.Import | ast.ImportFrom)]
        assert {id(n) for n in everything} <= {id(n) for n in statements(tree)}, path
        # Relative imports would not be followed.
        assert not [n for n in everything if isinstance(n, ast.ImportFrom) and n.level], path
