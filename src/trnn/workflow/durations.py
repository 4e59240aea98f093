"""What a job of each stage is known to take: from the run's own benchmark files, else from a table.

A stage is called as the folder of its logs and benchmark files, mostly as its rule.
"""

import csv
from pathlib import Path

from trnn.tables.layout import BENCHMARKS

# Seconds of one job, start of Python included: processor time, the mean over the jobs of a run on
# two cores for stages up to networks and filters; for what follows them that of a full default run
# before version 0.2.0. Guessed are constant_evidence, nonstationarity_null and simulate_matched.
# Only their ratios count as soon as a results folder has benchmark files of its own.
MEASURED = {
    "calibration": 2.8,
    "comparisons": 9.8,
    "constant_evidence": 10.0,
    "convergence": 0.5,
    "courses": 4.2,
    "download": 1.0,
    "draw": 11.5,
    "estimate": 172.0,
    "estimate_references": 1.3,
    "figures": 6.6,
    "findings": 3.1,
    "fit_mle": 16.4,
    "fit_recovery": 17.5,
    "identifiability": 30.4,
    "identifiability_moving": 1.0,
    "infer": 38.3,
    "join_drnn": 0.5,
    "manifest": 2.3,
    "measure_task": 0.5,
    "metrics": 3.6,
    "misspecification": 2.3,
    "nonstationarity": 113.0,
    "nonstationarity_null": 60.0,
    "nonstationarity_rates": 0.6,
    "optimality": 1.3,
    "predictive": 2.0,
    "prepare": 0.7,
    "recovery": 3.5,
    "replication": 1.0,
    "report": 23.8,
    "select_prior": 288.0,
    "simulate": 2.5,
    "simulate_matched": 2.0,
    "statistics": 0.5,
    "summary": 3.9,
    "train": 232.0,
    "train_drnn": 88.8,
}
START = 1.0  # of Python and its libraries: no job takes less
UNKNOWN = 10.0  # of a stage that is not in the table


class Durations:
    """What jobs take in a results folder, where the run or an earlier one has said so.

    A job is expected to take what it took the last time; else the mean of its stage's jobs here;
    else what the table says, times what this run's jobs take of what the table says of them.
    """

    def __init__(self, folder: Path) -> None:
        self._took: dict[tuple[str, str], float] = {}
        for file in sorted((folder / BENCHMARKS).glob("*/*.tsv")):
            seconds = _seconds(file)
            if seconds is not None:
                self._took[file.parent.name, file.stem] = seconds
        by_stage: dict[str, list[float]] = {}
        for (stage, _), seconds in self._took.items():
            by_stage.setdefault(stage, []).append(seconds)
        self._mean = {stage: sum(took) / len(took) for stage, took in by_stage.items()}
        by_table = sum(measured(stage) * len(took) for stage, took in by_stage.items())
        self._scale = sum(self._took.values()) / by_table if by_table else 1.0

    def expected(self, stage: str, job: str) -> float:
        """Return the seconds that a job is expected to take."""
        own = self._took.get((stage, job), self._mean.get(stage))
        return max(measured(stage) * self._scale, START) if own is None else own


def measured(stage: str) -> float:
    """Return the table's seconds of a job of a stage."""
    return MEASURED.get(stage, UNKNOWN)


def _seconds(file: Path) -> float | None:
    """Return the seconds of a benchmark file of Snakemake's; None if it holds none."""
    try:
        with file.open(encoding="utf-8", newline="") as lines:
            return sum(float(row["s"]) for row in csv.DictReader(lines, delimiter="\t")) or None
    except (OSError, ValueError, KeyError, TypeError):
        return None
