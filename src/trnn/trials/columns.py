"""The columns of tables of trials: those that every one has, and those that a task may add."""

from trnn.config.task import TaskSettings
from trnn.tables.schema import FLOAT, INTEGER, STRING, Column
from trnn.trials import words
from trnn.trials.missed import NO_RESPONSE

SUBJECT = Column("subject", STRING, words.SUBJECT)
BLOCK = Column("block", INTEGER, words.BLOCK, "block", low=0)
TRIAL = Column("trial", INTEGER, words.TRIAL, "trial", low=0)
ACTION = Column("action", INTEGER, words.ACTION, allowed=(0, 1, NO_RESPONSE))
REWARD = Column("reward", FLOAT, words.REWARD, "reward", nullable=True)
# Of tasks that show both outcomes, and of tasks in which values carry over blocks.
OTHER_REWARD = Column("other_reward", FLOAT, words.OTHER_REWARD, "reward", nullable=True)
STARTS_ANEW = Column("starts_anew", INTEGER, words.STARTS_ANEW, allowed=(0, 1))
POPULATION = Column("population", STRING, words.POPULATION, allowed=("test", "human"))
GROUP = Column("group", STRING, words.GROUP, nullable=True)
DYNAMICS = Column("dynamics", STRING, words.DYNAMICS, nullable=True)


def of_task(task: TaskSettings | None) -> tuple[Column, ...]:
    """Return the columns that a task adds; None: of no task."""
    if task is None:
        return ()
    shown = (OTHER_REWARD,) if task.full_feedback else ()
    return (*shown, STARTS_ANEW) if task.carry_over else shown
