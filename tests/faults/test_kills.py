"""Kill -9 at random moments: what comes out in the end is what comes out undisturbed."""

import shutil
import time
from pathlib import Path

import numpy as np
import pytest

from benchmarks.checkout import RESULTS, TINY
from tests.conftest import ROOT
from tests.faults.killing import ended_within, kill, start
from tests.workflow.digests import digests
from tests.workflow.runs import environment, snakemake, verify

SEED = 20241


def trained(folder: Path, n_kills: int, rng: np.random.Generator) -> tuple[bytes, int]:
    """Train to the end, killed up to `n_kills` times; return the checkpoint and the kills."""
    folder.mkdir()
    kills = 0
    while True:
        process = start(ROOT, "-m", "tests.faults.training_run", str(folder))
        # Importing takes as long as much of the training: most kills are to come after it.
        if rng.random() < 0.7:
            process.stdout.readline()
        if kills == n_kills or ended_within(process, rng.uniform(0.0, 2.5)):
            said, _ = process.communicate(timeout=300)
            assert process.returncode == 0, said
            return (folder / "seed0.pt").read_bytes(), kills
        kill(process, "all", rng)
        process.communicate()
        kills += 1


def survive_in_training(folder: Path, n_kills: int) -> None:
    rng = np.random.default_rng(SEED)
    undisturbed, _ = trained(folder / "undisturbed", 0, rng)
    total = runs = 0
    while total < n_kills:
        runs += 1
        weights, kills = trained(folder / f"killed{runs}", n_kills - total, rng)
        assert weights == undisturbed
        assert not list((folder / f"killed{runs}").glob("*.state.pt"))
        total += kills
    print(f"training: {total} kills in {runs} trainings, all ended with the same bytes")


def test_a_killed_training_ends_with_the_same_weights(tmp_path):
    survive_in_training(tmp_path, 2)


@pytest.mark.faults
def test_training_survives_50_kills(tmp_path):
    survive_in_training(tmp_path, 50)


@pytest.mark.faults
def test_the_workflow_survives_50_kills(reference, new_checkout):
    rng = np.random.default_rng(SEED)
    folder = new_checkout()
    arguments = ("-m", "snakemake", "--cores", "2", *TINY)
    kills, finished, ways = 0, 0, ("all", "main", "one")
    started = time.monotonic()
    while kills < 50:
        process = start(folder, *arguments, environment=environment(folder))
        if ended_within(process, rng.uniform(2.0, 22.0)):
            said, _ = process.communicate()
            assert process.returncode == 0, said
            finished += 1
            assert digests(folder / RESULTS) == reference.digests
            shutil.rmtree(folder / RESULTS)
            continue
        kill(process, ways[kills % 3], rng)
        if ways[kills % 3] == "one":
            process.communicate(timeout=600)  # Snakemake itself lives, and ends as it sees fit
        kills += 1
        snakemake(folder, "--unlock", *TINY)
    result = snakemake(folder, "--cores", "2", *TINY)
    assert result.returncode == 0, result.stdout + result.stderr
    assert digests(folder / RESULTS) == reference.digests
    # Nothing that a killed process has left lies about.
    assert verify(folder).returncode == 0
    minutes = (time.monotonic() - started) / 60
    print(f"workflow: {kills} kills, {finished + 1} runs to the end, {minutes:.0f} min, same bytes")
