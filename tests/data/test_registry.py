"""The registry of data sets: a file each."""

from pathlib import Path

import pytest
import yaml

from trnn.data.people_table import people_table
from trnn.data.registry import FigshareMirror, UrlMirror, load_dataset, load_registry
from trnn.errors import ConfigError

from .conftest import ROOT

REGISTRY = ROOT / "config" / "datasets"
OWN = {"file": "my.csv", "columns": {"action": "a", "reward": "r"}}


def test_the_projects_data_sets() -> None:
    found = load_registry(REGISTRY)
    assert set(found) == {"dezfouli", "gershman"}
    dezfouli, gershman = found["dezfouli"], found["gershman"]
    assert dezfouli.extra == ["group", "best_action"]
    assert gershman.extra == ["mu_0", "mu_1", "reaction_time_ms"]
    for dataset in found.values():
        assert set(people_table(dataset).names()) >= {*dataset.extra, "reward"}
    assert (dezfouli.n_subjects, dezfouli.n_trials) == (101, 132_251)
    assert (gershman.n_subjects, gershman.n_trials) == (44, 8_800)
    figshare, journal, authors = dezfouli.places
    assert isinstance(figshare, FigshareMirror)
    assert figshare.listing == "https://api.figshare.com/v2/articles/8257259/files"
    assert isinstance(journal, UrlMirror) and "1006903.s031" in journal.url
    assert isinstance(authors, UrlMirror) and authors.url.endswith("choices_diagno.csv.zip")


def written(tmp_path: Path, raw: object, name: str = "mine") -> Path:
    path = tmp_path / f"{name}.yaml"
    path.write_text(yaml.safe_dump(raw, sort_keys=False))
    return path


def test_file_and_columns_are_enough(tmp_path: Path) -> None:
    found = load_dataset(written(tmp_path, OWN))
    assert (found.name, found.on_disk, found.extra) == ("mine", "my.csv", [])
    assert found.manual_folder == "data/manual/mine" and found.places == []
    web = load_dataset(written(tmp_path, OWN | {"file": "https://a.org/my.csv"}))
    assert web.on_disk is None and [place.url for place in web.places] == ["https://a.org/my.csv"]


def test_a_data_set_that_is_not_asked_for_may_be_broken(tmp_path: Path) -> None:
    written(tmp_path, OWN)
    (tmp_path / "broken.yaml").write_text("columns: [")
    assert set(load_registry(tmp_path, ["mine"])) == {"mine"}
    with pytest.raises(ConfigError, match=r"broken\.yaml: not valid YAML"):
        load_registry(tmp_path)


def test_labels_are_texts_however_yaml_takes_them(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text("columns: {action: 1, reward: r}\nactions: [1, 2.5]\nreward_map: {0: 1}\n")
    found = load_dataset(path)
    assert found.actions == ["1", "2.5"] and found.reward_map == {"0": 1.0}
    assert found.columns.action == "1"
    path.write_text("columns: {action: a, reward: r}\nactions: [yes, no]\n")
    with pytest.raises(ConfigError, match=r"actions\.0.*truth values. Put the label in quotes"):
        load_dataset(path)


def test_groups_are_labels_or_labels_with_names(tmp_path: Path) -> None:
    columns = {"columns": OWN["columns"] | {"group": "g"}}
    plain = load_dataset(written(tmp_path, columns | {"groups": ["old", "young"]}))
    assert plain.groups == ["old", "young"] and plain.group_labels["old"] == "old"
    named = load_dataset(
        written(tmp_path, columns | {"groups": {"MDD": "d", "MDE": "d", "H": "h"}})
    )
    assert named.groups == ["d", "h"] and named.group_labels["MDE"] == "d"
    # As stages get it.
    assert type(named).model_validate(named.model_dump(mode="json")) == named


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"mirror": "x"}, ["key 'mirror'", "not permitted", "'x'"]),
        ({"sha256": "abc"}, ["key 'sha256'", "'abc'"]),
        ({"n_trials": "8800"}, ["key 'n_trials'", "valid integer", "'8800'"]),
        ({"n_subjects": 0}, ["key 'n_subjects'", "greater than or equal to 1"]),
        ({"groups": ["a"]}, ["`groups` (['a'])", "give both or neither"]),
        ({"columns": {"action": "a"}}, ["key 'columns.reward'", "Field required"]),
        ({"columns": {"action": "a", "reward": "r", "acton": "b"}}, ["'columns.acton'"]),
        ({"columns": {"action": "a", "reward": "r", "mu_0": "m"}}, ["both mu_0 and mu_1"]),
        (
            {"columns": {"action": "a", "reward": "r", "more": {"block": "b"}}},
            ["['block'] have a meaning"],
        ),
        (
            {"columns": {"action": "a", "reward": "r", "group": "g"}, "groups": ["A b"]},
            ["'groups.0'", "'A b'"],
        ),
        ({"actions": ["a"]}, ["key 'actions'", "at least 2"]),
        ({"missing": "guess"}, ["key 'missing'", "'leave_out' or 'refuse'"]),
        ({"also": [{"columns": {"mu_0": "p", "mu_1": "q"}}]}, ["also.0", "['mu_0', 'mu_1']"]),
        ({"file": "http://a.org/x.csv"}, ["key 'file'", "not secure"]),
        ({"mirrors": [{"kind": "ftp", "url": "x"}]}, ["mirrors.0", "'url', 'figshare'"]),
        ({"mirrors": [{"kind": "url", "url": "file:///etc"}]}, ["mirrors.0.url", "file:///etc"]),
        ({"name": "other"}, ["name: got 'other'; expected 'mine'"]),
    ],
)
def test_a_wrong_setting_is_refused_with_file_key_and_value(
    tmp_path: Path, change: dict[str, object], expected: list[str]
) -> None:
    path = written(tmp_path, OWN | change)
    with pytest.raises(ConfigError) as error:
        load_dataset(path)
    for text in [str(path), *expected]:
        assert text in str(error.value)


def test_unreadable_files(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"nothing\.yaml: cannot read"):
        load_dataset(tmp_path / "nothing.yaml")
    empty = tmp_path / "empty.yaml"
    empty.write_text("")
    with pytest.raises(ConfigError, match=r"empty\.yaml: expected keys and values"):
        load_dataset(empty)
    with pytest.raises(ConfigError, match=r"(?s)Two words\.yaml: .*key 'name'"):
        load_dataset(written(tmp_path, OWN, "Two words"))
