"""Nothing that is read can run code, and no setting reaches a shell."""

import ast
import os
import pickle
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import torch

from tests.conftest import ROOT
from trnn.config.load import load_experiments, load_run
from trnn.data.download import fetch
from trnn.data.registry import load_registry
from trnn.data.web import WebSettings
from trnn.errors import CheckpointError, ConfigError, DownloadError
from trnn.estimators.recurrent.weights_io import load

CODE = sorted(
    path for folder in ("src", "workflow", "docs") for path in (ROOT / folder).rglob("*.py")
)
RULES = [ROOT / "Snakefile", *sorted((ROOT / "rules").glob("*.smk"))]

# Functions by their whole name; methods, and functions of any module, by its last part.
FUNCTIONS = {"eval", "exec", "compile", "__import__", "pickle.load", "pickle.loads"}
FUNCTIONS |= {"os.system", "os.popen", "marshal.loads", "shelve.open"}
METHODS = {
    "extractall",
    "unpack_archive",
    "getoutput",
    "getstatusoutput",
    "Unpickler",
    "read_pickle",
}
METHODS |= {"to_pickle", "read_hdf", "unsafe_load", "full_load", "create_subprocess_shell"}
INJECTED = (
    "; touch {0} #",
    "$(touch {0})",
    "`touch {0}`",
    "| touch {0}",
    "\ntouch {0}\n",
    "&& touch {0}",
)


def calls(path: Path) -> Iterator[tuple[str, ast.Call]]:
    """Yield the name that each call of a file is written with, and the call."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call):
            yield ast.unparse(node.func), node


def test_there_is_code_to_look_at():
    assert len(CODE) > 100 and len(RULES) > 8
    assert {"torch.load", "yaml.load", "yaml.safe_load"} <= {n for p in CODE for n, _ in calls(p)}


def dangers(name: str, call: ast.Call) -> Iterator[str]:
    """Yield what a call could do with what it reads, other than read it."""
    given = {keyword.arg: ast.unparse(keyword.value) for keyword in call.keywords}
    if name in FUNCTIONS or name.rsplit(".", 1)[-1] in METHODS:
        yield "runs, unpickles or unpacks anything"
    if name.startswith(("os.exec", "os.spawn")) or given.get("shell", "False") != "False":
        yield "starts a program by a shell or in the place of this one"
    if given.get("allow_pickle", "False") != "False":
        yield "unpickles anything"
    if name == "torch.load" and given.get("weights_only") != "True":
        yield "unpickles anything"
    if name == "yaml.load" and given.get("Loader") != "_Loader":
        yield "makes any object"


# The first writes calls of a model's equations, whose names Python's syntax has limited, and runs
# them; the second runs the file of a model of one's own, which the user names.
RUNS_CODE = {ROOT / "src/trnn/theory" / name for name in ("compiled.py", "own_models.py")}


def test_no_call_can_run_what_is_read():
    found = [
        f"{path.relative_to(ROOT)}:{call.lineno}: {name} {danger}"
        for path in CODE
        for name, call in calls(path)
        for danger in dangers(name, call)
        if not (path in RUNS_CODE and name in ("exec", "compile"))
    ]
    assert found == []


@pytest.mark.parametrize(
    "text",
    [
        *["eval(x)", "os.system(x)", "subprocess.run(x, shell=True)", "pd.read_pickle(x)"],
        *["torch.load(x)", "torch.load(x, weights_only=False)", "np.load(x, allow_pickle=True)"],
        *["yaml.load(x, Loader=yaml.Loader)", "yaml.load(x)", "archive.extractall(x)"],
        *["pickle.loads(x)", "subprocess.getoutput(x)", "os.execv(x, y)", "f(x, shell=y)"],
    ],
)
def test_what_is_looked_for_would_be_found(text: str):
    call = ast.parse(text, mode="eval").body
    assert isinstance(call, ast.Call) and list(dangers(ast.unparse(call.func), call))


def test_the_one_loader_of_yaml_that_is_not_called_safe_is_made_of_the_safe_one():
    import yaml

    from trnn.config.plain import _Loader

    assert issubclass(_Loader, yaml.SafeLoader)
    assert _Loader.yaml_constructors == yaml.SafeLoader.yaml_constructors


def test_nothing_dangerous_is_imported_under_another_name():
    """So that the names of calls are what they seem."""
    hidden = {"subprocess", "pickle", "shelve", "marshal", "dill", "cloudpickle", "joblib", "os"}
    hidden |= {"torch", "yaml", "numpy"}
    functions = {"system", "popen", "load", "loads", "run", "Popen", "check_output", "Unpickler"}
    for path in CODE:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.module in hidden:
                assert not functions & {alias.name for alias in node.names}, path
            elif isinstance(node, ast.Import):
                renamed = {alias.name for alias in node.names if alias.asname}
                assert not renamed & (hidden - {"numpy"}), path


@pytest.mark.parametrize("path", RULES, ids=lambda path: path.name)
def test_no_rule_runs_a_shell_or_code_of_its_own(path: Path):
    text = path.read_text(encoding="utf-8")
    for word in ("shell", "run", "wrapper", "notebook", "cwl", "template_engine", "shadow"):
        assert not re.search(rf"^\s*{word}\s*:", text, re.MULTILINE), word
    assert not re.search(r"\b(shell|eval|exec|system|popen|Popen|__import__)\s*\(", text)
    assert "subprocess" not in text


class Malicious:
    """What runs code where it is unpickled."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[Any, tuple[str]]:
        return os.system, (f"touch {self.path}",)


