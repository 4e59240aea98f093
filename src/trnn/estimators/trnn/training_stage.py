"""The workflow's stage that trains a t-RNN."""

from pathlib import Path

import numpy as np

from trnn import progress
from trnn.config.experiment import Experiment
from trnn.estimators.recurrent.compute import prepare
from trnn.estimators.trnn.loss import term_names
from trnn.estimators.trnn.teacher import teach
from trnn.estimators.trnn.train import pool_of, train
from trnn.estimators.trnn.training_table import training
from trnn.tables.parquet import Provenance, read_table, write_table
from trnn.theory.agents_table import synthetic_trials
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
    progress.report(0, experiment.estimators.trnn.training.n_steps, "steps")
    names = tuple(experiment.parameters)
    schema = synthetic_trials(experiment.model)
    pools = []
    # Validation is by the true values and choices, whatever is taught.
    for path, taught in ((train_table, True), (validation_table, False)):
        frame = read_table(path, schema)
        truth, _, _ = pad_columns(frame, names)
        values = np.stack([truth[name] for name in names], axis=-1)
        sequences = from_frame(frame)
        # The table's agents are round 0, the same of all networks.
        targets = teach(experiment, sequences, values, run_seed, "train", 0) if taught else None
        pools.append(pool_of(experiment, sequences, values, where, targets))
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
