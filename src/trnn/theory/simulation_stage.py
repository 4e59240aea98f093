"""The workflow's stage of simulated agents: the table of a split."""

from pathlib import Path

import numpy as np
import pandas as pd

from trnn.config.dynamics import DynamicsSettings, Switching
from trnn.config.experiment import Experiment
from trnn.config.hazards import hazards_in, own_hazards
from trnn.tables.parquet import Provenance, write_table
from trnn.theory.agents import experiment_agents
from trnn.theory.agents_table import synthetic_trials
from trnn.theory.models import get_model
from trnn.theory.simulate import to_frame


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
    several = any(own_hazards(experiment.dynamics[name]) for name, _ in wanted)
    if several:
        for (name, _), frame in zip(wanted, frames, strict=True):
            _with_hazard(frame, experiment.dynamics[name])
    frame = pd.concat(frames, ignore_index=True)
    schema = synthetic_trials(experiment.model, experiment.task, own_hazards=several)
    write_table(frame, output, schema, provenance)


def _with_hazard(frame: pd.DataFrame, dynamics: DynamicsSettings) -> None:
    """Add the hazard that all agents share, null if they have none, where each has not its own."""
    if "hazard" not in frame:
        shared = hazards_in(dynamics.hazard)[0] if isinstance(dynamics, Switching) else np.nan
        frame["hazard"] = shared
