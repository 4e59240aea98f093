"""Where compiled code finds a matrix product: torch's own BLAS if it can be reached, else scipy's.

Torch's builds for x86 bring MKL, which multiplies small matrices a fifth faster than the OpenBLAS
of scipy's. A build that does not show its BLAS, as those for other processors, leaves scipy's.
"""

import ctypes
from pathlib import Path

import torch
from numba.extending import get_cython_function_address

TORCH_LIBRARY = Path(torch.__file__).parent / "lib" / "libtorch_cpu.so"


def sgemm() -> tuple[int, str]:
    """Return the address of BLAS's `sgemm`, with 32-bit sizes, and whose it is."""
    try:
        function = ctypes.CDLL(str(TORCH_LIBRARY)).sgemm_
    except (OSError, AttributeError):
        return get_cython_function_address("scipy.linalg.cython_blas", "sgemm"), "scipy"
    address = ctypes.cast(function, ctypes.c_void_p).value
    assert address is not None
    return address, "torch"
