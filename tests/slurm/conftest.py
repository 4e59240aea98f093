"""One cluster for all tests of it."""

import pytest

from tests.slurm.cluster import cluster, missing


@pytest.fixture(scope="session")
def slurm(tmp_path_factory):
    """A running cluster."""
    assert not missing(), f"not installed: {missing()}; Debian's slurm-wlm and munge have them"
    with cluster(tmp_path_factory.mktemp("slurm") / "cluster") as running:
        yield running
