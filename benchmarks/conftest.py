"""One thread for everything that is measured, and the fixture that measures."""

from pathlib import Path

import pytest
import torch
from threadpoolctl import threadpool_limits

from benchmarks import problems
from benchmarks.measure import Measure
from benchmarks.sizes import SIZES
from trnn.estimators.recurrent.memory import keep_freed_memory
from trnn.trials.sequences import Sequences


@pytest.fixture(autouse=True, scope="session")
def one_thread():
    """The libraries' matrix products, and torch, on one thread: the workflow's jobs have one."""
    keep_freed_memory()  # as a network's job does
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    with threadpool_limits(limits=1):
        yield
    torch.set_num_threads(before)


@pytest.fixture
def measure(benchmark) -> Measure:
    """What times a function and records it."""
    return Measure(benchmark)


@pytest.fixture(scope="session")
def folder(tmp_path_factory) -> Path:
    """A folder for stand-ins' files."""
    return tmp_path_factory.mktemp("people")


@pytest.fixture(scope="session")
def people(folder) -> Sequences:
    """People of `dezfouli`, or as many stand-ins."""
    return problems.first(problems.people(folder, SIZES.people), SIZES.people, SIZES.session)
