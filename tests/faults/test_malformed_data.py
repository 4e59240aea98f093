"""Malformed files of the people's data: refused in words, or read by every rule of the table."""

import io
import re
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import strategies as st

from tests.data.conftest import CHOICES_DIAGNO, DATA2, FOR_PLOS, make_row, zipped
from trnn.data.archive import csv_content
from trnn.data.digest import canonical_digest
from trnn.data.people_table import people_table
from trnn.data.prepare import prepare_dataset
from trnn.data.registry import Dataset
from trnn.data.separated import read_cells
from trnn.errors import DataError
from trnn.tables.parquet import Provenance, check_frame, read_table

from .hunt import Hunt, hunt, mostly, spoilt_bytes

NAMES = {
    "dezfouli": ["choices_diagno.csv.zip", "choices_diagno.csv", "for_plos.csv"],
    "gershman": ["data2.csv"],
}
TEXTS = {
    "choices_diagno.csv": ("dezfouli", CHOICES_DIAGNO),
    "for_plos.csv": ("dezfouli", FOR_PLOS.replace('"', "")),
    "data2.csv": ("gershman", DATA2),
}
PARTS = {
    "dezfouli": {"group": r"(bipolar|depression|healthy)-\d\d+", "within": ["group"]},
    "gershman": {"group": r"subject-\d\d+", "within": []},
}

# Cells that programs read in different ways, and such as are no value at all.
HOSTILE = [
    *["", " ", "nan", "NaN", "NA", "null", "None", "inf", "-Infinity", "1e400", "-1e400", "1e308"],
    *["-1", "0", "1", "2", "3", "-0", "+1", "1.", "1.0", ".5", "1e0", "1,5", "1_0", "0x1", "0b1"],
    *["9" * 30, "-" + "9" * 30, "9007199254740993", "18446744073709551616", "9" * 400, "1e-400"],
    *["١", "１", "२", "½", "²", "−1", "é", "😀", "\u202e1", "\ufeff1", "\u00a01", "\x00", "\x1a"],
    *['"', '""', '"1"', '"a,b"', '"a\nb"', 'a"b', "'1'", "\\", "\n", "\r", "\t1", "1 ", "=1+1"],
    *["R1", "R2", "r1", "R3", "TRUE", "FALSE", "True", "yes", "Healthy", "healthy", "Bipolar"],
    *["ID", "trial", "block", "best_action", "x" * 70_000, "$(touch x)", "../x", "%s{0}"],
]
CELL = st.sampled_from(HOSTILE) | st.text(max_size=6) | st.integers(-3, 400).map(str)
ROW_CHANGES = [f"{how} row" for how in ("drop", "repeat", "move", "blank", "longer", "shorter")]
COLUMNS = [f"{how} column" for how in ("drop", "repeat", "move")]
LINE_ENDS = ["\n", "\r\n", "\r", "\n\r", "\n\n", "\x0b", "\u2028"]
ENCODINGS = ["utf-8-sig", "utf-16", "utf-16-le", "utf-32", "latin-1", "cp1252", "cp500", "utf-7"]
ENTRIES = ["data2.csv", "choices_diagno.csv", "a/B.CSV", "../x.csv", "/x.csv", "C:\\x.csv", "x.txt"]
ENTRIES += ["__MACOSX/._data2.csv", ".csv", "é.csv", "x" * 5_000 + ".csv", "a.csv/", "\x01.csv"]
METHODS = [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA]


@st.composite
def tables(draw: st.DrawFn, text: str) -> str:
    """Return a file's text with cells, rows or columns changed."""
    rows = [line.split(",") for line in text.splitlines()]
    for _ in range(draw(st.sampled_from([0, 1, 1, 1, 2, 3]))):
        a, b = (draw(st.integers(0, len(rows) - 1)) for _ in range(2))
        at = draw(st.integers(0, 14))
        match draw(st.sampled_from(["cell", "cell", "cell", "header", *ROW_CHANGES, *COLUMNS])):
            case "cell" if rows[a]:
                rows[a][at % len(rows[a])] = draw(CELL)
            case "header" if rows[0]:
                rows[0][at % len(rows[0])] = draw(st.sampled_from(rows[0]) | CELL)
            case "drop row" if len(rows) > 1:
                rows.pop(a)
            case "repeat row":
                rows.insert(b, list(rows[a]))
            case "move row":
                rows.insert(b, rows.pop(a))
            case "blank row":
                rows.insert(b, [])
            case "longer row":
                rows[a].insert(at, "1")
            case "shorter row":
                del rows[a][at:]
            case ("drop column" | "repeat column" | "move column") as how:
                for row in (row for row in rows if at < len(row)):
                    cell = row.pop(at)
                    row += {"drop": [], "repeat": [cell, cell], "move": [cell]}[how.split()[0]]
    end = draw(mostly("\n", LINE_ENDS))
    return end.join(",".join(row) for row in rows) + draw(st.sampled_from(["", end, " \t" + end]))


@st.composite
def archives(draw: st.DrawFn, name: str, content: bytes) -> bytes:
    """Return a zip of the file, under its name or another, beside odd entries."""
    buffer = io.BytesIO()
    names = [draw(mostly(name, ENTRIES))]
    names += draw(st.lists(st.sampled_from(ENTRIES), max_size=2))
    with zipfile.ZipFile(buffer, "w") as archive:
        for place, entry in enumerate(dict.fromkeys(names)):
            info = zipfile.ZipInfo(entry)
            method = draw(mostly(zipfile.ZIP_DEFLATED, METHODS))
            data = content if place == 0 else draw(mostly(b"x", [b"", b"0" * 10**6]))
            archive.writestr(info, data, compress_type=method)
    return buffer.getvalue()


