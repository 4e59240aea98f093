"""Trials beside one estimator's estimates of them: what findings and figures look at."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import pandas as pd

from trnn.errors import TableError
from trnn.evaluation.metrics import KEYS, check_same_trials
from trnn.evaluation.windows import block_ids, by_subject, subject_curves
from trnn.tables import read_table

Array = np.ndarray


@dataclass(frozen=True)
class Sessions:
    """Trials and estimates, column by column, (n_trials,); the rows of a subject stand together.

    `trials` has subject, block, trial, action, reward and the study's own columns; `estimates`
    has p_action_0 and the parameters of the same rows.
    """

    trials: pd.DataFrame
    estimates: pd.DataFrame

    @cached_property
    def block_id(self) -> Array:
        """Number of each trial's (subject, block)."""
        return block_ids(self.trials)

    @cached_property
    def codes(self) -> Array:
        """Number of each trial's subject."""
        return pd.factorize(self.trials["subject"])[0]

    @cached_property
    def subjects(self) -> Array:
        """Names of the subjects, (n_subjects,)."""
        return pd.factorize(self.trials["subject"])[1].to_numpy(dtype=object)

    @cached_property
    def groups(self) -> Array:
        """Each subject's diagnosis group, law of dynamics, or "all", (n_subjects,)."""
        for column in ("group", "dynamics"):
            if column in self.trials.columns and self.trials[column].notna().all():
                _, first = np.unique(self.codes, return_index=True)
                return self.trials[column].to_numpy(dtype=object)[first]
        return np.full(len(self.subjects), "all", dtype=object)

    @property
    def group_names(self) -> list[str]:
        """Return the groups in order of first appearance."""
        return list(dict.fromkeys(self.groups))

    def estimate(self, name: str) -> Array:
        """Return an estimates column as float64; TableError if the estimator has none."""
        if name not in self.estimates.columns:
            raise TableError(
                f"the estimates hold no '{name}', only {list(self.estimates.columns)}: choose "
                "an estimator that estimates it."
            )
        return self.estimates[name].to_numpy(dtype=np.float64)

    def trial(self) -> Array:
        """Return the trial within its block, from 0."""
        return self.trials["trial"].to_numpy(dtype=np.int64)

    def mean_by_subject(self, values: Array) -> Array:
        """Return each subject's mean of what is not NaN, (n_subjects,)."""
        return by_subject(values, self.codes, len(self.subjects))

    def curves(self, values: Array, position: Array, n_positions: int) -> Array:
        """Return each subject's mean at each position, (n_subjects, n_positions)."""
        return subject_curves(values, self.codes, position, n_positions)

    def only(self, group: str) -> "Sessions":
        """Return the sessions of one group's subjects."""
        kept = np.isin(self.codes, np.flatnonzero(self.groups == group))
        return Sessions(
            self.trials[kept].reset_index(drop=True), self.estimates[kept].reset_index(drop=True)
        )


def read_sessions(trials: str | Path, estimates: str | Path) -> Sessions:
    """Read both tables; TableError if they do not hold the same trials."""
    return pair(read_table(trials), read_table(estimates), str(trials), str(estimates))


def pair(
    trials: pd.DataFrame,
    estimates: pd.DataFrame,
    trials_name: str = "trials",
    estimates_name: str = "estimates",
) -> Sessions:
    """Return both tables as sessions; TableError if they do not hold the same trials."""
    check_same_trials(trials, estimates, trials_name, estimates_name)
    return Sessions(
        trials.reset_index(drop=True), estimates.drop(columns=KEYS).reset_index(drop=True)
    )
