"""A short training of a t-RNN, to be killed: `python -m tests.faults.training_run <folder>`.

It does what the stage does, state and resumption included; says "trained" at its end.
"""

import sys
from pathlib import Path

from tests.conftest import ROOT
from trnn.config.load import load_experiments, load_run, read_yaml
from trnn.config.merge import merge
from trnn.estimators.recurrent.compute import prepare
from trnn.estimators.trnn.train import pool_of, train
from trnn.theory.agents import experiment_agents

TRAINING = {"n_steps": 1200, "steps_per_epoch": 20, "seeds": [0], "teacher": None}


def main(folder: Path) -> None:
    raw = merge(read_yaml(ROOT / "config/config.yaml"), read_yaml(ROOT / "config/tiny.yaml"))
    change = {"overrides": {"gershman": {"estimators": {"trnn": {"training": TRAINING}}}}}
    run = load_run(merge(raw, change))
    experiment = load_experiments(run, ROOT / "config/experiments")["gershman"]
    prepare(1)
    pools = []
    for split, n in (("train", 40), ("validation", 10)):
        law = experiment.train.dynamics
        agents = experiment_agents(experiment, split, law, n, run.seed)
        pools.append(pool_of(experiment, agents.sequences, agents.parameters))
    print("training", flush=True)
    train(experiment, *pools, run.seed, 0, folder / "seed0.pt", folder / "seed0.state.pt", "digest")
    print("trained", flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
