"""The workflow's stage of the d-RNN: train a cohort's folds and predict the people held out."""

from pathlib import Path

import numpy as np
import pandas as pd

from trnn.config.drnn import ALL
from trnn.config.experiment import Experiment
from trnn.errors import TableError
from trnn.estimators.drnn.checkpoint import write_checkpoint
from trnn.estimators.drnn.cohort import train_all
from trnn.estimators.drnn.drnn_table import DRNN_TRAINING
from trnn.estimators.drnn.folds import make_plan
from trnn.estimators.estimates import estimates_frame
from trnn.estimators.predictions_table import PREDICTIONS
from trnn.estimators.recurrent.compute import prepare
from trnn.seeds import generator, seed_sequence
from trnn.tables.parquet import Provenance, write_table
from trnn.trials.read import TRIAL_COLUMNS, read_trial_table
from trnn.trials.sequences import from_frame


def train_drnn(
    trials: Path,
    output: Path,
    checkpoint: Path,
    history: Path,
    experiment: Experiment,
    cohort: str,
    run_seed: int,
    threads: int,
    device: str,
    provenance: Provenance,
) -> None:
    """Write the predictions for a cohort's people, each by networks that have not seen them.

    Parameters
    ----------
    trials : path
        The people's trials.
    output, checkpoint, history : path
        Estimates of the cohort's people, the networks' weights and folds, losses by epoch.
    cohort : str
        A diagnosis group, or "all".
    run_seed : int
        Folds and first weights depend on it, the experiment's name and the cohort.

    Raises
    ------
    TableError
        If the cohort has too few people.
    """
    where = prepare(threads, device)
    settings = experiment.estimators.drnn
    assert settings is not None
    sequences = from_frame(read_cohort(trials, cohort))
    keys = (experiment.name, "drnn", cohort)
    plan = make_plan(
        len(sequences.subjects),
        settings.folds,
        settings.members,
        generator(run_seed, *keys, "folds"),
    )
    seeds = [
        int(seed_sequence(run_seed, *keys, "weights", int(f), int(m)).generate_state(1)[0])
        for f, m in zip(plan.fold, plan.member, strict=True)
    ]
    trained = train_all(sequences, plan, seeds, settings, where)
    frame = estimates_frame(
        sequences,
        (),
        trained.p_action_0,
        np.empty((len(plan.test[0]), 0)),
        source=f"the d-RNN of cohort '{cohort}'",
    )
    write_table(frame, output, PREDICTIONS, provenance)
    write_checkpoint(
        checkpoint,
        experiment,
        trained.weights,
        plan,
        sequences.subjects,
        run_seed,
        provenance.digest(),
    )
    write_table(trained.history, history, DRNN_TRAINING, provenance)


def read_cohort(trials: Path, cohort: str) -> pd.DataFrame:
    """Return the trials of a group's people, or of all; TableError if there are none."""
    frame = read_trial_table(trials, [*TRIAL_COLUMNS, "group"])
    if cohort == ALL:
        return frame
    own = frame[frame["group"] == cohort].reset_index(drop=True)
    if own.empty:
        groups = sorted(frame["group"].dropna().unique())
        raise TableError(f"{trials}: nobody of group '{cohort}'; there are {groups}.")
    return own
