"""What is exported: people's trials, their own columns, and what estimators made of them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from trnn.config.dynamics import Range
from trnn.config.experiment import Experiment
from trnn.data.own_table import OwnTable
from trnn.tables.schema import Column
from trnn.theory.model import Model
from trnn.trials.sequences import Sequences

Array = np.ndarray

CAUSAL, SMOOTHED = "causal", "smoothed"
GIVEN = {CAUSAL: "given the trials before", SMOOTHED: "given the whole session"}


@dataclass(frozen=True)
class Networks:
    """The checkpoints that an estimate was made with, and how they were applied."""

    checkpoints: tuple[Path, ...]
    ensemble: str
    experiment: Experiment


@dataclass(frozen=True)
class Estimate:
    """What one estimator made of n subjects of t trials; padding holds anything.

    Parameters
    ----------
    name, words : as tables call it, and as a text does
    given : "causal" (from the trials before) or "smoothed" (from the whole session)
    mean : (n, t, d)
    sd, quantiles : (n, t, d) and (n, t, d, 5); None of an estimator without a posterior
    p_action_0 : (n, t); None where it predicts no choice
    networks : where the posterior's joint draws can be had from; None: nowhere
    """

    name: str
    words: str
    given: str
    mean: Array
    sd: Array | None = None
    quantiles: Array | None = None
    p_action_0: Array | None = None
    networks: Networks | None = None


@dataclass(frozen=True)
class Source:
    """All that is exported of one population.

    Parameters
    ----------
    name : of the experiment or of the table: the task's name in BIDS
    own : the table whose rows and columns come first in every export
    columns : what its columns hold, where that is known
    model, ranges : the model of choice, and its parameters' ranges
    sequences : the trials of n subjects that were estimated
    rows : (n_trials,), the row of `own` of each trial, in the order of the sequences
    subject_of_row : (n_rows,), the number of the subject whose each row of `own` is, -1 of nobody's
    people, sessions, groups : (n,), whose each session is, its label and the group; "" where none
    estimates : one of each kind (`GIVEN`) at most
    reward_unit : the unit of rewards as the model has them
    labels : what actions 0 and 1 are called
    notes : (what, in words): what was assumed, and where it comes from
    """

    name: str
    own: OwnTable
    columns: Mapping[str, Column]
    model: Model
    ranges: Mapping[str, Range]
    sequences: Sequences
    rows: Array
    subject_of_row: Array
    people: tuple[str, ...]
    sessions: tuple[str, ...]
    groups: tuple[str, ...]
    estimates: tuple[Estimate, ...]
    reward_unit: str
    labels: tuple[str, str] = ("arm 0", "arm 1")
    notes: Mapping[str, str] = field(default_factory=dict)
