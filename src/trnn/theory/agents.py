"""An experiment's agents: which ones, under which seeds."""

from trnn.config.experiment import Experiment
from trnn.theory.dynamics import get_dynamics
from trnn.theory.models import get_model
from trnn.theory.simulate import Agents, simulate


def experiment_agents(
    experiment: Experiment,
    split: str,
    dynamics: str,
    n_agents: int,
    seed: int,
    part: int = 0,
    first: int = 0,
    detail: bool = True,
) -> Agents:
    """Simulate `n_agents` of an experiment under its dynamics called `dynamics`.

    Parameters
    ----------
    split : str
        "train", "validation" or "test"; different splits share no random number.
    part : int
        Agents beyond the table: part 0 is what the table holds, 1, 2, ... are fresh ones.
    first, detail
        As in `simulate`: a network is trained without the detail.
    """
    return simulate(
        get_model(experiment.model),
        get_dynamics(experiment.dynamics[dynamics], experiment.parameters),
        experiment.task,
        n_agents,
        seed,
        (experiment.name, "simulate", split, dynamics, part),
        prefix=dynamics.replace("_", "-"),
        first=first,
        detail=detail,
    )
