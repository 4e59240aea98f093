"""The table and its Markdown: complete, computed, and the same twice."""

import re
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from ger2024.published import Comparisons, FindingRows, Part, read_published
from ger2024.replication.claims import PARTS_THAT_HOLD
from ger2024.replication.document import document
from ger2024.replication.evidence import Source
from ger2024.replication.replication_stage import replication_frame, replication_stage
from ger2024.replication.replication_table import CORRECTED, FAILS, HOLDS, INCOMPARABLE, REPLICATION
from tests.conftest import ROOT
from tests.ger2024.replication_frames import (
    FINDINGS,
    STATISTICS,
    comparison_row,
    finding_row,
    metrics,
    rows_for,
    source,
)
from trnn.errors import ConfigError, TableError
from trnn.estimators.registry import ESTIMATORS
from trnn.report.text.stand_ins import WARNING
from trnn.tables.parquet import Provenance, check_frame, read_table

PUBLISHED = read_published(ROOT / "config/published.yaml")
PEOPLE = ("dezfouli", "gershman")
OWN = PUBLISHED.people["dezfouli"]
CASES = [
    pytest.param(part, dataset, id=f"{part.id}-{dataset}")
    for part in PUBLISHED.parts
    for dataset in part.datasets
]


def tables_for(part: Part, dataset: str, holds: bool, control: bool = True) -> Source:
    """Return an experiment in which a part's deciding rows hold or fail, and so its controls."""
    found: dict[bool, list] = {True: [], False: []}
    for checks, wanted in ((part.controls, control), (part.decided_by, holds)):
        for check in checks:
            found[isinstance(check, FindingRows)] += rows_for(check, part.population, wanted)
    # A row may stand in two roles: the deciding one comes first.
    findings = pd.DataFrame(found[True][::-1], columns=FINDINGS).astype({"holds": "boolean"})
    return source(
        dataset,
        dataset if dataset in PEOPLE else None,
        statistics=pd.DataFrame(found[False], columns=STATISTICS),
        findings=findings.drop_duplicates(["quantity", "group"]) if dataset in PEOPLE else None,
    )


def stage_tables(
    folder: Path, source_of_people: str, digest: str = OWN.content_sha256
) -> dict[str, object]:
    """Write an experiment's tables and return the stage's entry for them."""
    contents = {
        "people": pd.DataFrame({"subject": ["a"]}),
        "metrics": metrics(),
        "statistics": pd.DataFrame([comparison_row("bce", "mle", "trnn", 0.1)]),
        "findings": pd.DataFrame([finding_row("kappa_staying_correlation")]),
    }
    paths: dict[str, object] = {"human": "dezfouli", "model": OWN.model}
    metadata = {"dataset": "dezfouli", "content_sha256": digest, "data_source": source_of_people}
    for name, frame in contents.items():
        table = pa.Table.from_pandas(frame, preserve_index=False)
        fields = [f.with_metadata({"unit": "nats"}) for f in table.schema]
        schema = pa.schema(fields, metadata=metadata)
        paths[name] = folder / f"{name}.parquet"
        pq.write_table(table.cast(schema), paths[name])
    return paths


def row_of(frame: pd.DataFrame, part: Part, dataset: str) -> pd.Series:
    kept = (frame["claim"] == part.text) & (frame["dataset"] == dataset)
    kept &= frame["kind"] == "finding"
    assert kept.sum() == 1
    return frame[kept].iloc[0]


@pytest.mark.parametrize(("part", "dataset"), CASES)
def test_every_claim_of_the_file_comes_out_either_way(part, dataset):
    """No verdict is fixed: each claim's own rule says both things."""
    frame = replication_frame(PUBLISHED, [tables_for(part, dataset, holds=True)])
    row = row_of(frame, part, dataset)
    assert row["verdict"] == (CORRECTED if part.needed else HOLDS), row["note"]
    assert row["experiment"] == dataset and row["ours"] == row["ours"] and row["source"]
    frame = replication_frame(PUBLISHED, [tables_for(part, dataset, holds=False)])
    row = row_of(frame, part, dataset)
    assert row["verdict"] == FAILS and "would hold if" in row["note"]
    whole = frame[(frame["quantity"] == PARTS_THAT_HOLD) & (frame["finding"] == part.finding)]
    if part.finding is not None:
        assert FAILS in set(whole["verdict"])


