"""The schemas of the priors compared on people, and of the task measured on them."""

from collections.abc import Mapping

from trnn.checks.priors.half_schema import half_schema
from trnn.tables.layout import shown
from trnn.tables.schema import BOOLEAN, FLOAT, INTEGER, STRING, Column, TableSchema
from trnn.theory.meanings import MEANINGS
from trnn.trials.halves import CHOOSING, HALVES


def prior_selection(unit_of: Mapping[str, str], own_hazards: bool = False) -> TableSchema:
    """Return the schema of the priors compared on people; `unit_of`: parameter -> unit.

    `own_hazards`: whether under one of them people have hazards of their own.
    """
    several = Column(
        "hazards",
        STRING,
        "hazards of which each person has one, equally likely; null: one that all share",
        nullable=True,
    )
    return TableSchema(
        name="prior_selection",
        path=shown("prior_selection"),
        row="a prior of the grid",
        columns=(
            Column("point", INTEGER, "the prior's number, in the order of the grid", low=0),
            Column("ranges", STRING, "name of its set of ranges"),
            Column(
                "hazard",
                FLOAT,
                "probability of a change, per trial and parameter"
                + ("; null: each person has one of hazards" if own_hazards else ""),
                "probability",
                nullable=own_hazards,
                low=0,
                high=1,
            ),
            Column("min_gap", INTEGER, "trials after a change without another", "trial", low=0),
            Column(
                "max_changes",
                STRING,
                "numbers of changes that an agent's parameter may make, equally likely; null: no "
                "limit",
                nullable=True,
            ),
            Column(
                "stationary_share",
                FLOAT,
                "probability that an agent's parameters never change",
                "probability",
                low=0,
                high=1,
            ),
            *((several,) if own_hazards else ()),
            *_ranges(unit_of),
            Column("changes", INTEGER, "settings that differ from the published prior's", low=0),
            *(column for half in HALVES for column in half_schema(half, "the published prior's")),
            Column(
                "behind_best",
                FLOAT,
                f"log evidence of the best prior less this one's, {CHOOSING} half",
                "nats",
                low=0,
            ),
            Column(
                "behind_best_se",
                FLOAT,
                "standard error of behind_best, paired over subjects",
                "nats",
                low=0,
            ),
            Column(
                "behind_best_mc_error",
                FLOAT,
                "Monte Carlo standard error of behind_best, which behind_best_se holds too",
                "nats",
                low=0,
            ),
            Column(
                "candidate",
                BOOLEAN,
                "tied with the best: whether behind_best is at most its standard error",
            ),
            Column("published", BOOLEAN, "the prior that every other one is measured against"),
            Column("configured", BOOLEAN, "the prior that the experiment trains and infers with"),
            Column("chosen", BOOLEAN, "the prior of the highest score on the choosing half"),
        ),
    )


def _ranges(unit_of: Mapping[str, str]) -> list[Column]:
    return [
        Column(
            f"{name}_{end}",
            FLOAT,
            f"{words} end of the range of {MEANINGS[name].words}",
            unit,
        )
        for name, unit in unit_of.items()
        for end, words in (("low", "lower"), ("high", "upper"))
    ]


TASK_MEASURED = TableSchema(
    "task_measured",
    shown("task_measured"),
    "a property of the task that simulated agents face, beside the people's",
    (
        Column("quantity", STRING, "what is measured"),
        Column("estimator", STRING, "how it is measured on the people"),
        Column("unit", STRING, "unit of the values"),
        Column("measured", FLOAT, "its value in the people's data", "the column `unit`"),
        Column(
            "measured_se",
            FLOAT,
            "standard error over people of the value measured; null where it has none",
            "the column `unit`",
            nullable=True,
            low=0,
        ),
        Column("configured", FLOAT, "its value in the configured task", "the column `unit`"),
        Column("n", INTEGER, "people, blocks, arms or trials that it is measured on", low=1),
    ),
)
