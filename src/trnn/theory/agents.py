"""An experiment's agents: which ones, under which seeds, in which table."""

from pathlib import Path

import pandas as pd

from trnn.config.experiment import Experiment
from trnn.tables.parquet import Provenance, write_table
from trnn.theory.agents_table import synthetic_trials
from trnn.theory.dynamics import get_dynamics
from trnn.theory.models import get_model
from trnn.theory.simulate import Agents, simulate, to_frame


def experiment_agents(
    experiment: Experiment,
    split: str,
    dynamics: str,
    n_agents: int,
    seed: int,
    part: int = 0,
    first: int = 0,
    detail: bool = True,
) -> Agents:
    """Simulate `n_agents` of an experiment under its dynamics called `dynamics`.

    Parameters
    ----------
    split : str
        "train", "validation" or "test"; different splits share no random number.
    part : int
        Agents beyond the table: part 0 is what the table holds, 1, 2, ... are fresh ones.
    first, detail
        As in `simulate`: a network is trained without the detail.
    """
    return simulate(
        get_model(experiment.model),
        get_dynamics(experiment.dynamics[dynamics], experiment.parameters),
        experiment.task,
        n_agents,
        seed,
        (experiment.name, "simulate", split, dynamics, part),
        prefix=dynamics.replace("_", "-"),
        first=first,
        detail=detail,
    )


def simulate_stage(
    experiment: Experiment, split: str, output: str | Path, seed: int, provenance: Provenance
) -> None:
    """Write the table of a split: for "test", the agents of all its dynamics, one after another."""
    if split == "test":
        wanted = [(name, experiment.test.n_agents) for name in experiment.test.dynamics]
    else:
        sizes = {"train": experiment.train.n_agents, "validation": experiment.train.n_validation}
        wanted = [(experiment.train.dynamics, sizes[split])]
    model = get_model(experiment.model)
    frames = [
        to_frame(experiment_agents(experiment, split, name, n, seed), model, name)
        for name, n in wanted
    ]
    frame = pd.concat(frames, ignore_index=True)
    write_table(frame, output, synthetic_trials(experiment.model), provenance)
