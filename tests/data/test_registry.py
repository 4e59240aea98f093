"""The registry of data sets."""

from pathlib import Path

import pytest
import yaml

from trnn.data.formats import load_format
from trnn.data.people_table import people_table
from trnn.data.registry import FigshareMirror, UrlMirror, load_registry
from trnn.errors import ConfigError

from .conftest import ROOT

REGISTRY = ROOT / "config" / "datasets.yaml"


def test_the_projects_rows() -> None:
    rows = load_registry(REGISTRY)
    assert set(rows) == {"dezfouli", "gershman"}
    for row in rows.values():
        # Its format can be loaded and gives the columns that the row promises.
        names = [column.name for column in load_format(row.format).columns]
        assert set(people_table(row).names()) >= {*row.columns, "reward"} <= {*names, "group"}
    dezfouli, gershman = rows["dezfouli"], rows["gershman"]
    assert (dezfouli.n_subjects, dezfouli.n_trials) == (101, 132_251)
    assert (gershman.n_subjects, gershman.n_trials) == (44, 8_800)
    figshare, journal, authors = dezfouli.mirrors
    assert isinstance(figshare, FigshareMirror)
    assert figshare.listing == "https://api.figshare.com/v2/articles/8257259/files"
    assert isinstance(journal, UrlMirror) and "1006903.s031" in journal.url
    assert isinstance(authors, UrlMirror) and authors.url.endswith("choices_diagno.csv.zip")


def _changed(tmp_path: Path, **change: object) -> Path:
    raw = yaml.safe_load(REGISTRY.read_text())
    raw["datasets"][1].update(change)
    path = tmp_path / "datasets.yaml"
    path.write_text(yaml.safe_dump(raw))
    return path


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"mirror": "x"}, ["key 'datasets.1.mirror'", "not permitted", "'x'"]),
        ({"sha256": "abc"}, ["key 'datasets.1.sha256'", "'abc'"]),
        ({"n_trials": "8800"}, ["key 'datasets.1.n_trials'", "valid integer", "'8800'"]),
        ({"n_subjects": 0}, ["key 'datasets.1.n_subjects'", "greater than or equal to 1"]),
        ({"format": "../x.py"}, ["key 'datasets.1.format'", "'../x.py'"]),
        ({"groups": ["a"]}, ["datasets.1", "`groups` (['a'])", "give both or neither"]),
        ({"columns": ["group"]}, ["datasets.1", "give both or neither"]),
        ({"columns": ["mu_0", "mu_0"]}, ["datasets.1", "`columns` must differ"]),
        ({"columns": ["group"], "groups": ["A b"]}, ["datasets.1.groups.0", "'A b'"]),
        ({"mirrors": [{"kind": "ftp", "url": "x"}]}, ["mirrors.0", "'url', 'figshare'"]),
        ({"mirrors": [{"kind": "url", "url": "file:///etc"}]}, ["mirrors.0.url", "file:///etc"]),
        ({"name": "dezfouli"}, ["key 'name'", "['dezfouli']"]),
        ({"name": "Two words"}, ["key 'datasets.1.name'", "'Two words'"]),
    ],
)
def test_a_wrong_row_is_refused_with_file_key_and_value(
    tmp_path: Path, change: dict[str, object], expected: list[str]
) -> None:
    path = _changed(tmp_path, **change)
    with pytest.raises(ConfigError) as error:
        load_registry(path)
    for text in [str(path), *expected]:
        assert text in str(error.value)


def test_unreadable_registries(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"nothing\.yaml: cannot read"):
        load_registry(tmp_path / "nothing.yaml")
    broken = tmp_path / "broken.yaml"
    broken.write_text("datasets: [")
    with pytest.raises(ConfigError, match=r"broken\.yaml: not valid YAML"):
        load_registry(broken)
    broken.write_text("")
    with pytest.raises(ConfigError, match=r"broken\.yaml: expected the key 'datasets'"):
        load_registry(broken)


def test_rows_are_immutable() -> None:
    rows = load_registry(REGISTRY)
    with pytest.raises(ValueError, match="frozen"):
        rows["gershman"].name = "other"
