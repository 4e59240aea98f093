"""What the machine can do: matrix products a second, and bytes copied a second, on one thread."""

import time
from dataclasses import dataclass

import numpy as np
import torch

PRODUCT = 1024  # rows and columns: large enough for the full speed, small enough for the cache
COPY_BYTES = 2**27  # far beyond the cache


@dataclass(frozen=True)
class Machine:
    """The limits that a computation is measured against."""

    float32: float  # operations a second
    float64: float
    copied: float  # bytes a second, read and written


def product_operations() -> float:
    """Return the operations of one of the matrix products that are measured."""
    return 2.0 * PRODUCT**3


def make_product(precision: str):
    """Return a function without arguments that multiplies two matrices once."""
    kind = {"float32": torch.float32, "float64": torch.float64}[precision]
    generator = torch.Generator().manual_seed(0)
    a, b = (torch.rand(PRODUCT, PRODUCT, dtype=kind, generator=generator) for _ in range(2))
    out = torch.empty_like(a)
    return lambda: torch.mm(a, b, out=out)


def make_copy():
    """Return a function without arguments that copies `COPY_BYTES` bytes once."""
    source = np.ones(COPY_BYTES // 8)
    target = np.zeros_like(source)
    return lambda: np.copyto(target, source)


def copy_bytes() -> float:
    """Return the bytes that one copy moves: every byte is read once and written once."""
    return 2.0 * COPY_BYTES


def clock_and_cpu() -> tuple[float, float]:
    """Return the time on the wall and the processor time of this process, s."""
    return time.perf_counter(), time.process_time()
