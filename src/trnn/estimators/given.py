"""What an estimator is given that is made with the references (`trnn.estimators.baselines`)."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from trnn.config.experiment import Experiment
from trnn.trials.sequences import Sequences


@dataclass(frozen=True)
class Given:
    """A population: its trials, as a table and padded, and where these and their fits stand.

    The experiment has its model and the ranges of its parameters. Simulated agents' tables hold
    the truth too.
    """

    experiment: Experiment
    table: pd.DataFrame
    sequences: Sequences
    trials: str | Path
    fits: str | Path

    @property
    def names(self) -> tuple[str, ...]:
        """The parameters, in the model's order."""
        return tuple(self.experiment.parameters)


def prior_means(experiment: Experiment, sequences: Sequences) -> np.ndarray:
    """Return the means of the uniform priors, (n_subjects, n_parameters)."""
    middle = np.array([(r.low + r.high) / 2 for r in experiment.parameters.values()])
    return np.tile(middle, (len(sequences.subjects), 1))
