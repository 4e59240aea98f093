"""The CSV inside an archive, and archives that are refused."""

import io
import zipfile

import pytest

from trnn.data import archive
from trnn.data.archive import csv_content
from trnn.errors import DataError

from .conftest import zipped

JUNK = {"__MACOSX/": b"", "__MACOSX/._a.csv": b"\x00\x05", ".DS_Store": b"x", "readme.txt": b"x"}


def test_a_plain_file_is_itself() -> None:
    assert csv_content(b"a,b\n1,2\n", "x.csv") == ("x.csv", b"a,b\n1,2\n")


def test_the_csv_beside_junk() -> None:
    where, content = csv_content(zipped({**JUNK, "folder/A.CSV": b"a\n1\n"}), "x.zip")
    assert (where, content) == ("x.zip (folder/A.CSV)", b"a\n1\n")


def test_a_known_name_decides_between_several() -> None:
    both = zipped({"other.csv": b"o\n", "sub/for_plos.csv": b"p\n"})
    assert csv_content(both, "x.zip", ["choices.csv", "for_plos.csv"])[1] == b"p\n"
    with pytest.raises(DataError, match=r"x\.zip: expected one CSV.*got 2 among"):
        csv_content(both, "x.zip")


@pytest.mark.parametrize("entries", [JUNK, {}])
def test_no_csv(entries: dict[str, bytes]) -> None:
    with pytest.raises(DataError, match=r"x\.zip: expected one CSV.*got 0"):
        csv_content(zipped(entries), "x.zip")


@pytest.mark.parametrize(
    "name", ["../a.csv", "/etc/a.csv", "ok/../../a.csv", "..\\a.csv", "C:\\a.csv", "__MACOSX/../x"]
)
def test_a_path_that_climbs_out_is_refused(name: str) -> None:
    with pytest.raises(DataError, match="climbs out of its folder"):
        csv_content(zipped({"good.csv": b"a\n1\n", name: b"a\n1\n"}), "x.zip")


def test_a_bomb_is_refused_by_ratio_before_it_is_unpacked() -> None:
    with pytest.raises(DataError, match=r"'a\.csv' would unpack to 5000000 bytes.*zip bomb"):
        csv_content(zipped({"a.csv": b"0" * 5_000_000}), "x.zip")


def test_a_bomb_is_refused_by_size(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "MAX_UNPACKED_BYTES", 1_000)
    with pytest.raises(DataError, match=r"would unpack to 1200 bytes.*zip bomb"):
        csv_content(zipped({f"{i}.csv": b"abcdef" * 50 for i in range(4)}), "x.zip")


def test_a_bomb_that_hides_its_size_is_not_read_past_its_claim() -> None:
    bomb = bytearray(zipped({"a.csv": b"0" * 5_000_000}))
    # The claimed size stands in the local header and in the central directory.
    claim = (5_000_000).to_bytes(4, "little")
    assert bomb.count(claim) == 2
    with pytest.raises(DataError, match="damaged or truncated"):
        csv_content(bytes(bomb.replace(claim, (500).to_bytes(4, "little"))), "x.zip")


def test_too_many_entries(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "MAX_ENTRIES", 3)
    with pytest.raises(DataError, match="holds 4 entries"):
        csv_content(zipped({f"{i}.csv": b"a" for i in range(4)}), "x.zip")


def test_an_encrypted_entry_is_refused() -> None:
    content = bytearray(zipped({"a.csv": b"a\n1\n"}))
    with zipfile.ZipFile(io.BytesIO(content)) as good:
        start = good.start_dir
    content[start + 8] |= 0x1  # general purpose flags in the central directory
    with pytest.raises(DataError, match=r"'a\.csv' is encrypted"):
        csv_content(bytes(content), "x.zip")


def test_a_truncated_or_damaged_zip() -> None:
    good = zipped({"a.csv": b"a,b\n" + b"1,2\n3,4\n7,8\n" * 20})
    with pytest.raises(DataError, match=r"x\.zip: the zip archive is damaged or truncated"):
        csv_content(good[:-30], "x.zip")
    flipped = bytearray(good)
    flipped[45] ^= 0xFF
    with pytest.raises(DataError, match=r"x\.zip: the zip archive is damaged or truncated"):
        csv_content(bytes(flipped), "x.zip")


@pytest.mark.parametrize("content", [b"", b" \n", zipped({"a.csv": b""})])
def test_empty(content: bytes) -> None:
    with pytest.raises(DataError, match="file is empty"):
        csv_content(content, "x")


def test_an_html_page() -> None:
    with pytest.raises(DataError, match=r"x: this is an HTML .*<!DOCTYPE html><title>Sign in"):
        csv_content(b"\n<!DOCTYPE html><title>Sign in</title>", "x")
