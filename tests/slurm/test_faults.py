"""What goes wrong on a cluster: memory, time, a job cancelled, Snakemake interrupted."""

import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from benchmarks.problems import ROOT
from tests.slurm.cluster import PROFILE

pytestmark = pytest.mark.slurm

# Rules as the workflow has them, with its resources, whose work is only to fail or to last.
RULES = """
def grows(amount):
    return lambda wildcards, attempt: amount * attempt


rule memory:
    output: "memory.txt"
    resources: mem_mb=grows(600), runtime=5
    shell: "python hungry.py && echo made > {output}"


rule time:
    output: "time.txt"
    resources: mem_mb=600, runtime=grows(1)
    params: seconds=lambda wildcards, resources: 300 if resources.runtime == 1 else 1
    shell: "echo half > {output}; sleep {params.seconds}; echo made > {output}"


rule never:
    output: "never.txt"
    resources: mem_mb=600, runtime=5
    shell: "echo half > {output}; sleep 200"


rule first:
    output: "first.txt"
    resources: mem_mb=600, runtime=5
    shell: "echo first > {output}"


rule slow:
    input: "first.txt"
    output: "slow.txt"
    resources: mem_mb=600, runtime=5
    shell: "echo half > {output}; sleep 30; cat {input} > {output}"
"""

HUNGRY = "import time; held = b'x' * 700_000_000; time.sleep(5)"


@pytest.fixture
def folder(tmp_path) -> Path:
    """A workflow of its own, under the project's profile."""
    shutil.copytree(ROOT / "profiles", tmp_path / "profiles")
    (tmp_path / "Snakefile").write_text(RULES)
    (tmp_path / "hungry.py").write_text(HUNGRY)
    return tmp_path


def start(folder: Path, *arguments: str) -> subprocess.Popen:
    return subprocess.Popen(
        [sys.executable, "-m", "snakemake", *PROFILE, *arguments],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        # A job in a shell's background ignores the signal that is sent below.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )


def run(folder: Path, *arguments: str) -> tuple[int, str]:
    process = start(folder, *arguments)
    said, _ = process.communicate(timeout=600)
    return process.returncode, said


def new_jobs(slurm, before: int) -> list:
    return [job for job in slurm.jobs() if job.number > before]


def last(slurm) -> int:
    return max((job.number for job in slurm.jobs()), default=0)


def wait_until(condition, seconds: float = 90) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, f"not within {seconds} s"
        time.sleep(0.5)


def test_jobs_over_their_memory_or_time_are_run_again_with_more(slurm, folder):
    before = last(slurm)
    code, said = run(folder, "memory.txt", "time.txt")
    jobs = new_jobs(slurm, before)
    assert code == 0, said
    assert (folder / "memory.txt").read_text() == (folder / "time.txt").read_text() == "made\n"
    assert len(jobs) == 4, jobs
    assert {job.state for job in jobs} == {"FAILED", "TIMEOUT", "COMPLETED"} or {
        job.state for job in jobs
    } == {"OUT_OF_MEMORY", "TIMEOUT", "COMPLETED"}
    of = {name: [job for job in jobs if name in job.comment] for name in ("memory", "time")}
    assert [job.memory for job in of["memory"]] == ["600M", "1200M"]
    assert [job.time_limit for job in of["time"]] == ["1:00", "2:00"]


def test_a_job_that_never_fits_ends_with_its_reason_and_no_file(slurm, folder):
    code, said = run(folder, "memory.txt", "--set-resources", "memory:mem_mb=600")
    assert code != 0
    assert not (folder / "memory.txt").exists()
    assert "memory" in said.lower() and re.search(r"exceed|oom|killed|FAILED", said, re.I), said


def test_a_job_cancelled_from_outside_leaves_no_file(slurm, folder):
    before = last(slurm)
    process = start(folder, "never.txt", "--retries", "0")
    wait_until(lambda: any(job.state == "RUNNING" for job in new_jobs(slurm, before)))
    wait_until((folder / "never.txt").exists)
    subprocess.run(["scancel", str(last(slurm))], check=True)
    said, _ = process.communicate(timeout=200)
    assert process.returncode != 0
    assert "CANCELLED" in said, said
    assert not (folder / "never.txt").exists()


def test_snakemake_interrupted_and_started_again(slurm, folder):
    before = last(slurm)
    process = start(folder, "slow.txt")
    wait_until((folder / "slow.txt").exists)
    made = (folder / "first.txt").stat().st_mtime_ns
    process.send_signal(signal.SIGINT)
    said, _ = process.communicate(timeout=100)
    assert process.returncode != 0, said
    wait_until(lambda: all(j.state not in ("RUNNING", "PENDING") for j in new_jobs(slurm, before)))
    assert new_jobs(slurm, before)[-1].state == "CANCELLED"
    assert not (folder / "slow.txt").exists(), "half-written, and taken for a result"
    code, said = run(folder, "slow.txt")
    assert code == 0, said
    assert (folder / "slow.txt").read_text() == "first\n"
    assert (folder / "first.txt").stat().st_mtime_ns == made
