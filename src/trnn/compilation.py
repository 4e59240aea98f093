"""How loops are compiled by Numba, and where what is compiled is kept."""

import contextlib
import hashlib
import os
import re
import shutil
import tempfile
import time
from pathlib import Path
from typing import Any

import numba
import numpy as np
from numba import njit
from numba.core import config
from numba.core.caching import CacheImpl, InTreeCacheLocator
from numba.extending import register_jitable

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


def _base() -> Path:
    """Return the user's folder of what can be made again; without a home, a temporary one."""
    try:
        return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    except RuntimeError:
        return Path(tempfile.gettempdir())


class Locator(InTreeCacheLocator):
    """Where Numba keeps a compiled function of this package: one place for all its copies.

    The same sources give the same code wherever they lie. Numba's own places go by a file's path:
    a clone would be compiled anew.
    """

    def __init__(self, py_func: Any, py_file: str) -> None:
        super().__init__(py_func, py_file)
        self._cache_path = str(FOLDER / Path(py_file).resolve().parent.relative_to(PACKAGE))

    @classmethod
    def from_function(cls, py_func: Any, py_file: str) -> Any:
        """Return the place of a function; None if it is not of this package."""
        if not Path(py_file).resolve().is_relative_to(PACKAGE):
            return None
        return super().from_function(py_func, py_file)


def _use() -> None:
    """Have Numba keep its files in `FOLDER`, and remove those of sources that are long gone."""
    own = f"{__name__}.{Locator.__name__}"
    others = [kind.__name__ for kind in CacheImpl._locator_classes]
    config.CACHE_LOCATOR_CLASSES = ",".join([own, *others])  # type: ignore[attr-defined]
    # Where nothing can be written, Numba finds another place or compiles every time.
    with contextlib.suppress(OSError):
        if not FOLDER.exists():
            FOLDER.mkdir(parents=True)
            for other in FOLDER.parent.iterdir():
                if time.time() - other.stat().st_mtime > UNUSED:
                    shutil.rmtree(other)
        os.utime(FOLDER)


PACKAGE = Path(__file__).resolve().parent
FOLDER = _base() / "trnn" / _digest()
# Who names places of their own gets them.
if not (config.CACHE_DIR or config.CACHE_LOCATOR_CLASSES):  # type: ignore[attr-defined]
    _use()

# Division by zero gives infinity or not-a-number, as in numpy: what is not finite is seen to.
compiled = njit(cache=True, nogil=True, error_model="numpy")

# The same with sums that may be regrouped, so that they can be vectorised, always in the same way.
# Not-a-number and infinity keep their meaning: a training that diverges must be seen to.
regrouped = njit(
    cache=True,
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
