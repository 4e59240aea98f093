"""The schema of the findings table."""

from trnn.tables.layout import shown
from trnn.tables.schema import BOOLEAN, FLOAT, INTEGER, STRING, Column, TableSchema

_CI = "end of the 95 % bootstrap interval over subjects"

FINDINGS = TableSchema(
    name="findings",
    path=shown("findings"),
    row="a quantity of one of the original study's analyses, computed anew",
    columns=(
        Column(
            "finding",
            STRING,
            "number of the study's finding that was made by this analysis",
            allowed=tuple(str(i) for i in range(1, 6)),
        ),
        Column("statement", STRING, "what is computed and, if it decides, the rule of `holds`"),
        Column(
            "quantity",
            STRING,
            "short name of the quantity; ..._of_control: that of the agents matched to the people; "
            "..._beyond_control: each person's less that of the agents matched to the person",
        ),
        Column(
            "group",
            STRING,
            "'all' people, a group, or a contrast of groups or conditions",
        ),
        Column("value", FLOAT, "the quantity; null if it cannot be computed", nullable=True),
        Column("ci_low", FLOAT, f"lower {_CI}", "as value", nullable=True),
        Column("ci_high", FLOAT, f"upper {_CI}", "as value", nullable=True),
        Column("unit", STRING, "unit of value and interval"),
        Column(
            "kind",
            STRING,
            "what is tested: a quantity against zero, groups, or conditions within people (also a "
            "person and the agents matched to the person); estimators: the test is one of the "
            "comparisons table",
            nullable=True,
            allowed=("zero", "groups", "conditions", "estimators"),
        ),
        Column("family", STRING, "what Holm's correction runs over, null without p", nullable=True),
        Column("contrast", STRING, "what the test compares: first - second", nullable=True),
        Column("test", STRING, "the test behind p, null where there is none", nullable=True),
        Column(
            "statistic",
            FLOAT,
            "the test's statistic (W, Brunner and Munzel's, or F)",
            nullable=True,
        ),
        Column("p", FLOAT, "two-sided p, uncorrected", nullable=True, low=0, high=1),
        Column(
            "p_holm",
            FLOAT,
            "p after Holm's correction, for the quantity's groups and contrasts or, where the "
            "statement says so, a wider family; equals p where one test stands alone",
            nullable=True,
            low=0,
            high=1,
        ),
        Column("effect_name", STRING, "which measure of effect size", nullable=True),
        Column("effect", FLOAT, "effect size of the test", nullable=True),
        Column("effect_ci_low", FLOAT, f"lower {_CI}", nullable=True),
        Column("effect_ci_high", FLOAT, f"upper {_CI}", nullable=True),
        Column("n", INTEGER, "subjects with a value", "subject", low=0),
        Column(
            "published",
            FLOAT,
            "what the study reported of these people, null if nothing",
            nullable=True,
        ),
        Column(
            "holds",
            BOOLEAN,
            "whether the statement's rule is met; null if it has no rule, if it cannot be told, or "
            "if the people are not those of whom the study claims it",
            nullable=True,
        ),
        Column(
            "undecided",
            STRING,
            "why it cannot be told whether the rule is met; null where it can, or where there is "
            "no rule",
            nullable=True,
        ),
        Column("rule", STRING, "when `holds` is true, null without such a rule", nullable=True),
        Column(
            "side_a",
            STRING,
            "first of the groups, kinds of blocks or actions, or subjects (people, matched agents) "
            "whose values are compared; null for others",
            nullable=True,
        ),
        Column("side_b", STRING, "second of them", nullable=True),
    ),
)
