"""Posteriors on every trial by the project: its network, and the filter of the agents' dynamics."""

import tempfile
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks import problems
from benchmarks.peers.agents import KEY, MODEL, SEED, experiment, tested
from benchmarks.peers.rows import PROJECT, judged, rows
from benchmarks.peers.session_inputs import session_targets
from benchmarks.peers.sizes import SIZES
from benchmarks.peers.timing import spent
from benchmarks.peers.trials import SECTION, of_hundred
from trnn.config.experiment import Experiment
from trnn.estimators.filter.particle_filter import particle_filter
from trnn.estimators.recurrent.compute import prepare
from trnn.estimators.recurrent.tensors import as_tensor
from trnn.estimators.trnn.checkpoint import read_checkpoint
from trnn.estimators.trnn.infer import Noise, apply_network, infer
from trnn.estimators.trnn.posterior import log_density
from trnn.estimators.trnn.teacher import lessons
from trnn.estimators.trnn.train import pool_of, train
from trnn.theory.agents import experiment_agents
from trnn.theory.motions import motions_of
from trnn.theory.simulate import Agents


def measure() -> list[dict[str, Any]]:
    """Return the rows of the project."""
    prepare(1)
    agents = tested("switching", SIZES.tested_agents)
    return _network(agents) + _filter(agents)


def _experiment(n_steps: int, n_agents: int) -> Experiment:
    training = {"n_steps": n_steps, "seeds": [0]}
    own = {"train": {"n_agents": n_agents, "n_validation": min(400, n_agents)}}
    return problems.changed(experiment(), estimators={"trnn": {"training": training}}, **own)


def _trained(own: Experiment, folder: Path) -> Path:
    """Train one network as the workflow's job does, its agents simulated and taught first."""

    def pool(split: str, n: int, taught: bool) -> Any:
        made = experiment_agents(own, split, own.train.dynamics, n, SEED, detail=False)
        pair = (own, made.sequences, made.parameters)
        return pool_of(*pair, targets=lessons(*pair, SEED, split, 0) if taught else None)

    checkpoint = folder / "network.pt"
    pools = (
        pool("train", own.train.n_agents, True),
        pool("validation", own.train.n_validation, False),
    )
    train(own, *pools, SEED, 0, checkpoint, folder / "state.pt", "")
    return checkpoint


def _network(agents: Agents) -> list[dict[str, Any]]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        _trained(_experiment(1, 8), folder)  # compiles
        own = _experiment(SIZES.steps, SIZES.train_agents)
        checkpoint, training = spent(lambda: _trained(own, folder))
        noise = Noise(SIZES.posterior_draws, SEED, (KEY,))

        def run(n: int) -> Any:
            return infer([checkpoint], agents.sequences.rows(0, n), experiment(), "first", noise)

        run(1)
        found, seconds = spent(lambda: run(SIZES.tested_agents))
        network, _ = read_checkpoint(checkpoint)
    output = apply_network(network, agents.sequences, MODEL)
    truth = as_tensor(session_targets(agents.parameters).transpose(2, 1, 0))
    density = log_density(output.posterior, truth).double().numpy().T
    posterior = found.posterior
    scores = judged(posterior.mean, agents.parameters, posterior.quantiles, density)
    scores |= {"s of training": training, "s for 100 agents": of_hundred(seconds)}
    return rows(SECTION, f"{PROJECT}: t-RNN, one network, {SIZES.steps:,} steps", "project", scores)


def _filter(agents: Agents) -> list[dict[str, Any]]:
    own = experiment()
    motions = motions_of(own.dynamics["switching"], own.parameters)

    def run(n: int) -> Any:
        few = agents.sequences.rows(0, n)
        return particle_filter(MODEL, motions, few, own.estimators.bayes, SEED, KEY)

    run(1)
    found, seconds = spent(lambda: run(SIZES.tested_agents))
    scores = judged(found.posterior.mean, agents.parameters, found.posterior.quantiles)
    scores |= {"s of training": np.nan, "s for 100 agents": of_hundred(seconds)}
    return rows(SECTION, f"{PROJECT}: `bayes`", "project", scores)
