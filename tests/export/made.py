"""An experiment's folder as a run leaves it, made without running anything: nobody's data."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from scipy.special import ndtr, ndtri

from tests.anybody.made import trials
from trnn.config.experiment import Experiment
from trnn.config.views import pick
from trnn.estimators.estimates import estimates_frame
from trnn.estimators.estimates_table import estimates
from trnn.estimators.posterior import Posterior
from trnn.estimators.posterior_columns import posterior_columns
from trnn.estimators.trnn.checkpoint import new_network, write_checkpoint
from trnn.estimators.trnn.infer import Noise
from trnn.estimators.trnn.inference_stage import infer_stage
from trnn.tables.parquet import Provenance, write_table
from trnn.tables.schema import FLOAT, INTEGER, STRING, Column, TableSchema
from trnn.theory.models import get_model
from trnn.theory.quantiles import PROBABILITIES
from trnn.trials.sequences import Sequences, from_frame
from trnn.workflow.records import Results

NAME = "mine"
MADE = Provenance({}, 1, "simulated")
PEOPLE = TableSchema(
    "people",
    "",
    "a trial",
    (
        Column("subject", STRING, "the person"),
        Column("group", STRING, "the group", allowed=("old", "young")),
        Column("block", INTEGER, "block", low=0),
        Column("trial", INTEGER, "trial", low=0),
        Column("action", INTEGER, "the action made", allowed=(0, 1)),
        Column("reward", FLOAT, "whether it paid", "reward"),
    ),
)


def people() -> pd.DataFrame:
    """Three people of two groups; the second has a block less."""
    parts = [
        trials(i, n_blocks=1 if i == 1 else 2, n_trials=7).assign(
            subject=f"p-{i}", group="young" if i else "old"
        )
        for i in range(3)
    ]
    frame = pd.concat(parts, ignore_index=True)
    frame[["block", "trial"]] -= 1
    return frame.astype({"reward": float, "subject": "str", "group": "str"})[PEOPLE.names()]


def normal_scores(sequences: Sequences, experiment: Experiment, seed: int) -> Posterior:
    """Posteriors that are normal on the scale of normal scores, with exact moments."""
    rng = np.random.default_rng(seed)
    n, t = sequences.valid.shape
    ranges = list(experiment.parameters.values())
    low = np.array([r.low for r in ranges])
    width = np.array([r.high - r.low for r in ranges])
    m, s = rng.normal(0, 0.6, (n, t, len(ranges))), rng.uniform(0.2, 0.6, (n, t, len(ranges)))
    z = ndtri(np.array(PROBABILITIES))
    grid = ndtr(m[..., None] + s[..., None] * ndtri((np.arange(4000) + 0.5) / 4000))
    quantiles = ndtr(m[..., None] + s[..., None] * z)
    return Posterior(
        low + width * grid.mean(axis=-1),
        width * grid.std(axis=-1),
        low[:, None] + width[:, None] * quantiles,
    )


def write_run(results: Path, experiment: Experiment, network: bool = False) -> Path:
    """Write people, a filter's and a smoother's estimates, a fit; and, if wanted, a network's."""
    folder = results / NAME
    frame = people()
    write_table(frame, folder / "human/trials.parquet", PEOPLE, MADE)
    sequences, names = from_frame(frame), tuple(experiment.parameters)
    unit_of = get_model(experiment.model).unit_of
    p = np.random.default_rng(3).uniform(0.2, 0.8, sequences.valid.shape)
    for seed, name in enumerate(("bayes", "bayes_smooth")):
        posterior = normal_scores(sequences, experiment, seed)
        smooth = name == "bayes_smooth"
        table = estimates_frame(
            sequences,
            names,
            None if smooth else p,
            posterior.mean,
            posterior_columns(names, posterior),
        )
        path = folder / f"estimates/{name}/human.parquet"
        write_table(table, path, estimates(unit_of, spread=True, smooth=smooth), MADE)
    fitted = np.array([[(r.low + r.high) / 3 for r in experiment.parameters.values()]] * 3)
    table = estimates_frame(sequences, names, p, fitted)
    path = folder / "estimates/mle/human.parquet"
    write_table(table, path, estimates(unit_of, spread=False), MADE)
    known: dict[str, Any] = {"params": {"experiment": pick(experiment)}, "inputs": {}}
    record(results, known)
    if network:
        write_network(results, experiment, known)
    return folder


def write_network(results: Path, experiment: Experiment, known: dict[str, Any]) -> None:
    """Write the estimates of a network that knows nothing, and its checkpoint."""
    folder = results / NAME
    checkpoint, path = folder / "checkpoints/trnn/seed0.pt", folder / "estimates/trnn/human.parquet"
    weights = new_network(experiment, 1, 0).state_dict()
    write_checkpoint(checkpoint, experiment, weights, 1, 0, "digest")
    trial_table = folder / "human/trials.parquet"
    noise = Noise(20, 1, (NAME, "trnn", "human"))
    infer_stage([checkpoint], trial_table, path, experiment, "mean", noise, 1, MADE)
    inputs = {f"{NAME}/human/trials.parquet": "", f"{NAME}/checkpoints/trnn/seed0.pt": ""}
    params = {**known["params"], "ensemble": "mean"}
    Results(results).write([path], json.loads(json.dumps({"params": params, "inputs": inputs})))


def record(results: Path, job: dict[str, Any]) -> None:
    """Write the records of all tables."""
    Results(results).write(sorted((results / NAME).rglob("*.parquet")), job)
