"""The workflow's stage that trains a t-RNN."""

from pathlib import Path

import numpy as np
import torch

from trnn import progress
from trnn.config.experiment import Experiment
from trnn.estimators.recurrent.compute import prepare
from trnn.estimators.trnn.batch import Pool
from trnn.estimators.trnn.hazards import estimated_hazards
from trnn.estimators.trnn.loss import term_names
from trnn.estimators.trnn.teacher import lessons
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
    state_file = checkpoint.with_suffix(".state.pt")
    table = train(
        experiment,
        _agents(train_table, experiment, where, run_seed),
        _agents(validation_table, experiment, where, None),
        run_seed,
        training_seed,
        checkpoint,
        state_file,
        provenance.digest(),
        provenance.extra.get("code_digest", ""),
    )
    names = tuple(experiment.parameters)
    terms = term_names(experiment.estimators.trnn.network, names, estimated_hazards(experiment))
    write_table(table, history, training(names, terms), provenance)


def _agents(
    path: Path, experiment: Experiment, where: torch.device, teaching_seed: int | None
) -> Pool:
    """Return a table's agents; with a seed, taught as settings say: round 0 of all networks.

    Without, as for validation, by their true values and choices, whatever is taught.
    """
    several = bool(estimated_hazards(experiment))
    frame = read_table(path, synthetic_trials(experiment.model, own_hazards=several))
    names = tuple(experiment.parameters)
    truth, _, _ = pad_columns(frame, names)
    values = np.stack([truth[name] for name in names], axis=-1)
    sequences = from_frame(frame)
    hazard = frame.drop_duplicates("subject")["hazard"].to_numpy() if several else None
    del frame, truth  # they take as much memory as the pool
    targets = None
    if teaching_seed is not None:
        targets = lessons(experiment, sequences, values, teaching_seed, "train", 0)
    return pool_of(experiment, sequences, values, where, targets, hazard)
