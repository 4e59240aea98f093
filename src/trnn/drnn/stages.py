"""The workflow's stage of the d-RNN: train a cohort's folds and predict the people held out."""

from pathlib import Path

import numpy as np
import pandas as pd
import torch

from trnn.config.experiment import Experiment
from trnn.drnn.checkpoint import write_checkpoint
from trnn.drnn.folds import Plan, make_plan
from trnn.drnn.network import Networks
from trnn.drnn.schemas import DRNN_TRAINING
from trnn.drnn.train import people_of, predict, train_networks
from trnn.errors import TableError
from trnn.estimates import TRIAL_COLUMNS, estimates_frame
from trnn.rnn.features import n_inputs
from trnn.schemas import estimates
from trnn.seeds import generator, seed_sequence
from trnn.sequences import Sequences, from_frame
from trnn.tables import Provenance, read_table, write_table

Array = np.ndarray

ALL = "all"


def train_drnn(
    trials: Path,
    output: Path,
    checkpoint: Path,
    history: Path,
    experiment: Experiment,
    cohort: str,
    run_seed: int,
    threads: int,
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
    torch.set_num_threads(threads)
    settings = experiment.estimators.drnn
    assert settings is not None
    sequences = from_frame(read_cohort(trials, cohort))
    people = people_of(sequences, settings)
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
    networks = Networks(n_inputs(settings), settings.hidden_units, settings.symmetric, seeds)
    rows = train_networks(networks, people, plan, settings)
    logit = predict(networks, people, settings.window)
    p_action_0 = held_out_mean(torch.sigmoid(logit.double()).numpy(), plan)
    frame = drnn_frame(sequences, p_action_0)
    write_table(frame, output, estimates((), spread=False), provenance)
    write_checkpoint(checkpoint, experiment, networks, plan, sequences.subjects, run_seed)
    write_table(pd.DataFrame(rows), history, DRNN_TRAINING, provenance)


def read_cohort(trials: Path, cohort: str) -> pd.DataFrame:
    """Return the trials of a group's people, or of all; TableError if there are none."""
    frame = read_table(trials, columns=[*TRIAL_COLUMNS, "group"])
    if cohort == ALL:
        return frame
    own = frame[frame["group"] == cohort].reset_index(drop=True)
    if own.empty:
        groups = sorted(frame["group"].dropna().unique())
        raise TableError(f"{trials}: nobody of group '{cohort}'; there are {groups}.")
    return own


def held_out_mean(probability: Array, plan: Plan) -> Array:
    """Return each person's mean probability over the networks that are tested on them.

    Parameters
    ----------
    probability : (t, n_networks, n)

    Returns
    -------
    (n, t)
    """
    weight = plan.test / plan.test.sum(axis=0)
    return np.einsum("tkn,kn->nt", probability, weight)


def drnn_frame(sequences: Sequences, p_action_0: Array) -> pd.DataFrame:
    """Return the estimates table, which has no parameters."""
    return estimates_frame(sequences, (), p_action_0, np.empty((len(p_action_0), 0)))
