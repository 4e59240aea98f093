"""The table of people's trials: the columns that every study has, and each study's own."""

from ger2024.data.dezfouli import GROUPS
from trnn.errors import ConfigError
from trnn.tables.schema import FLOAT, INTEGER, STRING, Column, TableSchema

_COMMON = (
    Column("subject", STRING, "the person; carries no ID of the source"),
    Column("group", STRING, "diagnosis, null where the study has none", nullable=True),
    Column("block", INTEGER, "block of the person's session, from 0", low=0),
    Column("trial", INTEGER, "trial of the block, from 0", low=0),
    Column("action", INTEGER, "the action made", allowed=(0, 1)),
)

_OWN = {
    "dezfouli": (
        Column("reward", FLOAT, "whether the action was rewarded", allowed=(0.0, 1.0)),
        Column(
            "best_action",
            INTEGER,
            "1 if the action was the arm that pays more often in the block, else 0",
            allowed=(0, 1),
        ),
    ),
    "gershman": (
        Column("reward", FLOAT, "the reward received", "points"),
        Column("mu_0", FLOAT, "mean reward of action 0 in the block", "points"),
        Column("mu_1", FLOAT, "mean reward of action 1 in the block", "points"),
        Column(
            "reaction_time_ms",
            FLOAT,
            "reaction time; null in simulated stand-ins",
            "ms",
            nullable=True,
            low=0,
        ),
    ),
}


def human_trials(dataset: str) -> TableSchema:
    """Return the schema of the prepared trials of `dataset` ("dezfouli" or "gershman").

    Raises
    ------
    ConfigError
        If there is no such data set.
    """
    if dataset not in _OWN:
        raise ConfigError(f"unknown data set {dataset!r}; there are {sorted(_OWN)}.")
    common = list(_COMMON)
    if dataset == "dezfouli":
        groups = tuple(GROUPS.values())
        common[1] = Column("group", STRING, "diagnosis of the person", allowed=groups)
    return TableSchema(
        name=f"human_trials_{dataset}",
        path="{experiment}/human/trials.parquet",
        row="a trial of a person",
        columns=(*common, *_OWN[dataset]),
    )
