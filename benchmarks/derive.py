"""What follows from the measurements: ratios, exponents, and distances from the limits.

Everything in this process runs on one thread, so its processor time is what the clock would say
on a machine of its own; ratios are made of processor times. What runs other processes (the
workflow) is judged by the clock.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from benchmarks.machine import Machine

WORKFLOW = ("run_all", "run_nothing", "dry_run")  # by the clock


def machine_of(frame: pd.DataFrame) -> Machine:
    """Return the limits that were measured in the run."""
    rows = frame[frame["kind"] == "machine"].set_index("stage")
    speed = rows["work"] / rows["cpu_seconds"]
    return Machine(speed["float32"], speed["float64"], speed["copy"])


def seconds_of(row: pd.Series) -> float:
    """Return the time that counts: of the processor, or of the clock for the workflow."""
    return float(row["seconds"] if row["stage"] in WORKFLOW else row["cpu_seconds"])


def of_kind(frame: pd.DataFrame, stage: str, kind: str) -> pd.Series | None:
    """Return a stage's measurement of a kind, or None."""
    rows = frame[(frame["stage"] == stage) & (frame["kind"] == kind)]
    return rows.iloc[0] if len(rows) else None


def times_the_plain(frame: pd.DataFrame, stage: str, kind: str = "plain") -> float:
    """Return work a second of the project over work a second of the reference; NaN if absent."""
    ours, plain = of_kind(frame, stage, "project"), of_kind(frame, stage, kind)
    if ours is None or plain is None:
        return float("nan")
    return (ours["work"] / seconds_of(ours)) / (plain["work"] / seconds_of(plain))


@dataclass(frozen=True)
class Scaling:
    """seconds ~ size ** exponent, by least squares on logarithms."""

    stage: str
    axis: str
    sizes: list[float]
    seconds: list[float]
    exponent: float
    standard_error: float


def scalings(frame: pd.DataFrame) -> list[Scaling]:
    """Return every scaling series of at least three sizes, in the order of measurement."""
    out = []
    rows = frame[frame["kind"] == "scaling"]
    for (stage, axis), series in rows.groupby(["stage", "axis"], sort=False):
        ordered = series.sort_values("size")
        sizes = ordered["size"].to_numpy()
        if len(np.unique(sizes)) < 3:
            continue
        seconds = np.array([seconds_of(row) for _, row in ordered.iterrows()])
        exponent, error = fit_exponent(sizes, seconds)
        out.append(
            Scaling(str(stage), str(axis), sizes.tolist(), seconds.tolist(), exponent, error)
        )
    return out


def fit_exponent(sizes: np.ndarray, seconds: np.ndarray) -> tuple[float, float]:
    """Return the slope of log seconds over log size, and its standard error."""
    x, y = np.log(sizes), np.log(seconds)
    x = x - x.mean()
    slope = (x @ y) / (x @ x)
    residual = y - y.mean() - slope * x
    return float(slope), float(np.sqrt((residual @ residual) / (len(x) - 2) / (x @ x)))


@dataclass(frozen=True)
class Distance:
    """A measurement beside the least time that the machine could need for it."""

    stage: str
    label: str
    operations: float  # a unit of work
    moved_bytes: float
    unit: str
    limit: str  # which of the two binds
    limit_seconds: float
    seconds: float

    @property
    def share(self) -> float:
        """The least time over the measured one."""
        return self.limit_seconds / self.seconds


def distances(frame: pd.DataFrame) -> list[Distance]:
    """Return the distance of every stage whose need is known."""
    limits = machine_of(frame)
    out = []
    for _, row in frame[frame["kind"] == "project"].iterrows():
        operations, moved = need_of(frame, row)
        if not operations and not moved:
            continue
        speed = limits.float32 if row["precision"] == "float32" else limits.float64
        by_operations, by_bytes = operations / speed, moved / limits.copied
        out.append(
            Distance(
                row["stage"],
                row["label"],
                operations / row["work"],
                moved / row["work"],
                row["unit"],
                "operations" if by_operations >= by_bytes else "bytes",
                max(by_operations, by_bytes),
                seconds_of(row),
            )
        )
    return out


def need_of(frame: pd.DataFrame, row: pd.Series) -> tuple[float, float]:
    """Return operations and bytes needed for all of a row's work; 0 where not known.

    How many likelihoods a fit takes is known only once one has been made: there the plain
    reference's count stands, in proportion to the work.
    """
    operations = row["operations"]
    if np.isnan(operations):
        plain = of_kind(frame, row["stage"], "plain")
        if plain is not None:
            operations = plain["operations"] / plain["work"] * row["work"]
    moved = row["moved_bytes"]
    return tuple(0.0 if np.isnan(x) else float(x) for x in (operations, moved))  # type: ignore
