"""A record beside every file of a run: its digest, and the job that made it.

It stands in `<results>/provenance/`, under the file's own name with `.json` added. A job that reads
a file compares it with its record first, so that what was damaged or altered since is never taken
for a result. A file without a record is taken as it is.
"""

import json
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from trnn.errors import AlteredFileError
from trnn.tables.atomic import atomic_path
from trnn.tables.origin import PROJECT, file_digest

FOLDER = "provenance"
PROJECT_FILES = "_project"  # the folder of records of files outside the results
CHECKOUT = "./@checkout/"  # what the names of the checkout's files begin with, seen from elsewhere
# On a network's file system a file may be seen some seconds before its record.
PATIENCE_SECONDS = 10.0


@dataclass(frozen=True)
class Results:
    """A results folder, seen from the working folder, where all paths begin."""

    folder: Path

    def name_of(self, path: str | Path) -> str:
        """Return a file's name in records: below the results, or else as "./...".

        The checkout's own files, where the run is made in another folder, have names that do not
        say where the checkout is: "./@checkout/...".
        """
        path = Path(path)
        if path.is_relative_to(self.folder):
            return path.relative_to(self.folder).as_posix()
        if path.is_absolute() or ".." in path.parts:
            whole = path.resolve()
            if whole.is_relative_to(PROJECT):
                return f"{CHECKOUT}{whole.relative_to(PROJECT).as_posix()}"
        return f"./{path.as_posix()}"

    def path_of(self, name: str, project: Path = PROJECT) -> Path:
        """Return the path of a file from its name in records; `project` is the checkout."""
        if name.startswith(CHECKOUT):
            return project / name.removeprefix(CHECKOUT)
        return Path(name[2:]) if name.startswith("./") else self.folder / name

    def record_of(self, path: str | Path) -> Path:
        """Return where a file's record stands."""
        name = self.name_of(path)
        below = f"{PROJECT_FILES}/{name[2:]}" if name.startswith("./") else name
        return self.folder / FOLDER / f"{below}.json"

    def check_inputs(self, paths: Iterable[str | Path]) -> dict[str, str]:
        """Return the digests of inputs by name; refuse one that differs from its record.

        Raises
        ------
        AlteredFileError
            If a file differs from what its job has written.
        """
        return {self.name_of(path): self._checked(Path(path)) for path in paths}

    def forget(self, paths: Iterable[str | Path]) -> None:
        """Remove the records of files that are about to be made anew."""
        for path in paths:
            self.record_of(path).unlink(missing_ok=True)

    def write(self, paths: Iterable[str | Path], job: Mapping[str, Any]) -> None:
        """Write the records of the files that `job` made."""
        for path in map(Path, paths):
            record = {
                "file": self.name_of(path),
                "sha256": file_digest(path),
                "bytes": path.stat().st_size,
                "job": job,
            }
            with atomic_path(self.record_of(path)) as temporary:
                text = json.dumps(record, indent=1, ensure_ascii=False, default=str)
                temporary.write_text(text + "\n", encoding="utf-8")

    def _checked(self, path: Path) -> str:
        record = self.record_of(path)
        digest = file_digest(path)
        end = time.monotonic() + PATIENCE_SECONDS
        while (known := _digest_in(record)) not in (None, digest):
            if time.monotonic() > end:
                raise AlteredFileError(
                    f"{path}: this is not the file that was made: its SHA-256 is {digest}, that in "
                    f"{record} is {known}. It was damaged or altered since. Delete it and run "
                    f"again to have it made anew; if you have changed it on purpose, delete the "
                    "record to have it used as it is."
                )
            time.sleep(0.5)
        return digest


def read_record(path: str | Path) -> dict[str, Any] | None:
    """Return a record, or None if there is none or it cannot be read."""
    try:
        record = json.loads(Path(path).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return record if isinstance(record, dict) and {"file", "sha256", "job"} <= set(record) else None


def now() -> str:
    """Return the time in UTC, ISO 8601, to the millisecond."""
    return datetime.now(UTC).isoformat(timespec="milliseconds")


def _digest_in(record: Path) -> str | None:
    found = read_record(record)
    return None if found is None else str(found["sha256"])
