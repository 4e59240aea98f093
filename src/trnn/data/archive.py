"""The one CSV in a file: plain, or inside a zip beside junk entries.

Nothing is unpacked to disk. An archive that looks hostile is refused whole, before it is read.
"""

import io
import posixpath
import zipfile
import zlib
from collections.abc import Sequence

from trnn.errors import DataError

MAX_UNPACKED_BYTES = 64 * 2**20
"""Largest entry that is read, and largest sum of all entries, bytes (the largest real: 8 MB)."""

MAX_RATIO = 200
"""Largest unpacked size for each packed byte (trials as text: about 10; a bomb: about 1,000)."""

MAX_ENTRIES = 1_000
"""Most entries that an archive may hold (the real ones: 3)."""

METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
"""How an entry may be packed: what every program writes. Others can ask for GBs to unpack."""

# What reading a damaged archive raises: a broken name is a UnicodeDecodeError and a broken place a
# ValueError, an entry that only its own header calls encrypted a RuntimeError.
_DAMAGE = (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, ValueError)


def csv_content(content: bytes, where: str, file_names: Sequence[str] = ()) -> tuple[str, bytes]:
    """Return where the CSV was found (for messages) and its bytes.

    Parameters
    ----------
    content : bytes
        A whole file: CSV text, or a zip with one CSV; `__MACOSX`, hidden and other entries are
        ignored.
    where : str
        What messages call the file.
    file_names : sequence of str
        Known names, best first; they decide when a zip holds several CSV files.

    Raises
    ------
    DataError
        If the file is empty, an HTML page, or a zip that is damaged, encrypted, without a CSV,
        with several unknown ones, with a path that climbs out of its folder, or larger unpacked
        than the limits of this module.
    """
    if not content.strip():
        raise DataError(f"{where}: the file is empty ({len(content)} bytes); expected a CSV.")
    if content.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        start = content.strip()[:60].decode("utf-8", "replace").replace("\n", " ")
        raise DataError(
            f"{where}: this is an HTML (or XML) page, not a data file; it starts with {start!r}. "
            "A server sends one in place of a file when it wants a login or a browser."
        )
    if not content.startswith(b"PK"):
        return where, content
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = archive.infolist()
            _refuse_hostile(entries, where)
            entry = _choose(entries, file_names, where)
            return f"{where} ({entry.filename})", _read(archive, entry, where)
    except _DAMAGE as error:
        raise DataError(
            f"{where}: the zip archive is damaged or truncated ({error}). Fetch it again."
        ) from error


def _refuse_hostile(entries: Sequence[zipfile.ZipInfo], where: str) -> None:
    if len(entries) > MAX_ENTRIES:
        raise DataError(f"{where}: the zip holds {len(entries)} entries; at most {MAX_ENTRIES}.")
    for entry in entries:
        name = entry.filename.replace("\\", "/")
        if name.startswith("/") or name[1:2] == ":" or ".." in name.split("/"):
            raise DataError(
                f"{where}: the zip's entry {entry.filename!r} climbs out of its folder; such an "
                "archive is refused whole. Get the file from its authors."
            )
        if entry.flag_bits & 0x1:
            raise DataError(f"{where}: the zip's entry {entry.filename!r} is encrypted.")
        if entry.compress_type not in METHODS:
            raise DataError(
                f"{where}: the zip's entry {entry.filename!r} is packed by method "
                f"{entry.compress_type}; only stored and deflated entries are read. Pack it anew."
            )
        # Packed sizes are a few bytes for an empty entry, hence the allowance.
        if entry.file_size > MAX_RATIO * (entry.compress_size + 100):
            _refuse_bomb(entry.filename, entry.file_size, where)
    total = sum(entry.file_size for entry in entries)
    if total > MAX_UNPACKED_BYTES:
        _refuse_bomb("(all entries)", total, where)


def _refuse_bomb(name: str, size: int, where: str) -> None:
    raise DataError(
        f"{where}: the zip's entry {name!r} would unpack to {size} bytes, more than "
        f"{MAX_UNPACKED_BYTES} bytes or {MAX_RATIO} times its packed size: it is refused as a "
        "zip bomb."
    )


def _choose(
    entries: Sequence[zipfile.ZipInfo], file_names: Sequence[str], where: str
) -> zipfile.ZipInfo:
    candidates = [entry for entry in entries if _is_csv(entry.filename)]
    known = {posixpath.basename(entry.filename): entry for entry in reversed(candidates)}
    for name in file_names:
        if name in known:
            return known[name]
    if len(candidates) == 1:
        return candidates[0]
    names = [entry.filename for entry in entries][:10]
    raise DataError(
        f"{where}: expected one CSV in the zip, or one called {list(file_names)}; got "
        f"{len(candidates)} among {names}."
    )


def _is_csv(name: str) -> bool:
    parts = name.replace("\\", "/").split("/")
    hidden = any(part.startswith(".") or part == "__MACOSX" for part in parts)
    return not hidden and name.lower().endswith(".csv")


def _read(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, where: str) -> bytes:
    with archive.open(entry) as stream:
        # The sizes in an archive's directory are only claims: never read past the limit.
        data = stream.read(MAX_UNPACKED_BYTES + 1)
    if len(data) > MAX_UNPACKED_BYTES:
        _refuse_bomb(entry.filename, len(data), where)
    if not data.strip():
        raise DataError(f"{where} ({entry.filename}): the file is empty; expected a CSV.")
    return data