@pytest.mark.parametrize(("part", "dataset"), [c for c in CASES if c.values[0].controls])
def test_a_control_that_fails_makes_a_correction(part, dataset):
    frame = replication_frame(PUBLISHED, [tables_for(part, dataset, holds=True, control=False)])
    row = row_of(frame, part, dataset)
    assert row["verdict"] == CORRECTED and part.control_failed in row["note"]


def test_every_published_number_mark_and_correction_has_its_row():
    frame = replication_frame(PUBLISHED, [])
    check_frame(frame, REPLICATION, "replication")
    numbers = frame[frame["kind"] == "number"]
    expected = [value for *_, value in PUBLISHED.reported_means()]
    expected += [value for *_, value in PUBLISHED.measured_means()]
    expected += [value for medians in PUBLISHED.medians.values() for value in medians.values()]
    assert sorted(numbers["published"]) == sorted(expected)
    marks = frame[frame["kind"] == "significance"]
    assert sorted(marks["published"]) == [0.024, 0.046]
    assert set(frame.loc[frame["kind"] == "correction", "claim"]) == {
        entry.original for entry in PUBLISHED.corrections
    }
    findings = frame[(frame["kind"] == "finding") & (frame["quantity"] == PARTS_THAT_HOLD)]
    assert set(findings["finding"]) == set("123456")
    # Nothing was run: nothing is judged.
    assert frame["verdict"].isna().all() and frame["ours"].isna().all()


def test_the_file_names_what_exists():
    """A misspelt name would look like something that was not run."""
    there = {path.stem for path in (ROOT / "config/experiments").glob("*.yaml")}
    assert set(PUBLISHED.datasets()) <= there | {"recovery_one", "recovery_three"}
    checks = [check for part in PUBLISHED.parts for check in (*part.decided_by, *part.controls)]
    checks += [entry.effect for entry in PUBLISHED.corrections if entry.effect is not None]
    pairs = [check for check in checks if isinstance(check, Comparisons)]
    named = {name for check in pairs for name in (check.first, check.second)}
    named |= {mean.estimator for _, _, mean, _ in PUBLISHED.reported_means()}
    named |= {mean.estimator for _, mean, _ in PUBLISHED.measured_means()}
    assert named <= {e.name for e in ESTIMATORS}
    entries = (*PUBLISHED.parts, *PUBLISHED.marks, *PUBLISHED.corrections)
    assert len({entry.id for entry in entries}) == len(entries)
    controlled = [part for part in PUBLISHED.parts if part.controls]
    assert all(part.control_failed for part in controlled)


def test_a_rule_that_does_not_exist_is_refused(tmp_path):
    text = (ROOT / "config/published.yaml").read_text()
    spoilt = tmp_path / "published.yaml"
    spoilt.write_text(text.replace("rule: below", "rule: beneath", 1), encoding="utf-8")
    with pytest.raises(ConfigError, match="published"):
        read_published(spoilt)


def test_numbers_of_the_same_people_are_judged_and_others_are_not():
    agents = source("artificial", None, table=metrics("test"))
    frame = replication_frame(PUBLISHED, [source(), agents])
    check_frame(frame, REPLICATION, "replication")

    def number(dataset: str, quantity: str, group: str) -> pd.Series:
        rows = frame[(frame["kind"] == "number") & (frame["dataset"] == dataset)]
        return rows[(rows["quantity"] == quantity) & (rows["group"] == group)].iloc[0]

    trnn = number("dezfouli", "bce_trnn", "all")
    assert trnn["published"] == 0.3227 and trnn["ours"] == pytest.approx(0.34)
    assert trnn["difference"] == pytest.approx(0.34 - 0.3227)
    assert (trnn["relation"], trnn["verdict"]) == ("within", HOLDS)
    bipolar = number("dezfouli", "bce_trnn", "bipolar")
    assert (bipolar["relation"], bipolar["verdict"]) == ("below", FAILS)
    # 0.3614 after the correction is nearer to 0.35 than 0.3630.
    assert number("dezfouli", "bce_mle", "all")["verdict"] == CORRECTED
    others = number("artificial", "bce_trnn", "all")
    assert others["verdict"] == INCOMPARABLE and others["relation"] is not None
    stand_ins = replication_frame(PUBLISHED, [source(simulated=True)])
    people = stand_ins[(stand_ins["kind"] == "number") & stand_ins["ours"].notna()]
    assert set(people["verdict"]) == {INCOMPARABLE}


