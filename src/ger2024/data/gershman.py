"""Gershman (2018), Cognition 173: 34-42, experiment 2: two arms with Gaussian rewards."""

import pandas as pd

from ger2024.data import words
from ger2024.data.standin import write_gershman
from trnn.data import checks
from trnn.data.formats import Format
from trnn.data.numbering import block_index, subject_names, trial_index, unit_code
from trnn.data.rawtable import read_raw_table
from trnn.tables.schema import FLOAT, Column

COLUMNS = ("subject", "block", "trial", "mu1", "mu2", "choice", "reward", "RT")
"""Columns of data2.csv."""

ACTIONS = {"1": 0, "2": 1}
"""Choice in the file -> action."""


def read_gershman(content: bytes, where: str) -> pd.DataFrame:
    """Read data2.csv; return the prepared frame.

    Parameters
    ----------
    content : bytes
        The CSV file.
    where : str
        What messages call the file.

    Returns
    -------
    pandas.DataFrame
        One row a trial: subject, group (null: there are none), block, trial (both from 0), action
        (choice 1 is 0), reward (points), mu_0 and mu_1 (the arms' means in the block, points),
        reaction_time_ms (NaN where the file has none, as in simulated stand-ins). Subjects are
        named in order of first appearance.

    Raises
    ------
    DataError
        If the file breaks a rule of its format; names file, column, lines and rule.
    """
    table = read_raw_table(content, where)
    table.require(COLUMNS, "data2.csv")
    checks.present(table, "subject")
    action = checks.one_of(table, "choice", ACTIONS, "action")
    reward = checks.number(table, "reward")
    block = checks.whole_number(table, "block")
    trial = checks.whole_number(table, "trial")
    means = {"mu_0": checks.number(table, "mu1"), "mu_1": checks.number(table, "mu2")}
    reaction_time = checks.optional_duration(table, "RT")

    code = pd.factorize(table.text("subject"))[0]
    checks.no_repetition(table, ("subject", "block", "trial"), (code, block, trial))
    subject = checks.in_order(table, "subject", "block", block)
    unit = unit_code(subject, block)
    checks.counts_from_one(table, "trial", trial, unit)
    for column in ("mu1", "mu2"):
        checks.constant_within(table, column, unit, "block")

    names = pd.Series(subject_names(["subject"] * (int(subject.max()) + 1)), dtype="str")
    return pd.DataFrame(
        {
            "subject": names.iloc[subject].reset_index(drop=True),
            "group": pd.Series(None, index=range(len(table)), dtype="str"),
            "block": block_index(subject, unit),
            "trial": trial_index(unit),
            "action": action,
            "reward": reward,
            **means,
            "reaction_time_ms": reaction_time,
        }
    )


FORMAT = Format(
    read=read_gershman,
    write=write_gershman,
    columns=(
        Column("reward", FLOAT, words.REWARD, "points"),
        Column("mu_0", FLOAT, words.ARM_MEAN.format(arm=0), "points"),
        Column("mu_1", FLOAT, words.ARM_MEAN.format(arm=1), "points"),
        Column(
            "reaction_time_ms",
            FLOAT,
            words.REACTION_TIME,
            "ms",
            nullable=True,
            low=0,
        ),
    ),
)
