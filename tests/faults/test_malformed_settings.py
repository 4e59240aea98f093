"""Malformed settings: refused with file and reason, or settings that keep every rule."""

import copy
import json
import math
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import strategies as st
from pydantic import BaseModel

from tests.conftest import ROOT
from trnn.config.experiment import Experiment
from trnn.config.load import load_experiments, load_run, read_yaml
from trnn.config.plain import MAX_BYTES, MAX_DEPTH, MAX_SIZE
from trnn.config.run import Run
from trnn.config.stage_views import view
from trnn.config.views import from_view
from trnn.data.registry import Dataset, load_dataset
from trnn.errors import ConfigError

from .hunt import Hunt, hunt, mostly, spoilt_bytes

EXPERIMENTS = sorted((ROOT / "config/experiments").glob("*.yaml"))
FILES = {
    "run": [ROOT / "config/config.yaml", ROOT / "config/tiny.yaml"],
    "experiment": EXPERIMENTS,
    "registry": sorted((ROOT / "config/datasets").glob("*.yaml")),
}
RUN = {"experiments": ["artificial"], "seed": 1}

LONG = "x" * 3_000
VALUES = [
    *[None, True, False, 0, 1, -1, 2, 0.5, 1e-300, 1e308, 10**30, -(10**30), 2**63, 2**63 - 1],
    *[float("nan"), float("inf"), -float("inf"), "", " ", "1", "1e3", "007", "nan", "null", "x"],
    *["artificial", "switching", "all", "é", "😀", "$(touch x)", "; touch x", "`touch x`", "../x"],
    *["/etc", "~", "file://[", "http://a.org", "https://a.org", "a\x00b", LONG, b"artificial"],
    *[[], {}, [[]], {"": None}, {"kind": "switching"}, [1, 1], ["x"] * 1_000, list(range(5_000))],
    *[{"low": 1, "high": 0}, {"low": 0, "high": 1}, {1: 2}, {None: 1}, {(1, 2): 3}],
]
VALUE = st.sampled_from(VALUES) | st.integers(-2, 200) | st.floats() | st.text(max_size=5)
KEYS = ["", "x", "all", "alpha", "kind", "name", "extends", "trnn_x", "drnn_y", "<<", LONG, 1, None]

BOMB = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 12)
)
TRICKS = [
    BOMB,
    f"x: &x {'y' * 30_000}\nz: [{', '.join(['*x'] * 5_000)}]\n",
    "x: &x [*x]\n",
    "overrides: &x {all: *x}\n",
    "overrides: {all: &x {task: *x}}\n",
    "x: *nothing\n",
    "x: !!python/object/apply:os.system ['touch x']\n",
    "x: !!python/object/new:subprocess.Popen [[touch, x]]\n",
    "!!python/name:os.system x: 1\n",
    *[f"x: !!{tag}\n" for tag in ("int ''", "float ''", "bool maybe", "timestamp x", "binary é")],
    *[
        f"seed: {value}\n"
        for value in ("0x" + "f" * 9_000, "9" * 9_000, "1" + ":59" * 2_000, "0b_")
    ],
    *[
        f"x: {value}\n"
        for value in ("1" + ":00" * 300 + ".5", "2001-99-99", "._", "0x_", "=", "+.inf")
    ],
    "seed: 1\nseed: 2\n",
    "seed: 1\n\tresults: x\n",
    "? [1, 2]\n: 3\n",
    "? {a: b}\n: 3\n",
    "<<: {seed: 3}\n",
    "x: " + "[" * 2_000 + "\n",
    "x: " + "[" * 200 + "]" * 200 + "\n",
    "".join(" " * n + "x:\n" for n in range(400)),
    "- " * 2_000 + "x\n",
    "x: {" * 40 + "}" * 40 + "\n",
    "--- 1\n--- 2\n",
    "%YAML 9.9\n---\nx: 1\n",
    "%TAG ! tag:x,2000:\n---\nx: !y 1\n",
    "x: 'not closed\n",
    "x: |9\n y\n",
    "\ufeffseed: 1\n",
    "x: \x07\n",
    "x: \\ud800\n",
    'x: "\\ud800"\n',
    'results: "a\\0b"\n',
    "".join(f"k{n}: {n}\n" for n in range(3_000)),
    "#" * MAX_BYTES + "\n",
    "\n",
]


