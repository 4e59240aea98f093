"""The workflow's stages of the t-RNN: train, and infer."""

from pathlib import Path

import numpy as np

from trnn.config.experiment import Experiment
from trnn.estimates import estimates_frame
from trnn.rnn.compute import prepare
from trnn.rnn.infer import infer
from trnn.rnn.train import pool_of, train
from trnn.schemas import estimates, synthetic_trials, training
from trnn.sequences import from_frame, pad_columns
from trnn.tables import Provenance, read_table, write_table


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
    write_table(table, history, training(names), provenance)


def infer_stage(
    checkpoints: list[Path],
    trials: Path,
    output: Path,
    parameters: tuple[str, ...],
    ensemble: str,
    threads: int,
    provenance: Provenance,
) -> None:
    """Apply trained networks to a trial table; write the estimates."""
    prepare(threads)
    frame = read_table(trials, columns=["subject", "block", "trial", "action", "reward"])
    sequences = from_frame(frame)
    p_action_0, values = infer(checkpoints, sequences, parameters, ensemble)
    table = estimates_frame(sequences, parameters, p_action_0, values, source="the t-RNN")
    write_table(table, output, estimates(parameters, spread=False), provenance)
