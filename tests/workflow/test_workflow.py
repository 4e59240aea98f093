"""The real workflow on small settings: every rule, twice nothing to do, equal bytes."""

import json
import shutil

import pandas as pd
import pyarrow.parquet as pq
import pytest

from benchmarks.checkout import checkout
from ger2024.figures.labels import LABELS
from tests.workflow.digests import digests
from tests.workflow.runs import TINY, snakemake
from trnn.anybody.packed import read_card
from trnn.tables.origin import file_digest
from trnn.tables.parquet import read_metadata

pytestmark = pytest.mark.workflow
# A second, smaller run for comparisons: the same rules on one experiment with people.
SMALLER = ["--config", "experiments=[gershman]"]


def test_the_tiny_run_makes_every_file_of_the_design(tiny):
    results = tiny / "results/tiny"
    for experiment in ("artificial", "dezfouli", "gershman"):
        people = experiment != "artificial"
        expected = [f"synthetic/{split}.parquet" for split in ("train", "validation", "test")]
        expected += ["checkpoints/trnn/seed0.pt", "training/trnn/seed0.parquet"]
        expected += ["fits/mle.parquet", "metrics.parquet", "statistics.parquet"]
        populations = ["test", "human"] if people else ["test"]
        for estimator in ("prior", "mle", "filter", "bayes", "trnn"):
            expected += [f"estimates/{estimator}/{p}.parquet" for p in populations]
        expected += ["estimates/oracle/test.parquet"]
        expected += ["comparisons.parquet"]
        if people:
            expected += ["human/trials.parquet", "findings.parquet", "courses.parquet"]
        missing = [f for f in expected if not (results / experiment / f).is_file()]
        assert not missing
    for experiment, kind in LABELS:
        for suffix in ("pdf", "png", "parquet"):
            assert (results / f"figures/{experiment}/{kind}.{suffix}").is_file()
    assert (results / "report.html").is_file()
    assert not list(results.rglob(".*"))  # no temporary file is left
    assert not list(results.rglob("*.state.pt"))


def test_the_replication_table_finds_every_row_that_a_claim_names(tiny):
    """A quantity that the findings do not have would leave a claim unjudged, and unnoticed."""
    frame = pd.read_parquet(tiny / "results/tiny/replication.parquet")
    found = set(frame["experiment"].dropna())
    assert {"artificial", "dezfouli", "gershman"} <= found
    claims = frame[(frame["kind"] == "finding") & frame["finding"].isin(list("123456"))]
    assert len(claims) > 15
    assert claims.loc[claims["ours"].isna(), "claim"].tolist() == []
    assert "stand-ins" in (tiny / "results/tiny/replication.md").read_text().split("\n\n")[1]


def test_tables_explain_themselves_and_name_stand_ins(tiny):
    for path in (tiny / "results/tiny").rglob("*.parquet"):
        metadata = read_metadata(path)
        assert len(metadata["config_digest"]) == 64 and metadata["seed"], path
        for field in pq.read_schema(path):
            assert field.metadata and field.metadata[b"description"], (path, field.name)
            assert field.metadata[b"unit"], (path, field.name)
        if "human" in str(path.relative_to(tiny / "results/tiny")):
            assert metadata["data_source"] == "simulated", path
    summary = (tiny / "results/tiny/summary.md").read_text()
    assert "stand-ins" in summary.split("\n\n")[0] + summary.split("\n\n")[1]


def test_a_second_run_finds_nothing_to_do(tiny):
    result = snakemake(tiny, "--cores", "2", "--dry-run", *TINY)
    assert result.returncode == 0
    assert "Nothing to be done" in result.stdout + result.stderr


def test_networks_of_a_run_are_packed_with_their_cards(tiny, tmp_path):
    folder = tmp_path / "packed"
    shutil.copytree(tiny, folder, symlinks=True)
    result = snakemake(folder, "--cores", "2", "index_networks", *TINY)
    assert result.returncode == 0, result.stdout + result.stderr
    made = folder / "results/tiny/networks"
    index = json.loads((made / "index.json").read_text())
    for name, entry in index.items():
        assert file_digest(made / entry["file"]) == entry["sha256"]
        card = read_card(made / entry["file"], name)
        assert card["calibration"] and card["optimality"]
        there = {own["network"] for own in card["networks"]}
        smooths = (folder / "results/tiny" / name / "checkpoints/trnn_smooth").is_dir()
        assert there == ({"trnn", "trnn_smooth"} if smooths else {"trnn"})
    assert len(index) == 5


def test_one_core_and_two_cores_give_the_same_bytes(tiny, tmp_path):
    other = checkout(tmp_path / "one")
    result = snakemake(other, "--cores", "1", *TINY, *SMALLER)
    assert result.returncode == 0, result.stdout + result.stderr
    # The summary and the report speak of all experiments; the experiment's own files must
    # not depend on what else is run, nor on the number of cores.
    one, two = (digests(folder / "results/tiny") for folder in (other, tiny))
    own = [name for name in one if name.startswith(("gershman/", "figures/", "raw/gershman"))]
    assert len(own) > 20
    assert [name for name in own if one[name] != two[name]] == []


def test_real_people_are_never_replaced_and_the_rest_is_still_built(tmp_path):
    folder = checkout(tmp_path / "real")
    target = "results/gershman/human/trials.parquet"
    independent = "results/gershman/synthetic/validation.parquet"
    mirror = tmp_path / "empty"
    mirror.mkdir()
    registry = folder / "config/datasets/gershman.yaml"
    registry.write_text(registry.read_text().replace("https://", "http://127.0.0.1:9/"))
    result = snakemake(
        folder,
        target,
        independent,
        "--cores",
        "2",
        "--config",
        f"data_mirror={mirror}",
        "overrides={gershman: {train: {n_validation: 5}}}",
    )
    assert result.returncode != 0
    assert not (folder / target).exists()
    assert (folder / independent).is_file()
    text = result.stdout + result.stderr
    assert "data/manual/gershman" in text and "data2.csv" in text
    assert not list((folder / "data").rglob("*")) or not any(
        p.is_file() for p in (folder / "data").rglob("*")
    )


def test_a_wrong_setting_stops_before_any_rule(tmp_path):
    folder = checkout(tmp_path / "wrong")
    for arguments, words in [
        (["--config", "sed=1"], ["sed", "Did you mean 'seed'"]),
        (["--config", "experiments=[artificail]"], ["artificail.yaml", "no such file"]),
        (
            ["--config", "overrides={all: {test: {n_agents: -1}}}"],
            ["test.n_agents", "-1", "greater than or equal to 1"],
        ),
    ]:
        result = snakemake(folder, "--cores", "1", *arguments)
        text = result.stdout + result.stderr
        assert result.returncode != 0
        assert not (folder / "results").exists()
        for word in words:
            assert word in text
