"""Preparation: the canonical digest, the registry's check, the table, and the real data."""

import io
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from trnn.data.archive import csv_content
from trnn.data.digest import canonical_digest
from trnn.data.people_table import people_table
from trnn.data.prepare import prepare, prepare_content, prepare_dataset
from trnn.data.registry import Dataset, load_registry
from trnn.errors import ConfigError, DataError
from trnn.tables.parquet import Provenance, read_metadata, read_table

from .conftest import CHOICES_DIAGNO, DATA2, FOR_PLOS, REAL, ROOT, read, zipped

Row = Callable[..., Dataset]

real_data = pytest.mark.skipif(not REAL.is_dir(), reason=f"the human data are not at {REAL}")


def _write(path: Path, content: bytes | str) -> Path:
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def test_digest_is_of_the_trials_not_of_the_file(tmp_path: Path, dezfouli_row: Row) -> None:
    inside = {"deep/for_plos.csv": FOR_PLOS, "__MACOSX/deep/._for_plos.csv": b"\x00"}
    files = [CHOICES_DIAGNO, FOR_PLOS, FOR_PLOS.replace('"', ""), zipped(inside)]
    frames = [prepare(_write(tmp_path / "raw", text), dezfouli_row()) for text in files]
    assert len({canonical_digest(frame) for frame in frames}) == 1


@pytest.mark.parametrize(
    "column", ["subject", "group", "block", "trial", "action", "reward", "best_action"]
)
def test_digest_sees_one_changed_cell(column: str) -> None:
    frame = read("dezfouli", CHOICES_DIAGNO)
    before = canonical_digest(frame)
    value = frame.loc[4, column]
    frame.loc[4, column] = value + "x" if isinstance(value, str) else 1 + value
    assert canonical_digest(frame) != before


def test_digest_covers_every_column_and_takes_equal_numbers_for_equal() -> None:
    frame = read("gershman", DATA2.replace(",652", ","))
    before = canonical_digest(frame)
    assert canonical_digest(frame.assign(reaction_time_ms=1.0)) != before
    assert canonical_digest(frame.assign(mu_1=frame["mu_1"] + 1)) != before
    assert canonical_digest(frame.assign(more=1)) != before
    assert canonical_digest(frame.iloc[::-1]) != before
    assert canonical_digest(frame[frame.columns[::-1]]) == before
    zeros = np.where(frame["reward"] == 0, -0.0, frame["reward"])
    assert canonical_digest(frame.assign(reward=zeros)) == before
    # A NaN with another sign and other digits is null all the same.
    odd = frame["reaction_time_ms"].to_numpy(copy=True)
    odd.view(np.uint64)[np.isnan(odd)] = 0xFFF8_0000_0000_0001
    assert np.isnan(odd).sum() == 1
    assert canonical_digest(frame.assign(reaction_time_ms=odd)) == before
    text = [frame.assign(group=pd.Series(g, dtype="str")) for g in (["a\nb", "c"], ["a", "b\nc"])]
    assert len({canonical_digest(t.iloc[:2]) for t in text}) == 2
    nulls = frame.assign(group=pd.Series("\x00", index=frame.index, dtype="str"))
    assert canonical_digest(nulls) != before


def test_real_people_must_be_the_registrys(tmp_path: Path, gershman_row: Row) -> None:
    row = gershman_row()
    assert len(prepare(_write(tmp_path / "raw", DATA2), row)) == 6
    changed = _write(tmp_path / "changed.csv", DATA2.replace("2,-4,652", "2,-5,652"))
    with pytest.raises(DataError, match=rf"changed\.csv: .*expected {row.sha256}"):
        prepare(changed, row)
    short = _write(tmp_path / "short.csv", DATA2.rsplit("\n", 2)[0])
    with pytest.raises(DataError, match=r"short\.csv: 2 subjects and 5 trials; .*6 trials"):
        prepare(short, row)
    assert len(prepare(changed, row, "simulated")) == 6
    assert len(prepare(short, row, "simulated")) == 5


def test_stand_ins_still_keep_the_rules(tmp_path: Path, gershman_row: Row) -> None:
    path = _write(tmp_path / "bad.csv", DATA2.replace("2,-4,652", "3,-4,652"))
    with pytest.raises(DataError, match=r"(?s)bad\.csv: not everybody can.*'choice', line 3: '3'"):
        prepare(path, gershman_row(), "simulated")


