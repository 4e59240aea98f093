"""What networks were trained for, in words."""

from trnn.config.experiment import Experiment
from trnn.config.hazards import own_hazards


def dynamics_words(experiment: Experiment) -> str:
    """Return the dynamics of the agents that networks were trained on, in words."""
    dynamics = experiment.dynamics[experiment.train.dynamics].model_dump()
    if own_hazards(experiment.dynamics[experiment.train.dynamics]):
        dynamics["hazard"] = f"of each agent's own, any of {dynamics['hazard']} equally likely"
    return ", ".join(f"{k} {v}" for k, v in dynamics.items() if v not in (None, "", 0))
