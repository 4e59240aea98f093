"""What each stage is asked to reach, beside what was measured.

A stage asked for a ratio or a time has met its target if it reaches either.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from benchmarks import derive, full_run

NAN = float("nan")
TRIALS_OF_AN_AGENT = 1000


@dataclass(frozen=True)
class Row:
    """A target and what was measured; an absent number is None or NaN, `met` None if not known."""

    what: str
    ratio_target: float | None = None
    ratio: float = NAN
    other_target: str = ""
    other: str = ""
    met: bool | None = None
    second_ratio: float = NAN  # to the second reference; no verdict rests on it


def rows(frame: pd.DataFrame, results: Path | None) -> list[Row]:
    """Return every target; those of a full run need its results folder."""
    return [
        _timed(frame, "simulate", "simulate", 300, 1.5),
        _timed(frame, "mle", "maximum likelihood", 100, 10),
        _timed(frame, "filter", "particle filter, random walk", 15, 3),
        _timed(frame, "bayes", "particle filter, switching", 15, 3),
        _timed(frame, "infer_trnn", "t-RNN inference", None, 2),
        _training(frame),
        *_of_full_run(results),
        _nothing(frame),
        _memory(results),
    ]


def _timed(
    frame: pd.DataFrame, stage: str, name: str, ratio_target: float | None, seconds: float
) -> Row:
    measured = derive.of_kind(frame, stage, "project")
    if measured is None:
        return Row(name, ratio_target, other_target=f"≤ {seconds:g} s")
    ratio = derive.times_the_plain(frame, stage)
    took = derive.seconds_of(measured)
    met = took <= seconds or (ratio_target is not None and ratio >= ratio_target)
    return Row(
        f"{name}: {measured['label']}",
        ratio_target,
        ratio,
        f"≤ {seconds:g} s",
        f"{took:.2f} s",
        bool(met),
        derive.times_the_plain(frame, stage, "plain_other"),
    )


def _training(frame: pd.DataFrame) -> Row:
    least_share, least_ratio = 0.15, 100
    other_target = f"≥ {least_share:.0%} of the matrix product's speed"
    name = f"t-RNN training, agents of {TRIALS_OF_AN_AGENT:,} trials a second"
    measured = derive.of_kind(frame, "train_trnn", "project")
    if measured is None:
        return Row(name, least_ratio, other_target=other_target)
    ratio = derive.times_the_plain(frame, "train_trnn")
    agents = measured["work"] / derive.seconds_of(measured) / TRIALS_OF_AN_AGENT
    share = next(d.share for d in derive.distances(frame) if d.stage == "train_trnn")
    return Row(
        f"{name}: {agents:.0f}",
        least_ratio,
        ratio,
        other_target,
        f"{share:.1%}",
        bool(ratio >= least_ratio or share >= least_share),
        derive.times_the_plain(frame, "train_trnn", "plain_other"),
    )


def _of_full_run(results: Path | None) -> Sequence[Row]:
    names = (
        "a t-RNN for `artificial`, from nothing, as good as the published one on the test agents",
        "the full default run",
    )
    targets = (4 * 60, 30 * 60)
    if results is None:
        return [Row(n, other_target=_minutes(t, "≤ ")) for n, t in zip(names, targets, strict=True)]
    jobs = full_run.read_jobs(results)
    network = full_run.fresh_network(results, jobs)
    first = Row(names[0], other_target=_minutes(targets[0], "≤ "))
    if network is not None:
        numbers = "; ".join(
            f"{k} {v:.4f} (published {network.published[k]:.4f})" for k, v in network.ours.items()
        )
        first = Row(
            f"{names[0]} ({network.n_agents} agents): {numbers}",
            other_target=_minutes(targets[0], "≤ "),
            other=_minutes(network.seconds),
            met=network.as_good and network.seconds <= targets[0],
        )
    seconds, pauses = full_run.elapsed(jobs)
    name = names[1] + (f" (made in {pauses + 1} runs, pauses left out)" if pauses else "")
    second = Row(
        f"{name}, {len(jobs)} jobs",
        other_target=_minutes(targets[1], "≤ "),
        other=_minutes(seconds),
        met=seconds <= targets[1],
    )
    return [first, second]


def _nothing(frame: pd.DataFrame) -> Row:
    measured = derive.of_kind(frame, "run_nothing", "project")
    name, target = "a second run with nothing to do", 5.0
    if measured is None:
        return Row(name, other_target=f"≤ {target:g} s")
    took = derive.seconds_of(measured)
    return Row(
        name,
        other_target=f"≤ {target:g} s",
        other=f"{took:.2f} s (processor {measured['cpu_seconds']:.2f} s)",
        met=bool(took <= target),
    )


def _memory(results: Path | None) -> Row:
    name, target = "peak memory of any job of the full run", 3.0
    if results is None:
        return Row(name, other_target=f"≤ {target:g} GB")
    peak = full_run.read_jobs(results)["peak_mb"].max() / 1000
    return Row(
        name,
        other_target=f"≤ {target:g} GB",
        other=f"{peak:.2f} GB",
        met=None if np.isnan(peak) else bool(peak <= target),
    )


def _minutes(seconds: float, sign: str = "") -> str:
    return f"{sign}{seconds / 60:.3g} minutes"