def _paths(value: Any) -> Iterator[list[Any]]:
    """Yield the way to every value of settings."""
    inner = value.items() if isinstance(value, dict) else enumerate(value)
    for key, part in list(inner):
        yield [key]
        if isinstance(part, dict | list):
            yield from ([key, *rest] for rest in _paths(part))


@st.composite
def changed(draw: st.DrawFn, raw: dict[str, Any]) -> dict[str, Any]:
    """Return settings with keys dropped, misspelt or added, and values changed."""
    raw = copy.deepcopy(raw)
    for _ in range(draw(st.sampled_from([0, 1, 1, 1, 2, 4]))):
        paths = list(_paths(raw))
        if not paths:
            break
        *way, key = draw(st.sampled_from(paths))
        inside = raw
        for step in way:
            inside = inside[step]
        match draw(st.sampled_from(["value", "value", "nudge", "drop", "misspell", "add", "deep"])):
            case "value":
                inside[key] = copy.deepcopy(draw(VALUE))  # a later change may be made within it
            case "nudge":  # most often still allowed
                if isinstance(inside[key], int | float):
                    inside[key] *= draw(st.sampled_from([2, 0.5, 1.0, -1, 1e6]))
            case "drop":
                del inside[key]
            case "misspell" if isinstance(inside, dict):
                letters = str(key)
                at = draw(st.integers(0, len(letters)))
                inside[letters[:at] + draw(st.sampled_from(["", "e", "_"])) + letters[at + 1 :]] = (
                    inside.pop(key)
                )
            case "add" if isinstance(inside, dict):
                inside[draw(st.sampled_from(KEYS))] = copy.deepcopy(draw(VALUE))
            case "deep":
                for _ in range(draw(st.sampled_from([1, 5, MAX_DEPTH, 90]))):
                    inside[key] = [inside[key]] if draw(st.booleans()) else {"x": inside[key]}
    return raw


@st.composite
def files(draw: st.DrawFn) -> tuple[str, str, bytes, dict[str, Any]]:
    """Return what is malformed, its name, the file's bytes, and overrides of the run."""
    kind = draw(st.sampled_from(["run", "experiment", "experiment", "registry"]))
    path = draw(st.sampled_from(FILES[kind]))
    content = path.read_bytes()
    how = draw(st.sampled_from(["tree", "tree", "tree", "bytes", "trick", "encoding", "random"]))
    if how == "tree":
        content = yaml.safe_dump(draw(changed(yaml.safe_load(content))), sort_keys=False).encode()
    elif how == "bytes":
        content = draw(spoilt_bytes(content, times=[1, 1, 2, 3]))
    elif how == "trick":
        trick = draw(st.sampled_from(TRICKS)).encode("utf-8", "surrogatepass")
        content = draw(st.sampled_from([trick, trick + content, content + trick]))
    elif how == "encoding":
        encoding = draw(st.sampled_from(["utf-16", "utf-8-sig", "latin-1", "utf-32", "cp500"]))
        content = (content.decode() + "# é\n").encode(encoding, "replace")
    else:
        content = draw(st.binary(max_size=200))
    overrides = {}
    if draw(st.integers(0, 3)) == 0:
        change = draw(changed(yaml.safe_load(EXPERIMENTS[0].read_bytes())))
        some = draw(st.sampled_from(["train", "test", "estimators", "task", "all of them"]))
        change = {some: change[some]} if some in change else change
        overrides = {draw(mostly(path.stem, ["all", "nobody"])): change}
    return kind, path.stem, content, overrides


@pytest.fixture(scope="module")
def check(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Hunt, Any], None]:
    """Return the property that every example must have."""
    folder = tmp_path_factory.mktemp("settings")

    def load(kind: str, path: Path, overrides: dict[str, Any]) -> list[BaseModel]:
        if kind == "registry":
            return [load_dataset(path)]
        if kind == "run":
            run = {**RUN, **read_yaml(path)} if path.stem == "tiny" else read_yaml(path)
            return [load_run(run, str(path))]
        run = load_run({**RUN, "experiments": [path.stem], "overrides": overrides}, str(path))
        return list(load_experiments(run, path.parent).values())

    for path in EXPERIMENTS:  # what is loaded once is no example's time or memory
        load("experiment", path, {})

    def run(found: Hunt, example: tuple[str, str, bytes, dict[str, Any]]) -> None:
        kind, stem, content, overrides = example
        for path in EXPERIMENTS:  # those that others extend
            (folder / path.name).write_bytes(path.read_bytes())
        path = folder / f"{stem}.yaml"
        path.write_bytes(content)
        there = {file.name for file in folder.iterdir()}
        places = (path.name, f"of {folder}")
        settings = found.attempt(lambda: load(kind, path, overrides), ConfigError, *places)
        assert {file.name for file in folder.iterdir()} == there
        assert not Path("x").exists()
        for each in settings or []:
            _assert_rules(each)

    return run


