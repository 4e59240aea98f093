"""Simulated stand-ins for people, written in their data set's own file format."""

from pathlib import Path

import pandas as pd

from trnn.config.experiment import Experiment
from trnn.data.registry import Dataset
from trnn.data.write_people import write_people
from trnn.theory.agents import experiment_agents
from trnn.theory.models import get_model
from trnn.theory.simulate import to_frame
from trnn.trials.sequences import OTHER_REWARD

_COLUMNS = ["subject", "group", "block", "trial", "action", "reward", "mu_0", "mu_1"]


def simulate_people(
    experiment: Experiment, dataset: Dataset, per_group: int, output: str | Path, seed: int
) -> None:
    """Write a raw file of agents in the place of people.

    They follow the experiment's training dynamics; in a data set with groups, `per_group` agents
    are given to each, so groups differ by chance alone.
    """
    groups: list[str | None] = [*dataset.groups] or [None]
    n_agents = per_group * len(groups)
    agents = experiment_agents(experiment, "stand_ins", experiment.train.dynamics, n_agents, seed)
    frame = to_frame(agents, get_model(experiment.model), experiment.train.dynamics)
    frame = frame.rename(columns={"arm_mean_0": "mu_0", "arm_mean_1": "mu_1"})
    subjects = pd.unique(frame["subject"])
    group_of = {subject: groups[i // per_group] for i, subject in enumerate(subjects)}
    frame["group"] = frame["subject"].map(group_of)
    shown = [OTHER_REWARD] if experiment.task.full_feedback else []
    write_people(frame[_COLUMNS + shown], dataset, output)