@st.composite
def files(draw: st.DrawFn) -> tuple[str, bytes, str]:
    """Return a data set, a file's bytes, and whether they are to be real people's."""
    name = draw(st.sampled_from(list(TEXTS)))
    dataset, text = TEXTS[name]
    if draw(st.integers(0, 19)) == 0:
        start = draw(st.sampled_from([b"", b"PK\x03\x04", b"\xef\xbb\xbf", b"<", b"\x1f\x8b"]))
        return dataset, start + draw(st.binary(max_size=300)), "simulated"
    text = draw(tables(text))
    encoding = draw(mostly("utf-8", ENCODINGS))
    content = draw(spoilt_bytes(text.encode(encoding, "replace")))
    if draw(st.booleans()):
        content = draw(spoilt_bytes(draw(archives(name, content))))
    # Another study's file, now and then.
    dataset = draw(mostly(dataset, NAMES))
    return dataset, content, draw(mostly("simulated", ["real"]))


@pytest.fixture(scope="module")
def rows() -> dict[str, Dataset]:
    mirror = [{"kind": "url", "url": "https://example.org/none"}]
    texts = {"dezfouli": CHOICES_DIAGNO, "gershman": DATA2}
    return {name: make_row(name, text, NAMES[name], mirror) for name, text in texts.items()}


@pytest.fixture(scope="module")
def check(
    rows: dict[str, Dataset], tmp_path_factory: pytest.TempPathFactory
) -> Callable[[Hunt, tuple[str, bytes, str]], None]:
    """Return the property that every example must have."""
    folder = tmp_path_factory.mktemp("data")
    raw, output = folder / "raw_file", folder / "out" / "trials.parquet"

    def prepared(dataset: str, content: bytes, source: str) -> pd.DataFrame:
        raw.write_bytes(content)
        prepare_dataset(raw, output, rows[dataset], source, Provenance({}, seed=1))
        return read_table(output, people_table(rows[dataset]))

    for dataset, text in TEXTS.values():  # what is loaded once is no example's time or memory
        prepared(dataset, text.encode(), "simulated")

    def run(found: Hunt, example: tuple[str, bytes, str]) -> None:
        dataset, content, source = example
        output.unlink(missing_ok=True)
        frame = found.attempt(lambda: prepared(dataset, content, source), DataError, "raw_file")
        left = [path.name for path in output.parent.iterdir()]
        assert left == ([] if frame is None else ["trials.parquet"])
        if frame is not None:
            _assert_rules(frame, rows[dataset])
            _assert_complete(frame, content, rows[dataset])
            assert source == "simulated" or canonical_digest(frame) == rows[dataset].sha256

    return run


def _assert_rules(frame: pd.DataFrame, row: Dataset) -> None:
    """Every rule of a table of people's trials, said anew from the columns' descriptions."""
    check_frame(frame, people_table(row), "accepted")
    subject, block = frame["subject"].to_numpy(), frame["block"].to_numpy()
    assert all(re.fullmatch(PARTS[row.name]["group"], name) for name in subject)
    new_subject = np.r_[True, subject[1:] != subject[:-1]]
    assert new_subject.sum() == frame["subject"].nunique()
    new_block = new_subject | np.r_[True, block[1:] != block[:-1]]
    expected = [0]
    for new_s, new_b in zip(new_subject[1:], new_block[1:], strict=True):
        expected.append(0 if new_s else expected[-1] + int(new_b))
    assert block.tolist() == expected
    run_length = frame.groupby(np.cumsum(new_block)).cumcount()
    assert frame["trial"].tolist() == run_length.tolist()
    assert frame["action"].isin([0, 1]).all()
    if row.name == "dezfouli":
        assert frame["reward"].isin([0, 1]).all()
        assert (frame.groupby("subject")["group"].nunique() == 1).all()
        assert [name.rsplit("-", 1)[0] for name in subject] == frame["group"].tolist()
    else:
        means = frame.groupby(["subject", "block"])[["mu_0", "mu_1"]].nunique()
        assert (means == 1).all(axis=None)
        assert frame["group"].isna().all()


def _assert_complete(frame: pd.DataFrame, content: bytes, row: Dataset) -> None:
    """No line of an accepted file is lost or made up."""
    cells = read_cells(csv_content(content, "x", row.file_names)[1], "x")
    assert len(frame) == len(cells.rows)


def test_malformed_data_are_refused_in_words_or_keep_every_rule(check) -> None:
    hunt(files(), 150, check)


@pytest.mark.faults
def test_malformed_data_at_length(check) -> None:
    hunt(files(), 1_000, check)


def test_an_archive_packed_in_an_unusual_way_is_refused(rows, tmp_path: Path) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("data2.csv", DATA2, compress_type=zipfile.ZIP_LZMA)
    with pytest.raises(DataError, match=r"raw_file: the zip's entry 'data2\.csv' is packed by"):
        csv_content(buffer.getvalue(), "raw_file")


def test_a_zip_with_a_name_in_no_encoding_is_refused() -> None:
    content = zipped({"é.csv": DATA2}).replace("é".encode(), b"\xff\xff")
    with pytest.raises(DataError, match="raw_file: the zip archive is damaged"):
        csv_content(content, "raw_file")
