"""The workflow's stage that draws whole trajectories from the posterior of t-RNNs."""

from pathlib import Path

import numpy as np
import pandas as pd

from trnn.config.experiment import Experiment
from trnn.errors import CheckpointError
from trnn.estimators.recurrent.compute import prepare
from trnn.estimators.trnn.draws_table import draws_table
from trnn.estimators.trnn.infer import Noise, infer
from trnn.tables.parquet import Provenance, write_table
from trnn.theory.models import get_model
from trnn.trials.read import read_trials


def draws_stage(
    checkpoints: list[Path],
    trials: Path,
    output: Path,
    experiment: Experiment,
    ensemble: str,
    noise: Noise,
    n_kept: int,
    threads: int,
    provenance: Provenance,
) -> None:
    """Draw trajectories from the networks' posterior; write those that are kept.

    Raises
    ------
    CheckpointError
        If the networks have no posterior.
    """
    prepare(threads)
    sequences = read_trials(trials)
    draws = infer(checkpoints, sequences, experiment, ensemble, noise, n_kept).draws
    if draws is None:
        raise CheckpointError(f"{checkpoints[0]}: a network of points, expected one of posteriors.")
    index = sequences.index_frame()
    parts = []
    for k in range(n_kept):
        columns = sequences.to_column(draws[:, k])
        values = dict(zip(experiment.parameters, columns.T, strict=True))
        parts.append(index.assign(draw=k, **values))
    # Draw by draw within a subject, so that a trajectory's trials stand together.
    whole = pd.concat(parts, ignore_index=True)
    codes = pd.factorize(whole["subject"])[0]
    table = whole.iloc[np.lexsort((whole["draw"], codes))].reset_index(drop=True)
    schema = draws_table(get_model(experiment.model).unit_of)
    write_table(table[schema.names()], output, schema, provenance)
