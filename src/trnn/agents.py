"""An experiment's agents: which ones, under which seeds."""

from trnn.config.experiment import Experiment
from trnn.dynamics import get_dynamics
from trnn.models import get_model
from trnn.simulate import Agents, simulate


def experiment_agents(
    experiment: Experiment, split: str, dynamics: str, n_agents: int, seed: int, part: int = 0
) -> Agents:
    """Simulate `n_agents` of an experiment under its dynamics called `dynamics`.

    Parameters
    ----------
    split : str
        "train", "validation" or "test"; different splits share no random number.
    part : int
        Agents beyond the table: part 0 is what the table holds, 1, 2, ... are fresh ones.
    """
    return simulate(
        get_model(experiment.model),
        get_dynamics(experiment.dynamics[dynamics], experiment.parameters),
        experiment.task,
        n_agents,
        seed,
        (experiment.name, "simulate", split, dynamics, part),
        prefix=dynamics,
    )
