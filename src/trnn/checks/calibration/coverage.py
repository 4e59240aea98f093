"""How often true values lie in parts of posteriors that are known by five quantiles.

The parts are those of simulation-based calibration (Talts, Betancourt, Simpson, Vehtari & Gelman
2018, arXiv:1804.06788), with quantiles in the place of ranks among draws: if parameters are drawn
from the prior and choices from the model, a true value lies below the posterior's quantile of
probability q with probability q, in every trial.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from trnn.checks.calibration.bins import OUTSIDE, Binning, Sessions
from trnn.checks.calibration.calibration_table import COVERAGE, RANK, SESSION

Array = np.ndarray

ENDS = {"coverage_50": (1, 3), "coverage_90": (0, 4)}  # places among the quantiles
PARTS = ("below q05", "q05 to q25", "q25 to q50", "q50 to q75", "q75 to q95", "above q95")
EXPECTED = (0.05, 0.20, 0.25, 0.25, 0.20, 0.05)


@dataclass(frozen=True)
class Cell:
    """Where a share belongs: its measure, and its bin of trials (rank: part of the posterior)."""

    measure: str
    by: str
    label: str
    position: int
    nominal: float


@dataclass(frozen=True)
class Shares:
    """Each agent's shares (NaN without trials) and trials by cell, (n_agents, n_cells)."""

    cells: tuple[Cell, ...]
    values: Array
    n_trials: Array


def shares(
    truth: Array, quantiles: Array, sessions: Sessions, binnings: Sequence[Binning]
) -> Shares:
    """Return each agent's coverage in every bin, and its ranks over the session.

    Parameters
    ----------
    truth : (n_trials,)
    quantiles : (n_trials, 5)
        Quantiles of each trial's posterior at `trnn.theory.quantiles.PROBABILITIES`.
    sessions, binnings
        Sessions and bins of the same trials.

    A true value at a bound of an interval lies inside it.
    """
    cells: list[Cell] = []
    values, counts = [], []
    for measure, (low, high) in ENDS.items():
        inside = (quantiles[:, low] <= truth) & (truth <= quantiles[:, high])
        for binning in binnings:
            share, count = _by_agent(inside, sessions, binning)
            values.append(share)
            counts.append(count)
            cells += [
                Cell(measure, binning.by, label, position, COVERAGE[measure])
                for position, label in enumerate(binning.labels)
            ]
    whole = Binning(SESSION, ("all",), np.zeros(len(truth), dtype=np.int64))
    for position, (label, weight) in enumerate(
        zip(PARTS, rank_weights(truth, quantiles).T, strict=True)
    ):
        share, count = _by_agent(weight, sessions, whole)
        values.append(share)
        counts.append(count)
        cells.append(Cell(RANK, SESSION, label, position, EXPECTED[position]))
    return Shares(tuple(cells), np.hstack(values), np.hstack(counts))


def rank_weights(truth: Array, quantiles: Array) -> Array:
    """Return how much of each true value lies in each of the six parts, (n_trials, 6).

    1 in the part that holds it. A value equal to one or more quantiles, as at the bound of a range
    where a posterior may have a point mass, is divided evenly between the parts around them.
    """
    low = (quantiles < truth[:, None]).sum(axis=1)
    high = (quantiles <= truth[:, None]).sum(axis=1)
    part = np.arange(len(PARTS))
    there = (part >= low[:, None]) & (part <= high[:, None])
    return there / there.sum(axis=1, keepdims=True)


def _by_agent(weight: Array, sessions: Sessions, binning: Binning) -> tuple[Array, Array]:
    """Return the mean of (n_trials,) weights and the trials by agent and bin, each 2-D."""
    shape = (len(sessions.subjects), len(binning.labels))
    kept = binning.codes != OUTSIDE
    flat = sessions.codes[kept] * shape[1] + binning.codes[kept]
    count = np.bincount(flat, minlength=shape[0] * shape[1])
    total = np.bincount(flat, weight[kept], minlength=shape[0] * shape[1])
    share = np.full(len(count), np.nan)
    np.divide(total, count, out=share, where=count > 0)
    return share.reshape(shape), count.reshape(shape)
