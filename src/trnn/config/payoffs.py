"""What follows from a task's settings: which rewards there are, and whether its arms move."""

import math

from trnn.config.blocks import Pair
from trnn.config.task import BernoulliTask, GaussianTask, GivenTask, TaskSettings


def pays(task: TaskSettings) -> Pair | None:
    """Return the two rewards of a task, without success and with it; None if there are more."""
    if isinstance(task, BernoulliTask):
        return task.rewards
    if isinstance(task, GaussianTask) or task.reward_sd is not None:
        return None
    if isinstance(task, GivenTask) and task.outcomes is not None:
        paid = {value for own in task.outcomes for pair in own for value in pair}
        return task.rewards if paid <= set(task.rewards) else None
    return task.rewards


def arms_move(task: TaskSettings) -> bool:
    """Return whether what an arm pays on average may change within a block."""
    if isinstance(task, BernoulliTask | GaussianTask):
        return task.reversals is not None
    return True


def borders_of(task: TaskSettings) -> dict[str, bool]:
    """Return what the people's table has to know of a task: what happens in and between blocks."""
    return {"arms_move": arms_move(task), "carry_over": task.carry_over}


def spread(task: TaskSettings) -> float:
    """Return the SD around 0 of the rewards of a task that pays points, at the most.

    Of Gaussian arms that of the arm that has more; of walks that at the farther bound.
    """
    if isinstance(task, GaussianTask):
        mean, noise = both(task.arm_mean_sd), both(task.reward_sd)
        return max(math.hypot(m, s) for m, s in zip(mean, noise, strict=True))
    if isinstance(task, BernoulliTask):
        return max(map(abs, task.rewards))
    if isinstance(task, GivenTask):
        shown = task.outcomes or task.arms or []
        own = max(abs(value) for schedule in shown for pair in schedule for value in pair)
    else:
        own = max(abs(task.low), abs(task.high))
    return math.hypot(own, task.reward_sd or 0.0)


def both(value: float | Pair) -> Pair:
    """Return as of each arm what is given of both at once, or of each."""
    return (float(value), float(value)) if isinstance(value, int | float) else value