@pytest.mark.filterwarnings("ignore:Detected pickle protocol")
@pytest.mark.parametrize("protocol", [2, 4, 5])
@pytest.mark.parametrize("by_torch", [True, False])
def test_a_malicious_checkpoint_is_refused_and_not_run(tmp_path: Path, by_torch, protocol):
    trace, path = tmp_path / "trace", tmp_path / "seed0.pt"
    content = {"weights": {}, "experiment": Malicious(trace)}
    if by_torch:
        torch.save(content, path, pickle_protocol=protocol)
    else:
        path.write_bytes(pickle.dumps(content, protocol))
    with pytest.raises(CheckpointError, match=r"seed0\.pt: not a readable checkpoint"):
        load(path)
    assert not trace.exists()
    # That the trap is one: what is not so careful runs it.
    if not by_torch:
        pickle.loads(path.read_bytes())
        assert trace.exists()


@pytest.mark.parametrize("text", INJECTED)
@pytest.mark.parametrize(
    "setting", ["results", "experiments", "device", "data_source", "overrides"]
)
def test_a_command_in_a_setting_is_refused(tmp_path: Path, monkeypatch, setting: str, text: str):
    monkeypatch.chdir(tmp_path)
    command = text.format(tmp_path / "trace")
    values = {"experiments": [command], "overrides": {command: {}}}
    with pytest.raises(ConfigError, match=setting):
        load_run({"experiments": ["artificial"], "seed": 1, setting: values.get(setting, command)})
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("text", INJECTED)
@pytest.mark.parametrize("key", ["name", "model", "human", "description"])
def test_a_command_in_an_experiment_is_refused_or_is_text(
    tmp_path: Path, raw_experiment: dict, key: str, text: str
):
    import yaml

    command = text.format(tmp_path / "trace")
    folder = tmp_path / "experiments"
    folder.mkdir()
    (folder / "artificial.yaml").write_text(yaml.safe_dump({**raw_experiment, key: command}))
    run = load_run({"experiments": ["artificial"], "seed": 1})
    if key == "description":  # is shown, and never a name of anything
        loaded = load_experiments(run, folder)["artificial"]
        assert loaded.description == command.strip()
    else:
        with pytest.raises(ConfigError, match=key):
            load_experiments(run, folder)
    assert not (tmp_path / "trace").exists()


@pytest.mark.parametrize("prefix", ["", "/tmp/", "https://127.0.0.1:9/", "file:///"])
@pytest.mark.parametrize("text", INJECTED)
def test_a_command_in_the_mirror_is_a_place_that_is_not_there(tmp_path: Path, text, prefix):
    mirror = prefix + text.format(tmp_path / "trace")
    run = load_run({"experiments": ["artificial"], "seed": 1, "data_mirror": mirror})
    row = load_registry(ROOT / "config/datasets")["gershman"]
    row = row.model_copy(update={"mirrors": []})
    quick = WebSettings(connect_seconds=1, attempts=1)
    with pytest.raises(DownloadError, match="could not be had"):
        fetch(row, tmp_path / "raw", tmp_path / "manual", run.data_mirror, quick)
    assert not list(tmp_path.iterdir())


def test_the_list_of_dependencies_is_that_of_the_lock(monkeypatch):
    monkeypatch.syspath_prepend(str(ROOT / "docs"))
    import dependencies

    text = (ROOT / "docs/dependencies.md").read_text(encoding="utf-8")
    listed = dict(re.findall(r"^\| ([\w.-]+) \| (\d\S*) \| [^|]+ \|", text, re.MULTILINE))
    locked = dependencies.locked()
    assert len(locked) > 50
    assert listed == locked, "run `make audit`, which writes docs/dependencies.md anew"
    named = {dependencies.canonical(name) for name in locked}
    assert set(dependencies.direct()) <= named
    sys.modules.pop("dependencies")
