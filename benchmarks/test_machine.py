"""The limits: matrix products and copies, in the same run as everything else."""

import pytest

from benchmarks import machine
from benchmarks.counts import Need
from benchmarks.sizes import SIZES


@pytest.mark.parametrize("precision", ["float32", "float64"])
def test_matrix_product(measure, precision):
    operations = machine.product_operations()
    measure(
        machine.make_product(precision),
        stage=precision,
        kind="machine",
        label=f"product of two {machine.PRODUCT:,} × {machine.PRODUCT:,} matrices",
        work=operations,
        unit="operations",
        need=Need(operations, 0),
        precision=precision,
        rounds=SIZES.machine_rounds,
    )


def test_copy(measure):
    measure(
        machine.make_copy(),
        stage="copy",
        kind="machine",
        label=f"copy of {machine.COPY_BYTES / 2**20:.0f} MiB, bytes read and written",
        work=machine.copy_bytes(),
        unit="bytes",
        need=Need(0, machine.copy_bytes()),
        rounds=SIZES.machine_rounds,
    )
