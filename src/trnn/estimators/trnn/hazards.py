"""The hazards of which agents have one of their own: which a network estimates."""

from collections.abc import Sequence

import numpy as np

from trnn.config.experiment import Experiment
from trnn.config.hazards import own_hazards

Array = np.ndarray


def estimated_hazards(experiment: Experiment) -> tuple[float, ...]:
    """Return the hazards whose probabilities a t-RNN outputs; none where all agents share one.

    The published architecture gives points of parameters alone, and stays as it was published; so
    do networks of the study's own, whose experiment names no settings of networks.
    """
    if "estimators" not in experiment.model_fields_set:
        return ()
    if experiment.estimators.trnn.network.posterior is None:
        return ()
    return own_hazards(experiment.dynamics[experiment.train.dynamics])


def as_probabilities(hazard: Array | None, hazards: Sequence[float]) -> Array:
    """Return agents' own hazards (n,) as probabilities of each of the h hazards, (n, h): 1 or 0.

    Raises
    ------
    ValueError
        If they are not known, or an agent has none of the hazards.
    """
    if hazard is None:
        raise ValueError(
            f"agents have one of the hazards {list(hazards)}, but which is not known. Give the "
            "hazard of each, as `Agents.hazard` or the column `hazard` of their table has it"
        )
    own = np.asarray(hazard, dtype=np.float64)[:, None] == np.array(hazards)
    if not own.any(axis=1).all():
        found = np.asarray(hazard)[~own.any(axis=1)][0]
        raise ValueError(
            f"an agent has the hazard {found}, but those of the training are {list(hazards)}. "
            "Simulate the agents anew"
        )
    return own.astype(np.float32)
