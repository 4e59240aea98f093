"""What a job of each stage is known to take: from the run's own benchmark files, else from a table.

A stage is called as the folder of its logs and benchmark files, mostly as its rule.
"""

import csv
from pathlib import Path

from trnn.tables.layout import BENCHMARKS

# Seconds of one job, start of Python included: processor time, the mean over the jobs of a full
# default run on two cores. Guessed are pack, index_networks, simulate_people and
# experiment_summary, and what has to do with theories.
# Only their ratios count as soon as a results folder has benchmark files of its own.
MEASURED = {
    "calibration": 3.4,
    "calibration_fresh": 19.2,
    "compare_theories": 4.0,
    "comparisons": 8.2,
    "constant_evidence": 8.0,
    "convergence": 0.5,
    "courses": 3.6,
    "download": 0.7,
    "draw": 6.0,
    "estimate": 155.4,
    "estimate_constant": 60.0,
    "estimate_references": 1.4,
    "experiment_summary": 4.0,
    "figures": 9.1,
    "findings": 2.7,
    "fit_mle": 5.9,
    "fit_recovery": 5.8,
    "groups": 6.0,
    "head_to_head": 6.0,
    "identifiability": 7.6,
    "identifiability_moving": 1.2,
    "index_networks": 1.0,
    "infer": 12.0,
    "join_drnn": 0.5,
    "joint_calibration": 0.5,
    "joint_filter": 16.6,
    "joint_network": 9.7,
    "manifest": 4.2,
    "measure_task": 0.5,
    "metrics": 4.0,
    "misspecification": 3.0,
    "nonstationarity": 383.1,
    "nonstationarity_null": 286.6,
    "nonstationarity_rates": 0.5,
    "optimality": 1.4,
    "pack": 2.0,
    "predictive": 2.1,
    "prepare": 0.7,
    "recover_theory": 250.0,
    "recovery": 3.3,
    "replication": 2.1,
    "report": 14.6,
    "select_prior": 296.9,
    "simulate": 2.4,
    "simulate_matched": 1.1,
    "simulate_people": 2.0,
    "statistics": 0.5,
    "summary": 5.8,
    "theory_evidence": 250.0,
    "theory_recovery": 1.5,
    "train": 227.4,
    "train_drnn": 84.2,
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
