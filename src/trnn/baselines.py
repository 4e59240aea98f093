"""The floor and the ceiling of every estimator: the prior mean, and the truth."""

from pathlib import Path

import numpy as np

from trnn.config.experiment import Experiment
from trnn.estimates import estimates_frame, read_trials
from trnn.likelihood import run_forward
from trnn.models import get_model
from trnn.schemas import estimates, synthetic_trials
from trnn.sequences import from_frame, pad_columns
from trnn.tables import Provenance, read_table, write_table


def estimate_prior(
    trials: str | Path, output: str | Path, experiment: Experiment, provenance: Provenance
) -> None:
    """Write the mean of the uniform prior, the middle of each range, on every trial."""
    names = tuple(experiment.parameters)
    sequences = read_trials(trials)
    middle = np.array([(r.low + r.high) / 2 for r in experiment.parameters.values()])
    values = np.tile(middle, (len(sequences.subjects), 1))
    p_action_0, _ = run_forward(get_model(experiment.model), sequences, values)
    frame = estimates_frame(sequences, names, p_action_0, values)
    write_table(frame, output, estimates(names, spread=False), provenance)


def estimate_oracle(
    trials: str | Path, output: str | Path, experiment: Experiment, provenance: Provenance
) -> None:
    """Write the true parameters and choice probabilities of a table of synthetic agents."""
    names = tuple(experiment.parameters)
    frame = read_table(trials, synthetic_trials(experiment.model))
    sequences = from_frame(frame)
    truth, _, _ = pad_columns(frame, ["p_action_0", *names])
    values = np.stack([truth[name] for name in names], axis=-1)
    table = estimates_frame(sequences, names, truth["p_action_0"], values)
    write_table(table, output, estimates(names, spread=False), provenance)
