"""The table of people's trials: the columns that all data sets have, and each one's own."""

from dataclasses import replace

from trnn.data import words
from trnn.data.formats import load_format
from trnn.data.registry import Dataset
from trnn.errors import ConfigError
from trnn.tables.layout import shown
from trnn.tables.schema import INTEGER, STRING, Column, TableSchema
from trnn.trials.missed import NO_RESPONSE

_COMMON = (
    Column("subject", STRING, words.SUBJECT),
    Column("group", STRING, words.GROUP, nullable=True),
    Column("block", INTEGER, words.BLOCK, low=0),
    Column("trial", INTEGER, words.TRIAL, low=0),
    Column("action", INTEGER, words.ACTION, allowed=(0, 1, NO_RESPONSE)),
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
            common[1], description=words.GROUP_OF_ALL, nullable=False, allowed=allowed
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
        row=words.ROW,
        columns=(*common, *(given[name] for name in own)),
    )
