"""A folder that appears whole under its final name or not at all."""

import contextlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from trnn.errors import ConfigError, StorageError


@contextlib.contextmanager
def atomic_folder(path: str | Path) -> Iterator[Path]:
    """Yield a new folder beside `path`; rename it to `path` if the block succeeds.

    If the block raises, the new folder is removed with all that is in it.

    Raises
    ------
    ConfigError
        If there is something at `path` already.
    StorageError
        If it cannot be written.
    """
    path = Path(path)
    if path.exists() or path.is_symlink():
        raise ConfigError(
            f"{path}: is there already, and an export replaces nothing. Give another --out, or "
            "remove it."
        )
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary = Path(tempfile.mkdtemp(dir=path.parent, prefix=f".{path.name}."))
    except OSError as error:
        raise StorageError(f"{path}: cannot make the folder ({error}).") from error
    try:
        yield temporary
        # mkdtemp makes private folders; give this one the permissions of any other new folder.
        umask = os.umask(0)
        os.umask(umask)
        temporary.chmod(0o777 & ~umask)
        temporary.rename(path)
    except OSError as error:
        raise StorageError(f"{path}: cannot write the export ({error}).") from error
    finally:
        shutil.rmtree(temporary, ignore_errors=True)
