"""Calibration of networks on many fresh agents.

Particle filters are slow, so all estimators are compared on a few hundred test agents. These give
the coverage in a tenth of the session to about 3 percentage points, too little to tell a calibrated
posterior from one that is not. Networks are fast and can be applied to thousands of agents; no
table of these agents is kept.
"""

import logging
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from trnn.checks.calibration.calibration_table import CALIBRATION_FRESH
from trnn.checks.calibration.dynamics import of_kind
from trnn.checks.calibration.rows import calibration_frame, calibration_rows
from trnn.config.experiment import Experiment
from trnn.estimators.recurrent.compute import prepare
from trnn.estimators.trnn.infer import MEND, apply_network, bound_network
from trnn.estimators.trnn.pit import share_below
from trnn.estimators.trnn.posterior_network import AnyNetwork
from trnn.estimators.trnn.summaries import ensemble
from trnn.tables.parquet import Provenance, write_table
from trnn.theory.agents import experiment_agents
from trnn.theory.models import get_model
from trnn.theory.quantiles import PROBABILITIES
from trnn.theory.simulate import Agents
from trnn.trials.checks import check_finite

log = logging.getLogger(__name__)

Array = np.ndarray

SPLIT = "calibration"  # a split of its own, so that no other agents share its random numbers
AGENTS_AT_ONCE = 50


def calibration_fresh_stage(
    checkpoints: Mapping[str, Sequence[str | Path]],
    output: str | Path,
    experiment: Experiment,
    n_agents: int,
    seed: int,
    n_resamples: int,
    threads: int,
    provenance: Provenance,
) -> None:
    """Write the calibration of networks on fresh agents, for each switching dynamics of the test.

    `n_agents` agents are simulated under each of these dynamics.

    Parameters
    ----------
    checkpoints : network -> its checkpoints, which are applied together
        Networks without a posterior are left out.
    experiment : Experiment
        Its model, its parameters, its task and the dynamics of its test agents are used.

    Raises
    ------
    CheckpointError
        If a checkpoint is unreadable.
    NumericalError
        If a network's output is not finite; the message names the network, the agent and the
        trial. (Otherwise it would count as a true value outside every interval.)
    """
    prepare(threads)
    networks = {
        name: [bound_network(Path(path), experiment)[0] for path in paths]
        for name, paths in checkpoints.items()
    }
    networks = {n: own for n, own in networks.items() if own[0].settings.posterior is not None}
    switching = of_kind(experiment, "switching")
    trials = []
    for dynamics in switching:
        for first in range(0, n_agents, AGENTS_AT_ONCE):
            n = min(AGENTS_AT_ONCE, n_agents - first)
            agents = experiment_agents(
                experiment, SPLIT, dynamics, n, seed, first=first, detail=False
            )
            trials.append(_standing(agents, dynamics, networks, experiment))
        log.info("%s: %d agents", dynamics, n_agents)
    table = pd.concat(trials, ignore_index=True)

    def standing(estimator: str, parameter: str) -> tuple[Array, Array]:
        own = table[f"{estimator} {parameter}"].to_numpy()
        return own, np.broadcast_to(np.array(PROBABILITIES), (len(own), len(PROBABILITIES)))

    rows = calibration_rows(
        table, list(networks), list(experiment.parameters), standing, switching, experiment.name,
        seed, n_resamples,
    )  # fmt: skip
    write_table(calibration_frame(rows), output, CALIBRATION_FRESH, provenance)


def _standing(
    agents: Agents,
    dynamics: str,
    networks: Mapping[str, Sequence[AnyNetwork]],
    experiment: Experiment,
) -> pd.DataFrame:
    """Return the true values of each trial, and where they stand in each network's posterior.

    Columns are subject, dynamics, each parameter, and for each network `<network> <parameter>`: the
    posterior probability of a value below the true one.
    """
    sequences, names = agents.sequences, list(experiment.parameters)
    valid, model = sequences.valid, get_model(experiment.model)
    subjects = np.repeat(np.array(sequences.subjects, dtype=object), sequences.lengths)
    out = pd.DataFrame({"subject": subjects, "dynamics": dynamics})
    out[names] = agents.parameters[valid]
    ranges = list(experiment.parameters.values())
    for name, own in networks.items():
        outputs = [apply_network(network, sequences, model).posterior for network in own]
        together = ensemble([posterior for posterior in outputs if posterior is not None])
        below = share_below(together, agents.parameters, ranges)
        for p, parameter in enumerate(names):
            what = f"network '{name}': the posterior probability of a smaller {parameter}"
            check_finite(sequences, below[:, :, p], what, MEND)
            out[f"{name} {parameter}"] = below[:, :, p][valid]
    return out
