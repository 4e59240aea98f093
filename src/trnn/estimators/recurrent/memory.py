"""Memory that is used again instead of being given back to the system and asked for anew."""

import ctypes

# Numbers of glibc's malloc.h.
_TRIM_THRESHOLD, _MMAP_MAX = -1, -4
_LARGEST = 2**31 - 1  # bytes


def keep_freed_memory() -> bool:
    """Let this process keep the memory that it frees; return whether the C library can.

    A training makes arrays of the same sizes again and again. By default glibc returns large ones
    to the system, which then has to clear every page of the next ones: a tenth of the time.
    """
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except (OSError, AttributeError, TypeError):  # another C library, another system
        return False
    return bool(mallopt(_MMAP_MAX, 0) and mallopt(_TRIM_THRESHOLD, _LARGEST))
