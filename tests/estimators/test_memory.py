"""Freed memory is used again."""

import platform
import subprocess
import sys

import pytest

SCRIPT = """
import resource
import sys
import numpy as np
from trnn.estimators.recurrent.memory import keep_freed_memory
if sys.argv[1] == "keep":
    assert keep_freed_memory()
def faults():
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    np.full(10_000_000, 1.0)
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before
print(faults(), faults())
"""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="only glibc's malloc is told")
def test_a_large_array_takes_the_pages_of_the_one_before():
    def faults(how: str) -> list[int]:
        done = subprocess.run([sys.executable, "-c", SCRIPT, how], capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        return [int(word) for word in done.stdout.split()]

    given_back, kept = faults("as it is"), faults("keep")
    assert given_back[1] > 20
    assert kept[0] > 20 > kept[1]