def _assert_rules(settings: BaseModel) -> None:
    """Settings are the same settings when read back, in every form that they take in a run."""
    plain = settings.model_dump(mode="json")
    text = json.dumps(plain, allow_nan=False)
    assert type(settings).model_validate(json.loads(text)) == settings
    plain.pop("overrides", None)  # what they override is checked where they are laid over it
    for value in _leaves(plain):
        assert value is None or isinstance(value, str | bool | int | float)
        if isinstance(value, int | float):
            assert math.isfinite(value) and (isinstance(value, float) or abs(value) < 2**63)
    if isinstance(settings, Experiment):
        for stage in ("simulate_train", "simulate_test", "mle", "filter", "bayes", "trnn", "whole"):
            data = view(settings, stage)
            assert view(from_view(data), stage) == data
        assert settings.train.n_agents >= 1 and settings.task.n_blocks >= 1
        assert all(law.low < law.high for law in settings.parameters.values())
    elif isinstance(settings, Run):
        assert settings.seed >= 0 and settings.experiments and settings.bootstrap_resamples >= 1
        assert not set(settings.results) & set(" $`;&|<>(){}*?!'\"\\\n\0~")
    else:
        assert isinstance(settings, Dataset) and settings.n_trials >= 1


def _leaves(value: Any) -> Iterator[Any]:
    if isinstance(value, dict | list):
        for part in value.values() if isinstance(value, dict) else value:
            yield from _leaves(part)
    else:
        yield value


def test_malformed_settings_are_refused_in_words_or_keep_every_rule(check) -> None:
    hunt(files(), 120, check)


@pytest.mark.faults
def test_malformed_settings_at_length(check) -> None:
    hunt(files(), 700, check)


@pytest.mark.parametrize("trick", TRICKS, ids=lambda trick: repr(trick[:30]))
# All kinds are parsed alike: one of them is enough for every day.
@pytest.mark.parametrize(
    "kind",
    [
        "run",
        pytest.param("experiment", marks=pytest.mark.faults),
        pytest.param("registry", marks=pytest.mark.faults),
    ],
)
def test_every_trick_of_yaml(check, kind: str, trick: str) -> None:
    path = FILES[kind][0]
    content = trick.encode("utf-8", "surrogatepass")
    for example in (content, content + path.read_bytes()):
        check(Hunt(), (kind, path.stem, example, {}))


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        ({"seed": int("f" * 9_000, 16)}, "seed: got a number of thousands of digits"),
        ({"overrides": {"all": {"x": ["y" * 1_000] * 1_000}}}, f"more than {MAX_SIZE} values"),
        ({"results": "y" * 1_000 + "$"}, "results: got 'yyy"),
    ],
)
def test_what_snakemake_has_read_is_bounded_too(raw: dict[str, Any], words: str) -> None:
    with pytest.raises(ConfigError, match=r"config\.yaml") as error:
        load_run({**RUN, **raw})
    assert words in str(error.value) and len(str(error.value)) < 500


def test_settings_that_hold_themselves_are_refused() -> None:
    endless: dict[str, Any] = {}
    endless["all"] = endless
    with pytest.raises(ConfigError, match="nested more than 30 deep, or in itself"):
        load_run({**RUN, "overrides": endless})


@pytest.mark.parametrize(
    "name", [[1], "../elsewhere", "x" * 5_000, "a\x00b", None, 3, "artificial\n"]
)
def test_extends_must_name_an_experiment(tmp_path: Path, name: Any) -> None:
    (tmp_path / "artificial.yaml").write_text(yaml.safe_dump({"extends": name}))
    with pytest.raises(ConfigError, match=r"artificial\.yaml: extends: got .*the name of another"):
        load_experiments(load_run(RUN), tmp_path)


def test_a_folder_in_the_place_of_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "artificial.yaml").mkdir()
    with pytest.raises(ConfigError, match=r"artificial\.yaml: cannot read the file"):
        load_experiments(load_run(RUN), tmp_path)
