"""The schema of what groups of people differ in."""

from trnn.checks.matched.control import AGENTS, PEOPLE
from trnn.tables.layout import shown
from trnn.tables.schema import FLOAT, INTEGER, STRING, Column, TableSchema
from trnn.trials.halves import REPORTING_HALF

MEAN, SPREAD, MOVING = "mean", "sd_over_trials", "judged_to_move"
QUANTITIES = (MEAN, SPREAD, MOVING)
BEYOND = f"{PEOPLE} - {AGENTS}"
SOURCES = (PEOPLE, AGENTS, BEYOND)
_CI = "95 % interval: bootstrap over people, each group by itself; of shares made of exact ones"
_UNIT = "the column `unit`"

GROUPS = TableSchema(
    name="groups",
    path=shown("groups"),
    row="a parameter's quantity in a group of people, or the difference of two groups",
    columns=(
        Column(
            "parameter", STRING, "parameter of the model; 'all': whether any moves, all together"
        ),
        Column(
            "quantity",
            STRING,
            "of a person: mean of the t-RNN's estimates over trials, their SD over trials (n - 1), "
            "or whether the verdict is that the parameter moves (0 or 1)",
            allowed=QUANTITIES,
        ),
        Column(
            "source",
            STRING,
            "people; the agents matched to them, constant at each person's own fit on the person's "
            "own schedule, averaged over a person's agents; or the difference of the two, paired "
            "by person. Verdicts are those of people alone",
            allowed=SOURCES,
        ),
        Column(
            "people",
            STRING,
            "which people: those who chose no settings, or all",
            allowed=(REPORTING_HALF, "all"),
        ),
        Column("group_a", STRING, "the group, or the first of two"),
        Column("group_b", STRING, "the second of two, null for a group's own value", nullable=True),
        Column("n_a", INTEGER, "people of the first group with a value", "subject", low=0),
        Column("n_b", INTEGER, "of the second", "subject", nullable=True, low=0),
        Column("mean_a", FLOAT, "mean over people, first group", _UNIT, nullable=True),
        Column("mean_b", FLOAT, "the same, second group", _UNIT, nullable=True),
        Column("value", FLOAT, "the group's mean, or first less second", _UNIT, nullable=True),
        Column("ci_low", FLOAT, f"lower end, {_CI}", _UNIT, nullable=True),
        Column("ci_high", FLOAT, f"upper end, {_CI}", _UNIT, nullable=True),
        Column("unit", STRING, "unit of the means and the value"),
        Column(
            "family",
            STRING,
            "Holm's correction runs over the parameters and pairs of groups of a quantity, source "
            "and set of people; null for a group's own value",
            nullable=True,
        ),
        Column("test", STRING, "the test of two groups", nullable=True),
        Column("statistic", FLOAT, "studentised difference of mean ranks", nullable=True),
        Column("p", FLOAT, "two-sided p, uncorrected", nullable=True, low=0, high=1),
        Column("p_holm", FLOAT, "p, Holm-corrected", nullable=True, low=0, high=1),
        Column("effect_name", STRING, "which measure of effect size", nullable=True),
        Column("effect", FLOAT, "effect size, first - second", nullable=True, low=-1, high=1),
        Column("effect_ci_low", FLOAT, f"lower end, {_CI}", nullable=True),
        Column("effect_ci_high", FLOAT, f"upper end, {_CI}", nullable=True),
    ),
)
