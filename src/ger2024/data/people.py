"""Simulated stand-ins for people, written in the studies' own file formats."""

from pathlib import Path

import pandas as pd

from ger2024.data.dezfouli import GROUPS
from ger2024.data.standin import WRITERS
from trnn.config.experiment import Experiment
from trnn.theory.agents import experiment_agents
from trnn.theory.models import get_model
from trnn.theory.simulate import to_frame


def simulate_people(
    experiment: Experiment, dataset: str, per_group: int, output: str | Path, seed: int
) -> None:
    """Write a raw file of agents in the place of people.

    They follow the experiment's training dynamics; in a study with groups, `per_group` agents
    are given to each, so groups differ by chance alone.
    """
    groups = list(GROUPS.values()) if dataset == "dezfouli" else [None]
    n_agents = per_group * len(groups)
    agents = experiment_agents(experiment, "stand_ins", experiment.train.dynamics, n_agents, seed)
    frame = to_frame(agents, get_model(experiment.model), experiment.train.dynamics)
    frame = frame.rename(columns={"arm_mean_0": "mu_0", "arm_mean_1": "mu_1"})
    subjects = pd.unique(frame["subject"])
    group_of = {subject: groups[i // per_group] for i, subject in enumerate(subjects)}
    frame["group"] = frame["subject"].map(group_of)
    columns = ["subject", "group", "block", "trial", "action", "reward", "mu_0", "mu_1"]
    WRITERS[dataset](frame[columns], output)
