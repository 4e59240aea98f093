"""The columns that every table of trials has."""

from trnn.tables.schema import FLOAT, INTEGER, STRING, Column
from trnn.trials import words
from trnn.trials.missed import NO_RESPONSE

SUBJECT = Column("subject", STRING, words.SUBJECT)
BLOCK = Column("block", INTEGER, words.BLOCK, "block", low=0)
TRIAL = Column("trial", INTEGER, words.TRIAL, "trial", low=0)
ACTION = Column("action", INTEGER, words.ACTION, allowed=(0, 1, NO_RESPONSE))
REWARD = Column("reward", FLOAT, words.REWARD, "reward", nullable=True)
POPULATION = Column("population", STRING, words.POPULATION, allowed=("test", "human"))
GROUP = Column("group", STRING, words.GROUP, nullable=True)
DYNAMICS = Column("dynamics", STRING, words.DYNAMICS, nullable=True)
