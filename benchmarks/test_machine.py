"""What the machine can do: a matrix product on one thread, in the same run as everything else."""

import torch

from benchmarks.sizes import SIZES

ROWS = 1024  # and columns: large enough for the full speed, small enough for the cache


def test_matrix_product(measure):
    generator = torch.Generator().manual_seed(0)
    a, b = (torch.rand(ROWS, ROWS, generator=generator) for _ in range(2))
    out = torch.empty_like(a)
    operations = 2 * ROWS**3
    measure(
        lambda: torch.mm(a, b, out=out),
        stage="product",
        kind="machine",
        label=f"product of two {ROWS:,} × {ROWS:,} matrices of float32",
        work=operations,
        unit="operations",
        operations=operations,
        rounds=SIZES.machine_rounds,
    )