def test_the_stage_writes_table_and_text_and_the_same_twice(tmp_path):
    provenance = Provenance({}, 1, "synthetic")
    written = []
    for source_of_people in ("real", "simulated", "real"):
        tables = stage_tables(tmp_path, source_of_people)
        output, text = tmp_path / "replication.parquet", tmp_path / "replication.md"
        path = ROOT / "config/published.yaml"
        replication_stage(output, text, {"dezfouli": tables}, path, 1, 50, provenance)
        written.append((output.read_bytes(), text.read_bytes()))
        # A table that says that it is of stand-ins is enough, whatever the run's settings say.
        assert (WARNING in text.read_text()) == (source_of_people == "simulated")
    assert written[0] == written[2] and written[0] != written[1]
    frame = read_table(output, REPLICATION)
    people = frame[(frame["quantity"] == "bce_trnn") & (frame["dataset"] == "dezfouli")]
    assert set(people["unit"]) == {"nats"} and people["ours"].notna().all()
    assert not [path for path in tmp_path.iterdir() if path.name.startswith(".")]


@pytest.mark.parametrize(
    "change", [{"digest": "0" * 64}, {"model": "q_learning"}], ids=["people", "model"]
)
def test_other_people_and_another_model_judge_nothing(tmp_path, change):
    model = change.pop("model", OWN.model)
    tables = stage_tables(tmp_path, "real", **change) | {"model": model}
    output, text = tmp_path / "replication.parquet", tmp_path / "replication.md"
    path, origin = ROOT / "config/published.yaml", Provenance({}, 1, "real")
    replication_stage(output, text, {"dezfouli": tables}, path, 1, 50, origin)
    frame = read_table(output, REPLICATION)
    assert frame["verdict"].isna().all() and frame["ours"].isna().all()
    assert frame.loc[frame["dataset"] == "dezfouli", "experiment"].isna().all()
    same = stage_tables(tmp_path, "real")
    replication_stage(output, text, {"dezfouli": same}, path, 1, 50, origin)
    assert read_table(output)["verdict"].notna().any()


def test_a_table_that_is_not_there_is_named_and_nothing_is_written(tmp_path):
    tables = stage_tables(tmp_path, "real")
    (tmp_path / "findings.parquet").unlink()
    output = tmp_path / "replication.parquet"
    with pytest.raises(TableError, match="findings"):
        replication_stage(
            output,
            tmp_path / "replication.md",
            {"dezfouli": tables},
            ROOT / "config/published.yaml",
            1,
            50,
            Provenance({}, 1, "real"),
        )
    assert not output.exists()


def test_variants_stand_beside_the_same_people():
    both = [source(), source("dezfouli_published")]
    frame = replication_frame(PUBLISHED, both)
    trnn = frame[(frame["dataset"] == "dezfouli") & (frame["quantity"] == "bce_trnn")]
    assert set(trnn["experiment"]) == {"dezfouli", "dezfouli_published"}
    # What a variant may lack is said of the experiment itself alone.
    corrections = frame[(frame["kind"] == "correction") & (frame["dataset"] == "dezfouli")]
    assert set(corrections["experiment"]) == {"dezfouli"}
    text = document(frame, "someone", simulated=False)
    assert "| experiment " in text and "(dezfouli_published)" in text


def test_the_document_shows_every_row_and_the_warning_only_for_stand_ins():
    frame = replication_frame(PUBLISHED, [source()])
    text = document(frame, "someone", simulated=False)
    assert WARNING not in text
    assert WARNING in document(frame, "someone", simulated=True).split("\n\n")[1]
    for claim in frame["claim"]:
        words = claim.replace("|", "\\|") if "|" in claim else claim
        assert claim[1:] in text or words[1:] in text, claim
    for verdict in (CORRECTED, FAILS, "not judged"):
        assert verdict in text
    # No Greek letter is made a capital, which would be another symbol.
    assert not re.search(r"^- [ΑΒΚΓ]", text, flags=re.MULTILINE)
