"""Files that are missing or damaged, disks that are full or read-only, clocks, two runs at once."""

import os
import subprocess
import time
from pathlib import Path

import numpy as np
import pytest

from benchmarks.checkout import RESULTS, TINY
from tests.faults.killing import start
from tests.workflow.digests import digests
from tests.workflow.runs import environment, snakemake, verify

pytestmark = pytest.mark.faults

# A file of every kind.
KINDS = (
    "raw/gershman",
    "gershman/synthetic/validation.parquet",
    "gershman/human/trials.parquet",
    "gershman/fits/mle/human.parquet",
    "gershman/fits/mle.parquet",
    "gershman/checkpoints/trnn/seed0.pt",
    "gershman/checkpoints/drnn/all.pt",
    "gershman/training/trnn/seed1.parquet",
    "gershman/estimates/bayes/human.parquet",
    "gershman/estimates/drnn/human.parquet",
    "gershman/metrics.parquet",
    "gershman/courses.parquet",
    "gershman/statistics.parquet",
    "artificial/fits/recovery.parquet",
    "figures/gershman/errors_of_people.pdf",
    "figures/gershman/errors_of_people.png",
    "figures/gershman/errors_of_people.parquet",
    "summary.md",
    "replication.parquet",
    "report.html",
)


def damage(file: Path, how: str, rng: np.random.Generator) -> None:
    content, times = file.read_bytes(), file.stat()
    if how == "missing":
        file.unlink()
        return
    if how == "truncated":
        content = content[: int(rng.integers(0, len(content)))]
    elif how.startswith("flipped"):
        at = int(rng.integers(0, len(content)))
        content = content[:at] + bytes([content[at] ^ 1 << rng.integers(0, 8)]) + content[at + 1 :]
    elif how == "emptied":
        content = b""
    file.write_bytes(content)
    if how.endswith("unnoticed"):
        os.utime(file, ns=(times.st_atime_ns, times.st_mtime_ns))


def run(folder: Path) -> subprocess.CompletedProcess[str]:
    return snakemake(folder, "--cores", "2", *TINY)


def none_is_wrong(folder: Path, reference) -> None:
    """Every file that stands under its final name is the undisturbed run's."""
    there = digests(folder / RESULTS)
    assert {
        name for name, digest in there.items() if reference.digests.get(name) != digest
    } == set()


@pytest.mark.parametrize("how", ["missing", "truncated", "flipped", "emptied", "flipped unnoticed"])
def test_a_damaged_file_of_every_kind(reference, finished, how):
    rng = np.random.default_rng(1)
    for name in KINDS:
        damage(finished / RESULTS / name, how, rng)
    told = verify(finished)
    word = "missing" if how == "missing" else "altered"
    named = {
        ln.split("  ")[1].split(": ")[0] for ln in told.stdout.splitlines() if ln.startswith(word)
    }
    assert named == set(KINDS), told.stdout
    result = run(finished)
    said = result.stdout + result.stderr
    if how == "missing":
        # Snakemake makes them anew, without a word.
        assert result.returncode == 0, said
    else:
        # Refused where they are read; Snakemake itself looks at the clock alone.
        assert ("this is not the file that was made" in said) != (how == "flipped unnoticed")
        for name in KINDS:
            # As the message and `verify` tell: away with it, and run again.
            (finished / RESULTS / name).unlink(missing_ok=True)
        result = run(finished)
        assert result.returncode == 0, result.stdout + result.stderr
    assert digests(finished / RESULTS) == reference.digests
    assert verify(finished).returncode == 0
    print(f"{how}: {len(KINDS)} files damaged, {len(KINDS)} named, all mended")


def test_a_disk_that_is_full(reference, new_checkout):
    """The results on file systems of growing size, until they fit."""
    folder = new_checkout()
    place = folder / RESULTS
    place.mkdir(parents=True)
    mount("-t", "tmpfs", "-o", "size=200k", "tmpfs", str(place))
    refused = 0
    try:
        for size in ("200k", "700k", "2m", "6m", "12m", "64m"):
            mount("-o", f"remount,size={size}", str(place))
            result = run(folder)
            said = result.stdout + result.stderr
            none_is_wrong(folder, reference)
            if result.returncode == 0:
                break
            refused += 1
            assert "disk is full" in said or "No space left on device" in said, said[-3000:]
        assert refused >= 3, "the file systems were not too small"
        assert result.returncode == 0, said[-3000:]
        assert digests(place) == reference.digests
        assert verify(folder).returncode == 0
    finally:
        mount_away(place)
    print(f"full disk: {refused} runs refused, the one with room gave the same bytes")


def test_results_that_are_read_only(reference, finished):
    place = finished / RESULTS
    mount("--bind", str(place), str(place))
    try:
        mount("-o", "remount,ro,bind", str(place))
        change = ("--config", "overrides={gershman: {estimators: {bayes: {n_particles: 300}}}}")
        result = snakemake(finished, "--cores", "2", *TINY, *change)
        said = result.stdout + result.stderr
        assert result.returncode != 0
        assert "Write-protected output files" in said, said[-3000:]
    finally:
        mount_away(place)
    assert digests(place) == reference.digests
    assert run(finished).returncode == 0
    assert digests(place) == reference.digests
    print("read-only: refused with the reason, nothing touched")


@pytest.mark.parametrize("days", [-400, 400])
def test_a_clock_that_jumps(reference, finished, days):
    """Half of the files were written when the clock stood elsewhere."""
    rng = np.random.default_rng(2)
    files = [p for p in sorted((finished / RESULTS).rglob("*")) if p.is_file()]
    for file in rng.permutation(np.array(files, dtype=object))[: len(files) // 2]:
        at = file.stat().st_mtime + days * 86_400
        os.utime(file, (at, at))
    result = run(finished)
    assert result.returncode == 0, result.stdout + result.stderr
    assert digests(finished / RESULTS) == reference.digests
    assert verify(finished).returncode == 0
    print(f"clock: half of {len(files)} files {days} days away, same bytes")


def test_two_runs_in_one_folder(reference, new_checkout):
    folder = new_checkout()
    first = start(folder, "-m", "snakemake", "--cores", "2", *TINY, environment=environment(folder))
    end = time.monotonic() + 120
    while not list((folder / ".snakemake").glob("locks/*")) and time.monotonic() < end:
        time.sleep(0.2)
    second = run(folder)
    said = second.stdout + second.stderr
    assert second.returncode != 0 and "cannot be locked" in said and "--unlock" in said, said
    output, _ = first.communicate(timeout=1500)
    assert first.returncode == 0, output
    assert digests(folder / RESULTS) == reference.digests
    print("two runs: the second refused with the reason, the first undisturbed")


def mount(*arguments: str) -> None:
    subprocess.run(["mount", *arguments], check=True)


def mount_away(place: Path) -> None:
    subprocess.run(["umount", "--lazy", str(place)], check=True)
