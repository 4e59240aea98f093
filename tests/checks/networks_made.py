"""Networks that have hardly been trained, for checks that ask how they are applied."""

from pathlib import Path

from trnn.config.experiment import Experiment
from trnn.estimators.trnn.train import pool_of, train
from trnn.theory.agents import experiment_agents


def made_networks(experiment: Experiment, folder: Path) -> list[Path]:
    """Train two networks on a dozen agents; return their checkpoints."""
    agents = experiment_agents(experiment, "train", experiment.train.dynamics, 12, seed=1)
    pool = pool_of(experiment, agents.sequences, agents.parameters)
    paths = [folder / f"seed{seed}.pt" for seed in (0, 1)]
    for seed, path in enumerate(paths):
        train(experiment, pool, pool, 1, seed, path, folder / f"{seed}.state.pt", "d")
    return paths
