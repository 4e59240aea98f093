"""What a full run left of its times: Snakemake's benchmark files, one a job."""

from pathlib import Path

import numpy as np
import pandas as pd

MIB = 2**20 / 1e6  # MB
PAUSE = 60.0  # s in which no job ran: between two runs, not within one
# Of `artificial`: what a training by true values alone reached in 16,000 steps (docs/decisions.md)
SCORE = 1.602


def read_jobs(results: Path) -> pd.DataFrame:
    """Return a row a job: rule, job, seconds, cpu_seconds, peak_mb, ended (s since the epoch).

    Raises
    ------
    FileNotFoundError
        If `results` has no benchmark files.
    """
    rows = []
    for path in sorted((results / "benchmarks").glob("*/*.tsv")):
        job = pd.read_csv(path, sep="\t", na_values=["-", "NA"]).iloc[-1]
        seconds, cpu_seconds = float(job["s"]), float(job["cpu_time"])
        peak = float(job["max_rss"]) * MIB
        rows.append((path.parent.name, path.stem, seconds, cpu_seconds, peak, path.stat().st_mtime))
    if not rows:
        raise FileNotFoundError(f"{results}/benchmarks: no file <rule>/<job>.tsv of a run.")
    columns = ["rule", "job", "seconds", "cpu_seconds", "peak_mb", "ended"]
    return pd.DataFrame(rows, columns=columns)


def by_rule(jobs: pd.DataFrame) -> pd.DataFrame:
    """Return jobs, total and longest seconds, processor seconds and memory of each rule."""
    table = jobs.groupby("rule").agg(
        jobs=("job", "size"),
        seconds=("seconds", "sum"),
        longest=("seconds", "max"),
        cpu_seconds=("cpu_seconds", "sum"),
        peak_mb=("peak_mb", "max"),
    )
    return table.sort_values("seconds", ascending=False).reset_index()


def elapsed(jobs: pd.DataFrame) -> tuple[float, int]:
    """Return the seconds from the first job's start to the last one's end, and the pauses.

    A benchmark file is written when its job ends. Stretches longer than `PAUSE` without any job
    are left out, and counted: the results were then made by several runs.
    """
    started = (jobs["ended"] - jobs["seconds"]).to_numpy()
    order = np.argsort(started)
    total, pauses = 0.0, 0
    reached = started[order[0]]
    for i in order:
        gap = started[i] - reached
        if gap > PAUSE:
            pauses += 1
            reached = started[i]
        end = float(jobs["ended"].iloc[i])
        if end > reached:
            total += end - reached
            reached = end
    return total, pauses


def seconds_to_score(results: Path, jobs: pd.DataFrame, score: float = SCORE) -> float:
    """Return the processor seconds in which a network of `artificial` has reached a log score.

    They are those of the job of its first network up to the end of the epoch: reading the agents,
    the filter that teaches, steps and validation. NaN if there is no such job; infinite if the
    score was not reached.
    """
    history = results / "artificial/training/trnn/seed0.parquet"
    job = jobs[(jobs["rule"] == "train") & (jobs["job"] == "artificial_trnn_seed0")]
    if job.empty or not history.is_file():
        return float("nan")
    epochs = pd.read_parquet(history, columns=["validation_score", "seconds"])
    reached = (-epochs["validation_score"] >= score).to_numpy()
    if not reached.any():
        return float("inf")
    after = epochs["seconds"].iloc[int(reached.argmax()) + 1 :].sum()
    # Epochs are timed by the clock, of which the job had a share of a core.
    share = job["cpu_seconds"].iloc[0] / job["seconds"].iloc[0]
    return float((job["seconds"].iloc[0] - after) * share)
