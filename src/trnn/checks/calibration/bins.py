"""Which trials are looked at together: tenths of the session, trials since a change."""

from dataclasses import dataclass
from itertools import pairwise
from typing import Self

import numpy as np
import pandas as pd

from trnn.checks.calibration.calibration_table import BEFORE, JUST_CHANGED, SESSION, SINCE, TENTH

Array = np.ndarray

# First trials of the bins of trials since a change; the last bin is open.
EDGES = (0, 5, 10, 20, 50, 100)
JUST = 20  # trials that are just after a change
N_TENTHS = 10
OUTSIDE = -1


@dataclass(frozen=True)
class Sessions:
    """Where each row of a trial table stands in its subject's session.

    `subjects` are the names in order of appearance; `codes` (n_trials,) number them; `first`
    (n_trials,) is the row of the session's first trial; `length` (n_trials,) its trials.
    """

    subjects: Array
    codes: Array
    first: Array
    length: Array

    @classmethod
    def of(cls, subject: pd.Series) -> Self:
        """Return the sessions of a column of subjects; the rows of a subject stand together."""
        codes, subjects = pd.factorize(subject)
        length = np.bincount(codes, minlength=len(subjects))
        first = np.cumsum(length) - length
        return cls(np.asarray(subjects, dtype=object), codes, first[codes], length[codes])

    @property
    def position(self) -> Array:
        """The trials' places in their sessions, from 0, (n_trials,)."""
        return np.arange(len(self.codes)) - self.first


@dataclass(frozen=True)
class Binning:
    """A division of trials: `codes` (n_trials,) number the bins of `labels`, -1 is in none."""

    by: str
    labels: tuple[str, ...]
    codes: Array


def whole(sessions: Sessions) -> Binning:
    """Return all trials as one bin."""
    return Binning(SESSION, ("all",), np.zeros(len(sessions.codes), dtype=np.int64))


def tenths(sessions: Sessions) -> Binning:
    """Return the tenths of each session, by the share of its trials that came before."""
    labels = tuple(str(i + 1) for i in range(N_TENTHS))
    return Binning(TENTH, labels, N_TENTHS * sessions.position // sessions.length)


def around_changes(truth: Array, sessions: Sessions) -> list[Binning]:
    """Return the trials since a change, those just after it, and those before the next.

    A change is a trial whose true value differs from that of the trial before. At the trial of the
    change itself an estimate has seen no choice made with the new value: 0 trials since. Trials
    before a session's first change (after its last one, for those before the next) are in no bin.

    Parameters
    ----------
    truth : (n_trials,)
        The true values of a parameter that keeps its value between changes.
    """
    n, rows = len(truth), np.arange(len(truth))
    changed = np.zeros(n, dtype=bool)
    changed[1:] = (truth[1:] != truth[:-1]) & (sessions.position[1:] > 0)
    last = np.maximum.accumulate(np.where(changed, rows, -1))
    since = np.where(last >= sessions.first, rows - last, OUTSIDE)
    # The first change after each row: the change is on a later row than its trials.
    following = np.full(n, n)
    following[:-1] = np.minimum.accumulate(np.where(changed, rows, n)[::-1])[::-1][1:]
    before = np.where(following < sessions.first + sessions.length, following - rows - 1, OUTSIDE)
    return [
        Binning(SINCE, _labels(), _binned(since)),
        Binning(
            JUST_CHANGED, (f"0-{JUST - 1}",), np.where((since >= 0) & (since < JUST), 0, OUTSIDE)
        ),
        Binning(BEFORE, _labels(), _binned(before)),
    ]


def _binned(trials: Array) -> Array:
    """Return the bin of each number of trials; that of `OUTSIDE` is `OUTSIDE`."""
    return np.searchsorted(EDGES, trials, side="right") - 1


def _labels() -> tuple[str, ...]:
    closed = [f"{low}-{high - 1}" for low, high in pairwise(EDGES)]
    return (*closed, f"{EDGES[-1]}+")
