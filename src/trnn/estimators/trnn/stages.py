"""The workflow's stages of the t-RNN: train, infer, draw."""

from pathlib import Path

import numpy as np
import pandas as pd

from trnn.config.experiment import Experiment
from trnn.errors import CheckpointError
from trnn.estimators.estimates import estimates_frame
from trnn.estimators.estimates_table import draws as draws_schema
from trnn.estimators.estimates_table import estimates
from trnn.estimators.trnn.compute import prepare
from trnn.estimators.trnn.infer import Noise, infer
from trnn.estimators.trnn.loss import term_names
from trnn.estimators.trnn.train import pool_of, train
from trnn.estimators.trnn.training_table import training
from trnn.tables.parquet import Provenance, read_table, write_table
from trnn.theory.agents_table import synthetic_trials
from trnn.trials.read import read_trials
from trnn.trials.sequences import from_frame, pad_columns


def train_stage(
    train_table: Path,
    validation_table: Path,
    checkpoint: Path,
    history: Path,
    experiment: Experiment,
    run_seed: int,
    training_seed: int,
    threads: int,
    device: str,
    provenance: Provenance,
) -> None:
    """Train one network from the tables of agents; write its checkpoint and its history."""
    where = prepare(threads, device)
    names = tuple(experiment.parameters)
    schema = synthetic_trials(experiment.model)
    pools = []
    for path in (train_table, validation_table):
        frame = read_table(path, schema)
        truth, _, _ = pad_columns(frame, names)
        values = np.stack([truth[name] for name in names], axis=-1)
        pools.append(pool_of(experiment, from_frame(frame), values, where))
    state_file = checkpoint.with_suffix(".state.pt")
    table = train(
        experiment,
        pools[0],
        pools[1],
        run_seed,
        training_seed,
        checkpoint,
        state_file,
        provenance.digest(),
    )
    terms = term_names(experiment.estimators.trnn.network, names)
    write_table(table, history, training(names, terms), provenance)


def infer_stage(
    checkpoints: list[Path],
    trials: Path,
    output: Path,
    experiment: Experiment,
    ensemble: str,
    noise: Noise,
    threads: int,
    provenance: Provenance,
) -> None:
    """Apply trained networks to a trial table; write the estimates."""
    prepare(threads)
    sequences = read_trials(trials)
    said = infer(checkpoints, sequences, experiment, ensemble, noise)
    names = tuple(experiment.parameters)
    more = {} if said.p_theory_0 is None else {"p_theory_0": said.p_theory_0}
    if said.disagreement is not None:
        of_parameters = np.moveaxis(said.disagreement, 2, 0)
        more |= {f"{n}_disagreement": d for n, d in zip(names, of_parameters, strict=True)}
    table = estimates_frame(
        sequences, names, said.p_action_0, said.values, said.posterior, more, source="the t-RNN"
    )
    spread = said.posterior is not None
    schema = estimates(names, spread, smooth=said.p_action_0 is None, network=spread)
    write_table(table, output, schema, provenance)


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
    schema = draws_schema(tuple(experiment.parameters))
    write_table(table[schema.names()], output, schema, provenance)
