"""The workflow's stage of the joint calibration of a particle filter, on agents of its dynamics."""

from pathlib import Path
from typing import Literal

import numpy as np

from trnn.checks.calibration.joint_agents import N_DRAWS, ranks_of_agents
from trnn.checks.calibration.joint_rows import joint_frame
from trnn.checks.calibration.joint_table import JOINT_CALIBRATION
from trnn.config.estimators import ParticleFilter
from trnn.config.experiment import Experiment
from trnn.estimators.filter.posterior_draws import posterior_draws
from trnn.tables.parquet import Provenance, write_table
from trnn.theory.models import get_model
from trnn.theory.motions import motions_of
from trnn.trials.sequences import Sequences

Array = np.ndarray


def joint_filter_stage(
    output: str | Path,
    experiment: Experiment,
    which: Literal["filter", "bayes"],
    n_agents: int,
    seed: int,
    provenance: Provenance,
) -> None:
    """Write the joint calibration of estimator `which` on fresh agents of the dynamics it assumes.

    Raises
    ------
    NumericalError
        As `posterior_draws`.
    """
    settings: ParticleFilter = getattr(experiment.estimators, which)
    motions = motions_of(experiment.dynamics[settings.dynamics], experiment.parameters)
    model = get_model(experiment.model)
    keys = (experiment.name, which, "joint calibration")

    def drawn(sequences: Sequences, trials: Array) -> Array:
        return posterior_draws(model, motions, sequences, settings, trials, N_DRAWS, seed, *keys)

    ranks, picked = ranks_of_agents(drawn, experiment, settings.dynamics, n_agents, seed)
    frame = joint_frame(ranks, picked, list(experiment.parameters), which, settings.dynamics)
    write_table(frame, output, JOINT_CALIBRATION, provenance)
