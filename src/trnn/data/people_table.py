"""The table of people's trials: the columns that all data sets have, and each one's own."""

from dataclasses import replace

from trnn.data.formats import load_format
from trnn.data.registry import Dataset
from trnn.errors import ConfigError
from trnn.tables.layout import shown
from trnn.tables.schema import INTEGER, STRING, Column, TableSchema

_COMMON = (
    Column("subject", STRING, "the person; carries no ID of the source"),
    Column("group", STRING, "diagnosis, null where the study has none", nullable=True),
    Column("block", INTEGER, "block of the person's session, from 0", low=0),
    Column("trial", INTEGER, "trial of the block, from 0", low=0),
    Column("action", INTEGER, "the action made", allowed=(0, 1)),
)
REWARD = "reward"


def people_table(dataset: Dataset) -> TableSchema:
    """Return the schema of a data set's prepared trials.

    Raises
    ------
    ConfigError
        If its row promises a column that its format does not give.
    """
    common = list(_COMMON)
    if dataset.groups:
        allowed = tuple(dataset.groups)
        common[1] = replace(
            common[1], description="diagnosis of the person", nullable=False, allowed=allowed
        )
    given = {column.name: column for column in load_format(dataset.format).columns}
    own = [REWARD, *(name for name in dataset.columns if name != "group")]
    absent = [name for name in own if name not in given]
    if absent:
        raise ConfigError(
            f"data set {dataset.name!r}: its row lists the columns {absent}, but its format, "
            f"{dataset.format!r}, gives only {sorted(given)} and group."
        )
    return TableSchema(
        name=f"human_trials_{dataset.name}",
        path=shown("people"),
        row="a trial of a person",
        columns=(*common, *(given[name] for name in own)),
    )
