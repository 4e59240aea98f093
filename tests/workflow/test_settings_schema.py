"""The schemas of the settings and their guide are what the types say, and files follow them."""

import re
from copy import deepcopy

import pytest
import yaml
from jsonschema import Draft202012Validator
from typer.testing import CliRunner

from tests.conftest import ROOT
from trnn.cli import app
from trnn.config.editor import schema_line
from trnn.config.experiment import Experiment
from trnn.config.run import Run
from trnn.data.registry import Dataset
from trnn.workflow.settings_guide import settings_guide
from trnn.workflow.settings_schema import as_text, schemas

CONFIG = ROOT / "config"
SCHEMAS = schemas()
FILES = {
    **{CONFIG / name: "run" for name in ("config.yaml", "theories.yaml", "tiny.yaml")},
    **{path: "experiment" for path in sorted((CONFIG / "experiments").glob("*.yaml"))},
    **{path: "dataset" for path in sorted((CONFIG / "datasets").glob("*.yaml"))},
}


def problems(kind: str, data) -> list[str]:
    return [error.message for error in Draft202012Validator(SCHEMAS[kind]).iter_errors(data)]


def read(name: str) -> dict:
    return yaml.safe_load((CONFIG / name).read_text())


def test_the_files_are_what_the_types_say():
    again = "run `make guides`, which writes it anew"
    for kind, schema in SCHEMAS.items():
        Draft202012Validator.check_schema(schema)
        assert (CONFIG / f"schemas/{kind}.json").read_text() == as_text(schema), again
    assert (CONFIG / "README.md").read_text() == settings_guide(), again


@pytest.mark.parametrize("kind", SCHEMAS)
def test_the_verbs_print_them(kind):
    printed = CliRunner().invoke(app, ["schema", kind])
    assert printed.exit_code == 0 and printed.output == as_text(SCHEMAS[kind])
    assert CliRunner().invoke(app, ["settings"]).output == settings_guide()


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_file_names_its_schema_and_follows_it(path):
    kind = FILES[path]
    first = path.read_text().splitlines()[0]
    assert first == schema_line(kind, len(path.relative_to(CONFIG).parts) - 1)
    assert (path.parent / first.partition("$schema=")[2]).resolve().is_file()
    assert problems(kind, yaml.safe_load(path.read_text())) == []


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_misspelt_key_is_seen_at_every_depth(path):
    """Where keys are names of one's own, such as those of dynamics, the value under them is."""
    kind, data = FILES[path], yaml.safe_load(path.read_text())

    def spoilt(part, at=()):
        for key, value in part.items():
            if isinstance(value, dict):
                yield from spoilt(value, (*at, key))
        yield at

    free = {"parameters", "dynamics", "overrides", "ranges", "reference_values", "more"}
    free |= {"reward_map", "best_action_map", "groups", "units"}
    tried = 0
    for at in spoilt(data):
        if at and (at[-1] in free or at[-2:-1] == ("ranges",)):
            continue
        changed = deepcopy(data)
        part = changed
        for key in at:
            part = part[key]
        part["no_such_key"] = 1
        assert problems(kind, changed), at
        tried += 1
    assert tried > 1 or path.stem == "config"


@pytest.mark.parametrize(
    ("kind", "name", "change"),
    [
        ("run", "config.yaml", {"seed": -1}),
        ("run", "config.yaml", {"device": "gpu"}),
        ("run", "config.yaml", {"overrides": {"all": {"test": {"n_agents": 0}}}}),
        ("experiment", "experiments/gershman.yaml", {"description": None}),
        ("experiment", "experiments/gershman.yaml", {"task": {"kind": "three_arms"}}),
        ("experiment", "experiments/gershman.yaml", {"dynamics": {"a": {"kind": "switching"}}}),
        ("experiment", "experiments/gershman_published.yaml", {"extends": "Not a name"}),
        ("experiment", "experiments/gershman_published.yaml", {"test": {"n_agents": "many"}}),
        ("dataset", "datasets/gershman.yaml", {"actions": [1, 2, 3]}),
        ("dataset", "datasets/gershman.yaml", {"columns": {"subject": "subject"}}),
        ("dataset", "datasets/gershman.yaml", {"mirrors": [{"kind": "url"}]}),
    ],
)
def test_a_wrong_value_is_seen(kind, name, change):
    data = read(name)
    assert problems(kind, data) == []
    assert problems(kind, data | change)


def test_what_a_file_may_leave_out_or_remove():
    """A part of an override, a null in what extends, and what is read from the file of a task."""
    part = {"dynamics": {"switching": {"hazard": 0.1}}, "estimators": {"drnn": None}}
    assert problems("run", {"overrides": {"all": part}}) == []
    whole = read("experiments/gershman.yaml")
    assert problems("experiment", whole | {"dynamics": part["dynamics"]})
    assert problems("experiment", {"extends": "gershman", "name": "x", **part}) == []
    given = {"kind": "given", "file": "my.csv"}
    assert problems("experiment", whole | {"task": given}) == []
    assert problems("experiment", whole | {"task": given | {"lengths": [10]}})


def test_labels_may_be_numbers_and_groups_a_list_or_names_of_labels():
    file = {"columns": {"action": 3, "reward": "r", "group": "g"}, "actions": [1, "two"]}
    assert problems("dataset", file | {"groups": ["a", "b"]}) == []
    assert problems("dataset", file | {"groups": {"A": "a"}}) == []
    assert problems("dataset", file | {"groups": {"A": "Not a name"}})


def test_the_guide_has_every_setting_and_its_links_lead_to_headings():
    text = settings_guide()
    for model in (Run, Experiment, Dataset):
        assert all(f"| `{key}` |" in text for key in model.model_fields), model
    for key in ("hazard", "n_particles", "reference_values", "person_sd", "folds", "max_particles"):
        assert f"| `{key}` |" in text, key
    headings = re.findall(r"^##+ (.*)$", text, re.MULTILINE)
    anchors = [re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in headings]
    assert len(set(anchors)) == len(anchors)
    linked = set(re.findall(r"\]\(#([^)]*)\)", text))
    assert len(linked) > 20 and linked <= set(anchors)
    # Those of no type that a reader could look up would be of no use.
    assert set(anchors) - linked <= {"how-they-are-laid-over-one-another"}
