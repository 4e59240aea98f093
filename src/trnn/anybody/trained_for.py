"""What networks were trained for, in words."""

from trnn.config.experiment import Experiment
from trnn.config.task import GaussianTask


def task_words(experiment: Experiment) -> str:
    """Return the task that networks were trained on, in words."""
    task = experiment.task
    length = task.trials_per_block
    trials = f"{length}" if isinstance(length, int) else f"about {length.mean:g}"
    told = f"{task.n_blocks} blocks of {trials} trials; "
    if isinstance(task, GaussianTask):
        return told + (
            f"rewards of SD {task.reward_sd:g} around arms' means of SD {task.arm_mean_sd:g}"
        )
    pairs = ", ".join(f"{a:g} and {b:g}" for a, b in task.arm_probabilities)
    return told + f"rewards of 0 and 1, with probabilities {pairs}"


def dynamics_words(experiment: Experiment) -> str:
    """Return the dynamics of the agents that networks were trained on, in words."""
    dynamics = experiment.dynamics[experiment.train.dynamics].model_dump()
    return ", ".join(f"{k} {v}" for k, v in dynamics.items() if v not in (None, "", 0))
