"""Where a data set's file may be found, in order: by hand, the configured mirror, the web."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from trnn.config.address import is_web
from trnn.data.registry import Dataset, FigshareMirror
from trnn.data.web import Unavailable, Web


@dataclass(frozen=True)
class Offer:
    """A file that may be the one: where it is, and how to get its bytes (or `Unavailable`)."""

    where: str
    load: Callable[[], bytes]
    by_hand: bool = False


@dataclass(frozen=True)
class Refusal:
    """A place that offers no file, and why."""

    where: str
    reason: str


def offers(
    dataset: Dataset, manual_folder: Path, mirror: str | None, web: Web
) -> Iterator[Offer | Refusal]:
    """Yield the places to try, in order; the web is asked only when the iteration gets there.

    Parameters
    ----------
    dataset : Dataset
        The registry's row.
    manual_folder : path
        The folder into which a person puts this data set's file.
    mirror : str or None
        A folder, `file://` or `https://` address that holds `<dataset>/<file>` or `<file>`.
    web : Web
        What fetches addresses.
    """
    yield from _in_folders([manual_folder], dataset, web.settings.max_bytes, by_hand=True)
    if mirror:
        yield from _in_mirror(mirror, dataset, web)
    for entry in dataset.places:
        if isinstance(entry, FigshareMirror):
            yield from _on_figshare(entry, dataset, web)
        else:
            yield _at(entry.url, web)


def _in_mirror(mirror: str, dataset: Dataset, web: Web) -> Iterator[Offer | Refusal]:
    if is_web(mirror):
        root = mirror.strip().rstrip("/")
        for base in (f"{root}/{dataset.name}", root):
            yield from (_at(f"{base}/{name}", web) for name in dataset.file_names)
        return
    try:
        address = urlsplit(mirror)
        folder = Path(unquote(address.path) if address.scheme == "file" else mirror).expanduser()
        there = folder.is_dir()
    except (OSError, ValueError, RuntimeError) as error:  # a text that cannot be a folder's name
        yield Refusal(f"data_mirror {mirror}", f"no folder or https:// address ({error})")
        return
    if not there:
        yield Refusal(f"data_mirror {mirror}", "no such folder")
        return
    yield from _in_folders([folder / dataset.name, folder], dataset, web.settings.max_bytes)


def _in_folders(
    folders: list[Path], dataset: Dataset, max_bytes: int, by_hand: bool = False
) -> Iterator[Offer | Refusal]:
    paths = [folder / name for folder in folders for name in dataset.file_names]
    found = [path for path in paths if path.is_file()]
    for path in found:
        yield Offer(str(path), partial(_read, path, max_bytes), by_hand)
    if not found:
        where = " or ".join(str(folder) for folder in folders)
        yield Refusal(where, f"no file named {' or '.join(dataset.file_names)}{_held(folders)}")


def _held(folders: list[Path]) -> str:
    """Say what a folder holds instead, so that a misnamed file is noticed."""
    paths = [path for folder in folders if folder.is_dir() for path in folder.iterdir()]
    names = sorted(path.name for path in paths if path.is_file() and path.name[0] != ".")
    return f"; there is {', '.join(names[:5])}" if names else ""


def _read(path: Path, max_bytes: int) -> bytes:
    try:
        size = path.stat().st_size
        if size > max_bytes:
            raise Unavailable(f"the file has {size} bytes, more than the limit of {max_bytes}")
        return path.read_bytes()
    except OSError as error:
        raise Unavailable(f"cannot read the file ({error})") from error


def _at(url: str, web: Web, md5: str = "") -> Offer:
    return Offer(url, partial(web.get, url, md5))


def _on_figshare(mirror: FigshareMirror, dataset: Dataset, web: Web) -> Iterator[Offer | Refusal]:
    """Ask the public API for the article's files and yield those that may be the data."""
    try:
        files = _listed(web.get(mirror.listing))
    except Unavailable as error:
        yield Refusal(mirror.listing, str(error))
        return
    # The journal's deposits are renamed (…s031.zip): known names come first, others count too.
    known = {name: place for place, name in enumerate(dataset.file_names)}
    usable = [file for file in files if file["name"].lower().endswith((".zip", ".csv"))]
    for file in sorted(usable, key=lambda file: known.get(file["name"], len(known))):
        md5 = str(file.get("computed_md5") or file.get("supplied_md5") or "")
        yield _at(file["download_url"], web, md5)
        if "id" in file:
            # The same file by the API's own door, which stays open when the other asks for a
            # browser.
            yield _at(f"{mirror.api}/file/download/{file['id']}", web, md5)
    if not usable:
        names = [file["name"] for file in files]
        yield Refusal(mirror.listing, f"no .zip or .csv among the article's files {names}")


def _listed(body: bytes) -> list[dict[str, Any]]:
    try:
        files = json.loads(body)
    except ValueError as error:
        raise Unavailable(f"the answer is not JSON ({error})") from error
    needed = ("name", "download_url")
    if not isinstance(files, list) or not all(
        isinstance(file, dict) and all(isinstance(file.get(key), str) for key in needed)
        for file in files
    ):
        raise Unavailable("the answer is not a list of files with name and download_url")
    return [file for file in files if not file.get("is_link_only")]
