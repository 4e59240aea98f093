"""The tiny run through a real SLURM: the same command, and the same bytes as on this machine."""

import os
import re

import pytest

from benchmarks.checkout import RESULTS, TINY, checkout, snakemake
from tests.slurm.cluster import PROFILE
from tests.workflow.digests import digests
from trnn.report.environment import durations

pytestmark = pytest.mark.slurm


def test_it_gives_the_bytes_of_a_local_run(slurm, tmp_path):
    local, through = checkout(tmp_path / "local"), checkout(tmp_path / "through")
    snakemake(local, "--cores", str(os.cpu_count()), *TINY)
    before = max((job.number for job in slurm.jobs()), default=0)
    said = snakemake(through, *PROFILE, *TINY)
    jobs = [job for job in slurm.jobs() if job.number > before]
    table = "\n".join(map(str, jobs))
    # What was asked for and how long it took, from SLURM; what was used, from the jobs themselves.
    print(table)
    print(durations(through / RESULTS / "benchmarks").to_string(index=False))
    assert digests(through / RESULTS) == digests(local / RESULTS)
    assert {job.state for job in jobs} == {"COMPLETED"}, table
    submitted = [int(number) for number in re.findall(r"SLURM jobid '?(\d+)", said)]
    assert submitted and set(submitted) <= {job.number for job in jobs}
    # SLURM's own log of jobs that have ended has them too.
    assert all(f"JobId={number} " in slurm.completed() for number in submitted)
    training = [job for job in jobs if "train" in job.comment and "drnn" not in job.comment]
    assert training and all(
        (job.cpus, job.memory, job.time_limit) == (1, "4500M", "1:00:00") for job in training
    ), table
    assert len(jobs) < 45, table
