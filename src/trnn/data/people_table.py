"""The table of people's trials: the columns that all data sets have, and each one's own."""

from dataclasses import replace

from trnn.data import words
from trnn.data.layout import KEEP
from trnn.data.registry import Dataset
from trnn.tables.layout import shown
from trnn.tables.schema import FLOAT, INTEGER, STRING, Column, TableSchema
from trnn.trials.arms import BEST, MEANS
from trnn.trials.columns import OTHER_REWARD
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
    """Return the schema of a data set's prepared trials."""
    common = list(_COMMON)
    if dataset.groups:
        allowed = tuple(dataset.groups)
        common[1] = replace(
            common[1], description=words.GROUP_OF_ALL, nullable=False, allowed=allowed
        )
    own = [_reward(dataset), *(_own(n, dataset) for n in dataset.extra if n != "group")]
    return TableSchema(
        name=f"human_trials_{dataset.name}",
        path=shown("people"),
        row=words.ROW,
        columns=(*common, *own),
    )


def _reward(dataset: Dataset) -> Column:
    unit, empty = dataset.units.get(REWARD, REWARD), dataset.missing == KEEP
    if dataset.reward_map is None:
        return Column(REWARD, FLOAT, words.REWARD, unit, nullable=empty)
    worth = sorted({value / dataset.reward_scale for value in dataset.reward_map.values()})
    return Column(REWARD, FLOAT, words.REWARD, unit, nullable=empty, allowed=tuple(worth))


def _own(name: str, dataset: Dataset) -> Column:
    if name in MEANS:
        unit = dataset.units.get(REWARD, REWARD)
        return Column(name, FLOAT, words.ARM_MEAN.format(arm=MEANS.index(name)), unit)
    if name == BEST:
        empty = dataset.missing == KEEP
        return Column(name, INTEGER, words.BEST_ACTION, nullable=empty, allowed=(0, 1))
    if name == OTHER_REWARD.name:
        return replace(OTHER_REWARD, unit=dataset.units.get(REWARD, REWARD))
    column = dataset.columns.more[name]
    return Column(
        name,
        FLOAT,
        words.OF_THE_FILE.format(column=column),
        dataset.units.get(name, "1"),
        nullable=True,
    )
