"""How loops are compiled by Numba, and where what is compiled is kept."""

import contextlib
import hashlib
import os
import shutil
import tempfile
import time
from pathlib import Path

import numba
import numpy as np
from numba import njit
from numba.core import config
from numba.extending import register_jitable

UNUSED = 30 * 24 * 3600  # seconds after which what another state of the sources has left is removed


def _folder() -> Path:
    """Return the folder of compiled code: one for each state of the sources that are compiled.

    Numba looks at the file of a function, but not at those of the functions that it calls. Models
    do not count: they are told apart by their types (`trnn.theory.compiled`).
    """
    package = Path(__file__).resolve().parent
    found = hashlib.sha256(numba.__version__.encode() + Path(__file__).read_bytes())
    for path in sorted(package.rglob("*.py")):
        text = path.read_bytes()
        if any(name in text for name in (b"trnn.compilation", b"theory.compiled")):
            found.update(text)
    return _base() / "trnn" / found.hexdigest()[:16]


def _base() -> Path:
    """Return the user's folder of what can be made again; without a home, a temporary one."""
    try:
        return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    except RuntimeError:
        return Path(tempfile.gettempdir())


def _use(folder: Path) -> None:
    """Have Numba keep its files in `folder`, and remove those of sources that are long gone."""
    config.CACHE_DIR = str(folder)  # type: ignore[attr-defined]
    # Where nothing can be written, Numba finds another place or compiles every time.
    with contextlib.suppress(OSError):
        if not folder.exists():
            folder.mkdir(parents=True)
            for other in folder.parent.iterdir():
                if time.time() - other.stat().st_mtime > UNUSED:
                    shutil.rmtree(other)
        os.utime(folder)


if not config.CACHE_DIR:  # type: ignore[attr-defined]
    _use(_folder())

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
