"""What follows from the measurements: ratios, exponents, and shares of the machine's speed.

Everything in this process runs on one thread, so its processor time is what the clock would say
on a machine of its own; ratios are made of processor times. What runs other processes (the
workflow) is judged by the clock.
"""

import numpy as np
import pandas as pd

STAGES = {
    "simulate": "simulation",
    "mle": "maximum likelihood",
    "evidence_switching": "particle filter, evidence only, switching",
    "evidence_walk": "particle filter, evidence only, random walk",
    "posterior_switching": "particle filter, posteriors and quantiles, switching",
    "posterior_walk": "particle filter, posteriors and quantiles, random walk",
    "train_published": "t-RNN training, published network",
    "train_default": "t-RNN training, default network",
    "infer_trnn": "t-RNN inference",
    "train_drnn": "d-RNN training",
    "prepare": "preparing people's data",
}
# By the clock.
WORKFLOW = {
    "run_first": "`make demo` where nothing has been compiled",
    "run_all": "`make demo`",
    "run_nothing": "a run with nothing to do",
    "dry_run": "a dry run of everything",
}
NAMES = STAGES | WORKFLOW


def seconds_of(row: pd.Series) -> float:
    """Return the time that counts: of the processor, or of the clock for the workflow."""
    return float(row["seconds"] if row["stage"] in WORKFLOW else row["cpu_seconds"])


def rate_of(row: pd.Series) -> float:
    """Return work a second."""
    return row["work"] / seconds_of(row)


def of_kind(frame: pd.DataFrame, stage: str, kind: str = "project") -> pd.Series | None:
    """Return a stage's measurement of a kind, or None."""
    rows = frame[(frame["stage"] == stage) & (frame["kind"] == kind)]
    return rows.iloc[0] if len(rows) else None


def product_speed(frame: pd.DataFrame) -> float:
    """Return operations a second of the machine's matrix product, measured in the same run."""
    product = of_kind(frame, "product", "machine")
    assert product is not None
    return rate_of(product)


def share_of_speed(frame: pd.DataFrame, row: pd.Series) -> float:
    """Return a measurement's share of the machine's matrix-product speed; NaN if not counted."""
    return row["operations"] / seconds_of(row) / product_speed(frame)


def exponents(frame: pd.DataFrame, stage: str) -> dict[str, tuple[float, float]]:
    """Return the exponent and its standard error along each axis of a stage's scaling series."""
    rows = frame[(frame["stage"] == stage) & (frame["kind"] == "scaling")]
    out = {}
    for axis, series in rows.groupby("axis", sort=False):
        sizes = series["size"].to_numpy()
        if len(np.unique(sizes)) >= 3:
            out[str(axis)] = fit_exponent(sizes, series["cpu_seconds"].to_numpy())
    return out


def fit_exponent(sizes: np.ndarray, seconds: np.ndarray) -> tuple[float, float]:
    """Return the slope of log seconds over log size, by least squares, and its standard error."""
    x, y = np.log(sizes), np.log(seconds)
    x = x - x.mean()
    slope = (x @ y) / (x @ x)
    residual = y - y.mean() - slope * x
    return float(slope), float(np.sqrt((residual @ residual) / (len(x) - 2) / (x @ x)))
