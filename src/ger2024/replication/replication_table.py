"""The schema of the replication table."""

from trnn.tables.layout import shown
from trnn.tables.schema import FLOAT, INTEGER, STRING, Column, TableSchema

KINDS = ("number", "significance", "finding", "correction")
HOLDS, CORRECTED, FAILS, UNDECIDED, INCOMPARABLE = (
    "holds",
    "holds with a correction",
    "does not hold",
    "cannot be told",
    "not comparable",
)
VERDICTS = (HOLDS, CORRECTED, FAILS, UNDECIDED, INCOMPARABLE)
BELOW, WITHIN, ABOVE = "below", "within", "above"

_CI = "end of the 95 % bootstrap interval of `ours` over subjects"

REPLICATION = TableSchema(
    name="replication",
    path=shown("replication"),
    row="a number, mark, finding or correction of the original study beside this project's",
    columns=(
        Column(
            "kind",
            STRING,
            "number (a reported or measured mean or median); significance (a reported mark that "
            "does not survive a correction); finding (one of the study's claims: all of it where "
            "quantity is `parts_that_hold`, else a part of it); correction (a defect of the "
            "original analysis)",
            allowed=KINDS,
        ),
        Column("finding", STRING, "the finding's number, null if it has none", nullable=True),
        Column(
            "dataset",
            STRING,
            "data set of the people or, without people, experiment; null if it concerns all",
            nullable=True,
        ),
        Column(
            "experiment",
            STRING,
            "experiment that `ours` comes from, null if this run has none for it",
            nullable=True,
        ),
        Column(
            "population",
            STRING,
            "synthetic test agents or people",
            allowed=("test", "human"),
            nullable=True,
        ),
        Column(
            "group",
            STRING,
            "'all', a group, the agents' dynamics, or a contrast; null if there is none",
            nullable=True,
        ),
        Column("claim", STRING, "what was reported or, of a correction, what the original does"),
        Column("quantity", STRING, "what the numbers are of, null if none", nullable=True),
        Column("unit", STRING, "unit of the numbers", nullable=True),
        Column("published", FLOAT, "the reported value, null if none was", nullable=True),
        Column("ours", FLOAT, "this project's, null if not in this run", nullable=True),
        Column("ci_low", FLOAT, f"lower {_CI}", "as ours", nullable=True),
        Column("ci_high", FLOAT, f"upper {_CI}", "as ours", nullable=True),
        Column("difference", FLOAT, "ours - published", "as ours", nullable=True),
        Column(
            "relation",
            STRING,
            "where this project's interval lies: below the published value, with it within, or "
            "above it; of an error (bce, mse) below is better",
            allowed=(BELOW, WITHIN, ABOVE),
            nullable=True,
        ),
        Column("n", INTEGER, "subjects behind ours", "subject", nullable=True, low=0),
        Column("p", FLOAT, "this project's p, uncorrected", nullable=True, low=0, high=1),
        Column(
            "p_holm",
            FLOAT,
            "p after Holm's correction within the family of the table in `source`",
            nullable=True,
            low=0,
            high=1,
        ),
        Column(
            "verdict",
            STRING,
            "whether it holds, computed by a rule from the tables; null for a correction, and if "
            "what decides is not in this run",
            allowed=VERDICTS,
            nullable=True,
        ),
        Column("note", STRING, "the reason, in a sentence"),
        Column(
            "source",
            STRING,
            "table of this run and its rows that `ours` and the verdict come from, null if none",
            nullable=True,
        ),
    ),
)
