"""How loops are compiled by Numba, and where what is compiled is kept."""

import contextlib
import hashlib
import logging
import os
import re
import shutil
import tempfile
import time
import uuid
from pathlib import Path
from typing import Any

import numba
import numpy as np
from numba import njit
from numba.core import config
from numba.core.caching import CacheImpl, IndexDataCacheFile, InTreeCacheLocator
from numba.extending import register_jitable

log = logging.getLogger(__name__)

UNUSED = 30 * 24 * 3600  # seconds after which what another state of the sources has left is removed


def _digest() -> str:
    """Return a digest of the sources that are compiled, and of those that they import.

    Numba looks at the file of a function, but not at those of the functions and constants that it
    uses. Models do not count: they are told apart by their types (`trnn.theory.compiled`).
    """
    found = {path: path.read_text("utf-8") for path in sorted(PACKAGE.rglob("*.py"))}
    taken = {
        path
        for path, text in found.items()
        if any(name in text for name in ("trnn.compilation", "theory.compiled"))
    }
    for path in tuple(taken):
        for name in re.findall(r"^ *from trnn\.([\w.]+) import", found[path], re.MULTILINE):
            taken.add(PACKAGE / f"{name.replace('.', '/')}.py")
    texts = [found[path] for path in sorted(taken) if path in found]
    return hashlib.sha256("\0".join([numba.__version__, *texts]).encode()).hexdigest()[:16]


def _folder() -> Path | None:
    """Return where compiled code is kept: a folder for each state of the sources; None if nowhere.

    In the user's cache, or where Numba is told to keep what it compiles.
    """
    try:
        base = Path(config.CACHE_DIR or os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")  # type: ignore[attr-defined]
        folder = base / "trnn" / _digest()
        new = not folder.exists()
        folder.mkdir(parents=True, exist_ok=True)
        tempfile.TemporaryFile(dir=folder).close()
        os.utime(folder)
    except (OSError, RuntimeError) as error:
        log.warning("compiled loops cannot be kept (%s): every job compiles them anew", error)
        return None
    if new:
        _prune(folder.parent)
    return folder


def _prune(folder: Path) -> None:
    """Remove what states of the sources that are long gone have left."""
    with contextlib.suppress(OSError):
        for other in folder.iterdir():
            if time.time() - other.stat().st_mtime > UNUSED:
                shutil.rmtree(other)


class Locator(InTreeCacheLocator):
    """Where Numba keeps a compiled function of this package: one place for all its copies.

    The same sources give the same code wherever they lie. Numba's own places go by a file's path:
    a clone would be compiled anew.
    """

    def __init__(self, py_func: Any, py_file: str) -> None:
        super().__init__(py_func, py_file)
        assert FOLDER is not None
        self._cache_path = str(FOLDER / Path(py_file).resolve().parent.relative_to(PACKAGE))

    @classmethod
    def from_function(cls, py_func: Any, py_file: str) -> Any:
        """Return the place of a function; None if it is not of this package."""
        if not Path(py_file).resolve().is_relative_to(PACKAGE):
            return None
        return super().from_function(py_func, py_file)


def _use() -> None:
    """Have Numba keep this package's functions in `FOLDER`."""
    own = f"{__name__}.{Locator.__name__}"
    others = config.CACHE_LOCATOR_CLASSES or ",".join(  # type: ignore[attr-defined]
        kind.__name__ for kind in CacheImpl._locator_classes
    )
    config.CACHE_LOCATOR_CLASSES = f"{own},{others}"  # type: ignore[attr-defined]
    # Numba numbers the versions of a function. Of two processes that compile one for two models at
    # once each would take the same number, and one model would run as the other ever after.
    IndexDataCacheFile._data_name = _data_name  # type: ignore[method-assign]


def _data_name(file: Any, _number: int) -> str:
    return str(file._data_name_pattern.format(number=uuid.uuid4().int))


PACKAGE = Path(__file__).resolve().parent
FOLDER = _folder()
KEPT = FOLDER is not None
if KEPT:
    _use()

# Division by zero gives infinity or not-a-number, as in numpy: what is not finite is seen to.
compiled = njit(cache=KEPT, nogil=True, error_model="numpy")

# The same with sums that may be regrouped, so that they can be vectorised, always in the same way.
# Not-a-number and infinity keep their meaning: a training that diverges must be seen to.
regrouped = njit(
    cache=KEPT,
    nogil=True,
    error_model="numpy",
    fastmath={"contract", "reassoc", "nsz", "arcp"},
)

# Part of the function that calls it, and optimised with it. A helper of a regrouped function has to
# be: one that stood on its own would be kept twice, optimised in two ways. The process that
# compiles would run the one, all that load from the disk the other, and their sums would differ in
# the last digits.
inlined = register_jitable(forceinline=True)


@inlined
def copy(row: np.ndarray, out: np.ndarray) -> None:
    """Copy one row into another of the same length, or longer.

    The assignment of a slice would check their shapes, and the text of its complaint takes a loop
    five seconds to compile.
    """
    for i in range(len(row)):
        out[i] = row[i]
