"""The columns that every table of trials has."""

from trnn.tables.schema import FLOAT, INTEGER, STRING, Column

SUBJECT = Column("subject", STRING, "simulated agent or anonymous person")
BLOCK = Column("block", INTEGER, "block of the session, from 0", "block", low=0)
TRIAL = Column("trial", INTEGER, "trial within its block, from 0", "trial", low=0)
ACTION = Column("action", INTEGER, "action taken", allowed=(0, 1))
REWARD = Column("reward", FLOAT, "reward received for the action", "reward")
POPULATION = Column(
    "population", STRING, "synthetic test agents or people", allowed=("test", "human")
)
GROUP = Column("group", STRING, "diagnosis group, null where the study has none", nullable=True)
DYNAMICS = Column(
    "dynamics", STRING, "law by which the agent's parameters move, null for people", nullable=True
)