def test_a_missing_or_huge_file_and_unknown_names(
    tmp_path: Path, gershman_row: Row, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = gershman_row()
    with pytest.raises(DataError, match=r"none\.csv: cannot read"):
        prepare(tmp_path / "none.csv", row)
    path = _write(tmp_path / "raw", DATA2)
    with pytest.raises(ConfigError, match=r"'guessed'.*real, simulated"):
        prepare(path, row, "guessed")  # type: ignore[arg-type]
    monkeypatch.setattr("trnn.data.prepare.MAX_UNPACKED_BYTES", 10)
    with pytest.raises(DataError, match="at most 10"):
        prepare(path, row)


@pytest.mark.parametrize(("name", "text"), [("dezfouli", FOR_PLOS), ("gershman", DATA2)])
@pytest.mark.parametrize("source", ["real", "simulated"])
def test_the_table(
    tmp_path: Path, request: pytest.FixtureRequest, name: str, text: str, source: str
) -> None:
    row = request.getfixturevalue(f"{name}_row")()
    raw, output = _write(tmp_path / "raw", text), tmp_path / "human" / "trials.parquet"
    prepare_dataset(raw, output, row, source, Provenance({"a": 1}, seed=3))  # type: ignore[arg-type]
    frame = read_table(output, people_table(row))
    pd.testing.assert_frame_equal(frame, prepare(raw, row), check_dtype=False)
    assert list(frame.columns) == people_table(row).names()
    metadata = read_metadata(output)
    assert metadata["data_source"] == source
    assert metadata["dataset"] == name and metadata["content_sha256"] == row.sha256
    # Simulated stand-ins must never cite real people as their origin.
    assert ("citation" in metadata) == (source == "real")


def test_no_table_is_left_of_a_bad_file(tmp_path: Path, gershman_row: Row) -> None:
    raw, output = _write(tmp_path / "raw", DATA2 + "2,1,4,0,5,2,,9\n"), tmp_path / "t.parquet"
    with pytest.raises(DataError, match="column 'reward', line 8: ''"):
        prepare_dataset(raw, output, gershman_row(), "simulated", Provenance({}, 0))
    assert not output.exists()


@real_data
@pytest.mark.real_data
def test_the_real_dezfouli_data() -> None:
    row = load_registry(ROOT / "config" / "datasets")["dezfouli"]
    frame = prepare(REAL / "dezfouli" / "choices_diagno.csv.zip", row)
    assert len(frame) == 132_251
    groups = frame.drop_duplicates("subject")["group"]
    assert groups.tolist() == ["bipolar"] * 33 + ["depression"] * 34 + ["healthy"] * 34
    assert frame.groupby("subject")["block"].nunique().eq(12).all()
    # The better arm pays at least 0.08, the other 0.05, whatever the key.
    paid = frame.groupby("best_action")["reward"].mean()
    assert paid[1] > 0.14 and paid[0] == pytest.approx(0.055, abs=0.002)


@real_data
@pytest.mark.real_data
def test_the_real_dezfouli_data_in_the_journals_format(tmp_path: Path) -> None:
    row = load_registry(ROOT / "config" / "datasets")["dezfouli"]
    packed = (REAL / "dezfouli" / "choices_diagno.csv.zip").read_bytes()
    raw = pd.read_csv(io.BytesIO(csv_content(packed, "x")[1]))
    plos = raw[["ID", "key", "trial", "reward", "diag"]].rename(columns={"trial": "block"})
    plos = plos.assign(best_action=np.where(raw["choice"] == "R1", "TRUE", "FALSE"))
    path = tmp_path / "for_plos.csv"
    plos.to_csv(path, index=False)
    assert canonical_digest(prepare(path, row)) == row.sha256


@real_data
@pytest.mark.real_data
def test_real_files_that_were_altered_in_any_column_that_is_used_are_refused() -> None:
    """Both passed as published data: the better arms reversed, and a reaction time of 1 ms."""
    registry = load_registry(ROOT / "config" / "datasets")
    packed = (REAL / "dezfouli" / "choices_diagno.csv.zip").read_bytes()
    raw = pd.read_csv(io.BytesIO(csv_content(packed, "x")[1]), dtype=str, keep_default_na=False)
    reversed_ = raw.assign(choice=np.where(raw["choice"] == "R1", "R2", "R1"))
    quick = pd.read_csv(REAL / "gershman" / "data2.csv", dtype=str).assign(RT="1")
    for name, altered in (("dezfouli", reversed_), ("gershman", quick)):
        content = altered.to_csv(index=False).encode()
        with pytest.raises(DataError, match="not the published ones"):
            prepare_content(content, "altered", registry[name])


@real_data
@pytest.mark.real_data
def test_the_real_gershman_data() -> None:
    row = load_registry(ROOT / "config" / "datasets")["gershman"]
    frame = prepare(REAL / "gershman" / "data2.csv", row)
    assert (len(frame), frame["subject"].nunique()) == (8_800, 44)
    assert frame.groupby(["subject", "block"]).size().eq(10).all()
    mean = np.where(frame["action"] == 0, frame["mu_0"], frame["mu_1"])
    assert (frame["reward"] - mean).std() == pytest.approx(1.04, abs=0.01)
