"""Fetch a data set's raw file from the first place that has the right trials."""

import hashlib
import logging
from dataclasses import dataclass
from pathlib import Path

from trnn.data.mirrors import Refusal, offers
from trnn.data.prepare import prepare_content
from trnn.data.registry import Dataset
from trnn.data.web import Unavailable, Web, WebSettings
from trnn.errors import DataError, DownloadError
from trnn.tables.atomic import atomic_path

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Fetched:
    """Where a file came from, its own SHA-256, and the places that were tried before it."""

    where: str
    sha256: str
    tried: tuple[Refusal, ...]


def fetch(
    dataset: Dataset,
    destination: str | Path,
    manual_folder: str | Path,
    mirror: str | None = None,
    settings: WebSettings | None = None,
) -> Fetched:
    """Write the raw file of `dataset` to `destination`, byte for byte as the place has it.

    Tried in order: a file put by hand into `manual_folder`, `mirror`, the registry's mirrors. A
    file counts only if it can be prepared and its trials are the registry's; otherwise the next
    place is tried. A file put by hand is what its owner wants used: if it is wrong, that is an
    error, and nothing else is tried.

    Parameters
    ----------
    dataset : Dataset
        The registry's row.
    destination : path
        The file to write, whole or not at all; its name says nothing about its format.
    manual_folder : path
        Where a person puts this data set's file by hand.
    mirror : str, optional
        A folder or URL that holds `<dataset>/<file>` or `<file>`.
    settings : WebSettings, optional
        Time and size limits, retries.

    Raises
    ------
    DataError
        If the file put by hand is not the data set.
    DownloadError
        If no place has the data; lists every place with its reason, and says what to do.
    """
    tried: list[Refusal] = []
    web = Web(settings or WebSettings())
    for offer in offers(dataset, Path(manual_folder), mirror or None, web):
        if isinstance(offer, Refusal):
            _remember(tried, offer)
            continue
        try:
            content = offer.load()
            prepare_content(content, offer.where, dataset)
        except (Unavailable, DataError) as error:
            if offer.by_hand:
                raise DataError(
                    f"{offer.where} was put there by hand but cannot be used: {error} Replace "
                    "it, or remove it to have the data fetched."
                ) from error
            _remember(tried, Refusal(offer.where, str(error).removeprefix(f"{offer.where}: ")))
            continue
        with atomic_path(destination) as temporary:
            temporary.write_bytes(content)
        logger.info("%s: %d bytes from %s", dataset.name, len(content), offer.where)
        return Fetched(offer.where, hashlib.sha256(content).hexdigest(), tuple(tried))
    raise DownloadError(_explain(dataset, Path(manual_folder), tried))


def download_dataset(
    dataset: Dataset,
    destination: str | Path,
    mirror: str | None = None,
    manual_folder: str | Path | None = None,
    settings: WebSettings | None = None,
) -> Fetched:
    """Do what `fetch` does; the folder for files put by hand is the registry's unless given."""
    folder = dataset.manual_folder if manual_folder is None else manual_folder
    return fetch(dataset, destination, folder, mirror, settings)


def _remember(tried: list[Refusal], refusal: Refusal) -> None:
    logger.info("%s: %s", refusal.where, refusal.reason)
    tried.append(refusal)


def _get(dataset: Dataset) -> str:
    page = "" if dataset.page is None else f" with a browser from {dataset.page}"
    return f"get the file{page}"


def _explain(dataset: Dataset, manual_folder: Path, tried: list[Refusal]) -> str:
    places = "\n".join(f"  - {refusal.where}: {refusal.reason}" for refusal in tried)
    names = dataset.file_names
    others = f" (or as {', '.join(names[1:])})" if names[1:] else ""
    return (
        f"The {dataset.name} data could not be had. Tried:\n{places}\n"
        f"What to do: {_get(dataset)} and put it, unchanged, at "
        f"{manual_folder / names[0]}{others}; or set data_mirror to a folder or URL that holds "
        f"{dataset.name}/{names[0]}; then run again."
    )
