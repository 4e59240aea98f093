"""How long the sessions of a task are."""

from trnn.config.task import GivenTask, TaskSettings


def longest(task: TaskSettings) -> int:
    """Return the most trials that a session can have."""
    if isinstance(task, GivenTask):
        return sum(task.lengths)
    length = task.trials_per_block
    return task.n_blocks * (length if isinstance(length, int) else length.high)


def longest_block(task: TaskSettings) -> int:
    """Return the most trials that a block can have."""
    if isinstance(task, GivenTask):
        return max(task.lengths)
    return longest(task) // task.n_blocks


def typical(task: TaskSettings) -> int:
    """Return the trials of a session whose blocks have their mean length."""
    if isinstance(task, GivenTask):
        return sum(task.lengths)
    length = task.trials_per_block
    if isinstance(length, int):
        return task.n_blocks * length
    return round(task.n_blocks * min(max(length.mean, length.low), length.high))
