"""Licences in a run's manifest: the code's at the root, those of people's data on these data."""

from pathlib import Path

import pytest
from rocrate.rocrate import ROCrate

from trnn.errors import TableError
from trnn.workflow.crate import LICENCE, NOT_STATED, manifest_stage
from trnn.workflow.records import Results

LICENCES = {"a": "CC BY 4.0", "b": None}
PEOPLE = {
    "a": ["data/raw/a", "results/one/human/trials.parquet", "results/two/human/trials.parquet"],
    "b": ["results/raw/b", "results/three/human/trials.parquet"],
}


def job(rule, inputs, outputs):
    """Return what a record says of a job; inputs stand with their digests."""
    return {
        "rule": rule,
        "wildcards": {},
        "inputs": dict.fromkeys(inputs, "0" * 64),
        "outputs": outputs,
        "started": "2026-01-01T00:00:00.000+00:00",
        "ended": "2026-01-01T00:00:01.000+00:00",
        "package_version": "1",
        "git_commit": "none",
        "code_digest": "1" * 64,
    }


@pytest.fixture
def results(tmp_path, monkeypatch):
    """A results folder: one experiment's people, and another's, prepared and scored."""
    monkeypatch.chdir(tmp_path)
    Path("Snakefile").write_text("rule all:")
    folder = Results(Path("results"))

    def make(rule, inputs, name):
        path = folder.path_of(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name)
        folder.write([path], job(rule, inputs, [name]))
        return path

    make("download", [], "raw/b")
    for name, raw in {"one": "./data/raw/a", "two": "./data/raw/a", "three": "raw/b"}.items():
        make("prepare", [raw], f"{name}/human/trials.parquet")
    tables = [f"{name}/human/trials.parquet" for name in ("one", "two", "three")]
    return make("metrics", tables, "metrics.parquet")


def crate_of(results, licences=LICENCES, people=PEOPLE) -> ROCrate:
    manifest_stage(
        [results],
        "results/ro-crate-metadata.json",
        {"Snakefile": "results/workflow/Snakefile"},
        "results/workflow/configuration.yaml",
        {"run": {}},
        licences,
        people,
        "9.0",
    )
    return ROCrate("results")


def licensed(crate: ROCrate) -> dict[str, str]:
    """Return the licence of each entity that has one of its own, by its identifier."""
    return {e.id: e["license"].id for e in crate.get_entities() if "license" in e}


def test_the_root_has_the_codes_licence_and_people_s_files_have_their_terms(results):
    crate = crate_of(results)
    assert licensed(crate) == {
        "./": LICENCE,
        "#data/raw/a": "#terms-a",
        "one/human/trials.parquet": "#terms-a",
        "two/human/trials.parquet": "#terms-a",
        "raw/b": "#terms-b",
        "three/human/trials.parquet": "#terms-b",
    }
    assert LICENCE == "https://spdx.org/licenses/BSD-3-Clause"
    assert crate.dereference(LICENCE)["name"] == "BSD-3-Clause"
    assert crate.dereference("#terms-a")["description"] == "CC BY 4.0"
    assert crate.dereference("#terms-b")["description"] == NOT_STATED


def test_a_run_without_people_has_the_codes_licence_alone(results):
    crate = crate_of(results, people={})
    assert licensed(crate) == {"./": LICENCE}
    assert crate.dereference("#terms-a") is None


def test_terms_of_a_file_that_no_job_knows_are_refused(results):
    with pytest.raises(TableError, match=r"four/human/trials.parquet: expected .* data set a"):
        crate_of(results, people={"a": ["results/four/human/trials.parquet"]})
