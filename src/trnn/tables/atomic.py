"""Files that appear whole under their final name or not at all."""

import contextlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path


@contextlib.contextmanager
def atomic_path(path: str | Path) -> Iterator[Path]:
    """Yield a temporary path in the folder of `path`; rename it to `path` if the block succeeds.

    If the block raises, the temporary file is removed and `path` is left as it was.
    """
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=_prefix(path), suffix=path.suffix)
    os.close(handle)
    temporary = Path(name)
    try:
        yield temporary
        # mkstemp makes private files; give results the permissions of any other new file.
        umask = os.umask(0)
        os.umask(umask)
        temporary.chmod(0o666 & ~umask)
        _to_disk(temporary)
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def remove_leftovers(path: str | Path) -> None:
    """Remove the temporary files of `path` that a killed process has left.

    Call it only where no other process writes `path`: one that still writes would lose its file.
    """
    path = Path(path)
    prefix = _prefix(path)
    if path.parent.is_dir():
        for file in path.parent.iterdir():
            if file.name.startswith(prefix):
                file.unlink(missing_ok=True)


def _prefix(path: Path) -> str:
    return f".{path.name}."


def _to_disk(path: Path) -> None:
    """Wait until a file's content is on the disk: a name must not outlive it in a power cut."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
