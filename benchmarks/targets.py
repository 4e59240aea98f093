"""What is asked for, beside what was measured."""

from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from benchmarks import derive, full_run
from benchmarks.derive import NAMES

NAN = float("nan")


@dataclass(frozen=True)
class Target:
    """A bound and what was measured, in `unit`; NaN if it was not."""

    what: str
    bound: float
    unit: str
    measured: float
    at_least: bool = False
    note: str = ""

    @property
    def met(self) -> bool | None:
        """Whether the bound is kept; None if nothing was measured."""
        if self.measured != self.measured:
            return None
        return self.measured >= self.bound if self.at_least else self.measured <= self.bound


def targets(frame: pd.DataFrame, results: Path | None) -> list[Target]:
    """Return every target; those of a full run need its results folder."""
    return [
        _rate(frame, "evidence_switching", 150),
        _rate(frame, "evidence_walk", 40),
        _rate(frame, "posterior_switching", 60),
        _rate(frame, "posterior_walk", 25),
        _seconds(frame, "mle", 2),
        _seconds(frame, "simulate", 1.5),
        _seconds(frame, "infer_trnn", 2),
        _share(frame, "train_published", 40),
        _share(frame, "train_default", 70),
        *_of_full_run(results),
        _seconds(frame, "run_nothing", 5),
        _seconds(frame, "dry_run", 3),
        _seconds(frame, "run_all", 90),
    ]


def _rate(frame: pd.DataFrame, stage: str, bound: float) -> Target:
    row = derive.of_kind(frame, stage)
    measured = NAN if row is None else derive.rate_of(row) / 1e6
    return Target(NAMES[stage], bound, "million particles × trials a second", measured, True)


def _seconds(frame: pd.DataFrame, stage: str, bound: float) -> Target:
    row = derive.of_kind(frame, stage)
    name = NAMES[stage] if row is None else f"{NAMES[stage]}: {row['label']}"
    if row is None:
        return Target(name, bound, "s", NAN)
    # The clock of a busy machine says more of what else it did.
    note = f"processor {row['cpu_seconds']:.3g} s" if stage in derive.WORKFLOW else ""
    return Target(name, bound, "s", derive.seconds_of(row), note=note)


def _share(frame: pd.DataFrame, stage: str, bound: float) -> Target:
    row = derive.of_kind(frame, stage)
    measured = NAN if row is None else 100 * derive.share_of_speed(frame, row)
    return Target(NAMES[stage], bound, "% of the matrix product's speed", measured, True)


def _of_full_run(results: Path | None) -> list[Target]:
    learned = f"a t-RNN of `artificial`, its teaching included, to a log score of {full_run.SCORE}"
    run, to_score, minutes, peak = "the full default run", NAN, NAN, NAN
    if results is not None:
        jobs = full_run.read_jobs(results)
        seconds, pauses = full_run.elapsed(jobs)
        run += f", {len(jobs)} jobs" + (f", without {pauses} pauses" if pauses else "")
        to_score = full_run.seconds_to_score(results, jobs) / 60
        minutes, peak = seconds / 60, jobs["peak_mb"].max() / 1000
    return [
        Target(learned, 3, "minutes", to_score),
        Target(run, 30, "minutes by the clock", minutes),
        Target("the largest job of the full run", 3, "GB", peak),
    ]
