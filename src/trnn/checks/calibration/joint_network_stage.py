"""The workflow's stage of the joint calibration of a network, on agents like those it learned from.

Its draws are independent ones from the mixtures that it outputs.
"""

import logging
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from trnn.checks.calibration.joint_agents import N_DRAWS, ranks_of_agents
from trnn.checks.calibration.joint_rows import joint_frame, no_rows
from trnn.checks.calibration.joint_table import JOINT_CALIBRATION
from trnn.config.experiment import Experiment
from trnn.estimators.recurrent.compute import prepare
from trnn.estimators.trnn.infer import MEND, apply_network, bound_network
from trnn.estimators.trnn.posterior_network import AnyNetwork
from trnn.estimators.trnn.summaries import Mixtures, draw, ensemble
from trnn.seeds import generators
from trnn.tables.parquet import Provenance, write_table
from trnn.theory.models import get_model
from trnn.trials.checks import check_finite
from trnn.trials.sequences import Sequences

log = logging.getLogger(__name__)

Array = np.ndarray


def joint_network_stage(
    checkpoints: Sequence[str | Path],
    output: str | Path,
    experiment: Experiment,
    network: str,
    n_agents: int,
    seed: int,
    threads: int,
    provenance: Provenance,
) -> None:
    """Write the joint calibration of a network on fresh agents.

    Parameters
    ----------
    checkpoints : the network's, which are applied together
        The table of a network without a posterior has no rows.
    experiment : Experiment
        Its model, parameters and task, and one dynamics: that which the network was trained on.

    Raises
    ------
    CheckpointError
        If a checkpoint is unreadable.
    NumericalError
        If a network's output is not finite; the message names network, agent and trial.
    """
    prepare(threads)
    networks = [bound_network(Path(path), experiment)[0] for path in checkpoints]
    write_table(
        _frame(networks, experiment, network, n_agents, seed), output, JOINT_CALIBRATION, provenance
    )


def _frame(
    networks: Sequence[AnyNetwork], experiment: Experiment, name: str, n_agents: int, seed: int
) -> pd.DataFrame:
    if networks[0].settings.posterior is None:
        log.info("%s: it has no posterior", name)
        return no_rows()
    (dynamics,) = experiment.dynamics

    def drawn(sequences: Sequences, trials: Array) -> Array:
        return network_draws(networks, sequences, experiment, trials, N_DRAWS, name, seed)

    ranks, picked = ranks_of_agents(drawn, experiment, dynamics, n_agents, seed)
    return joint_frame(ranks, picked, list(experiment.parameters), name, dynamics)


def network_draws(
    networks: Sequence[AnyNetwork],
    sequences: Sequences,
    experiment: Experiment,
    trials: Array,
    n_draws: int,
    name: str,
    seed: int,
) -> Array:
    """Return independent draws from the networks' posterior on some trials, (n, m, n_draws, d).

    Parameters
    ----------
    trials : (n, m) of int
        Trials of each agent's session; draws of a trial -1 mean nothing.
    name : str
        The network's, for its random numbers and for errors.
    """
    n, m = trials.shape
    model, ranges = get_model(experiment.model), list(experiment.parameters.values())
    outputs = [apply_network(network, sequences, model) for network in networks]
    for output in outputs:
        for parameter, mean in zip(experiment.parameters, output.values, strict=True):
            what = f"network '{name}': the posterior mean of {parameter}"
            check_finite(sequences, mean.numpy().T, what, MEND)
    together = ensemble([o.posterior for o in outputs if o.posterior is not None])
    noise = np.empty((1 + len(ranges), n, m, n_draws))
    for i, rng in enumerate(generators(seed, [experiment.name, name, "draws"], sequences.subjects)):
        noise[0, i] = rng.random((m, n_draws))
        noise[1:, i] = rng.standard_normal((len(ranges), m, n_draws))
    chosen = _chosen(together, trials)
    drawn = draw(chosen, noise.reshape(1 + len(ranges), n * m, n_draws), ranges)
    return np.moveaxis(drawn[:, 0], 0, -1).reshape(n, m, n_draws, len(ranges))


def _chosen(mixtures: Mixtures, trials: Array) -> Mixtures:
    """Return the mixtures of chosen trials (n, m) as those of n m subjects of one trial each."""
    rows = np.arange(len(trials))[:, None]

    def pick(array: Array) -> Array:
        # (..., t, n) to (..., 1, n m)
        own = array[..., np.maximum(trials, 0), rows]
        return own.reshape(*array.shape[:-2], 1, trials.size)

    factor = [[pick(entry) for entry in row] for row in mixtures.factor]
    return Mixtures(pick(mixtures.weights), pick(mixtures.means), factor)
