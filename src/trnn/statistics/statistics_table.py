"""The schemas of metrics, and of every table of tests."""

from trnn.tables.layout import shown
from trnn.tables.schema import FLOAT, INTEGER, STRING, Column, TableSchema
from trnn.trials.columns import POPULATION

KINDS = ("estimators", "variants", "zero", "groups", "conditions", "course", "evidence")
_CI = (
    "95 % bootstrap interval over subjects (slopes: by t; evidence: credible; sums of it and its "
    "protected exceedance: Monte Carlo)"
)
_ITS_UNIT = "the column `unit`"


# What all tables of tests have, so that one can hold them all.
_TEST_COLUMNS = (
    Column("id", STRING, "experiment/population/group/measure/contrast: unique"),
    Column(
        "kind",
        STRING,
        "two estimators; a variant against its base (or `mle`); a quantity against zero; "
        "groups of subjects; conditions within subjects; a course over trials (cluster or "
        "slopes); evidence of models",
        allowed=KINDS,
    ),
    Column("family", STRING, "Holm's correction runs over the rows of a family, or as said"),
    Column(
        "finding",
        STRING,
        "number of the original study's finding that the row belongs to, null if none",
        nullable=True,
        allowed=tuple(str(i) for i in range(1, 7)),
    ),
    POPULATION,
    Column(
        "group",
        STRING,
        "'all', a diagnosis group, the 'reporting half' of the people, or dynamics of agents",
    ),
    Column("measure", STRING, "a column of the metrics, or a quantity of the findings"),
    Column(
        "contrast",
        STRING,
        "what is tested: first - second, 'against 0', the trials of the block (from 0, "
        "both ends included) of a cluster, or a model",
    ),
    Column("estimator_a", STRING, "first estimator, if two are compared", nullable=True),
    Column("estimator_b", STRING, "second estimator, if two are compared", nullable=True),
    Column("n", INTEGER, "subjects", "subject", low=0),
    Column("mean_a", FLOAT, "mean of the first, if given", _ITS_UNIT, nullable=True),
    Column("mean_b", FLOAT, "mean of the second, if given", _ITS_UNIT, nullable=True),
    Column(
        "difference",
        FLOAT,
        "what is tested: first - second (of errors, above 0: the second has less), the "
        "quantity itself, a coefficient, or a model's expected frequency",
        _ITS_UNIT,
        nullable=True,
    ),
    Column("difference_ci_low", FLOAT, f"lower end, {_CI}", _ITS_UNIT, nullable=True),
    Column("difference_ci_high", FLOAT, f"upper end, {_CI}", _ITS_UNIT, nullable=True),
    Column("unit", STRING, "unit of the means and the difference"),
    Column("test", STRING, "the test, and why p is null where a test has no answer"),
    Column(
        "statistic",
        FLOAT,
        "Wilcoxon: smaller sum of signed ranks, zero differences dropped; Brunner-Munzel: "
        "studentised difference of mean ranks, null where samples do not overlap; Welch: "
        "F; Brown-Forsythe: F; cluster: sum of t, or of squared Welch's t for groups; slope: t; "
        "evidence: exceedance probability, null for sums",
        nullable=True,
    ),
    Column("p", FLOAT, "two-sided p, uncorrected", nullable=True, low=0, high=1),
    Column("p_holm", FLOAT, "p, Holm-corrected", nullable=True, low=0, high=1),
    Column("effect_name", STRING, "which measure of effect size", nullable=True),
    Column("effect", FLOAT, "effect size; its sign is that of first - second", nullable=True),
    Column("effect_ci_low", FLOAT, f"lower end, {_CI}", nullable=True),
    Column("effect_ci_high", FLOAT, f"upper end, {_CI}", nullable=True),
    # What the texts above say as well, for those who select or draw rows by it.
    Column(
        "side_a",
        STRING,
        "first of the groups, or kinds of blocks or actions, that are compared; null for others",
        nullable=True,
    ),
    Column("side_b", STRING, "second of them", nullable=True),
    Column(
        "trials_seen",
        INTEGER,
        "trials that the estimates have seen, where they are compared by their number",
        "trial",
        nullable=True,
        low=0,
    ),
    Column(
        "first",
        INTEGER,
        "first trial of a cluster: of the block (from 0), or after the action (before it: below 0)",
        "trial",
        nullable=True,
    ),
    Column("last", INTEGER, "last trial of a cluster, as `first`", "trial", nullable=True),
)

COMPARISONS = TableSchema(
    "comparisons",
    shown("comparisons"),
    "a comparison of estimators or of models, made from the metrics",
    _TEST_COLUMNS,
)
COURSES = TableSchema(
    "courses",
    shown("courses"),
    "a test of people's courses over the block or around actions",
    _TEST_COLUMNS,
)
RECOVERY = TableSchema(
    "recovery",
    shown("recovery"),
    "a comparison of errors of constant parameters after some number of trials",
    _TEST_COLUMNS,
)
THEORY_COMPARISONS = TableSchema(
    "theory_comparisons",
    shown("theory_comparisons"),
    "a random-effects comparison of theories by the people's evidence",
    _TEST_COLUMNS,
)
STATISTICS = TableSchema(
    "statistics",
    shown("statistics"),
    "a test or comparison: all of the experiment's, joined",
    _TEST_COLUMNS,
)
