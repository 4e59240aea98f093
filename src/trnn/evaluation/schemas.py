"""The schemas of metrics and statistics."""

from collections.abc import Collection, Sequence

from trnn.parameters import MEANINGS, unit_of
from trnn.schemas import GROUP, POPULATION, SUBJECT
from trnn.tables import FLOAT, INTEGER, STRING, Column, TableSchema

DYNAMICS = Column(
    "dynamics", STRING, "law by which the agent's parameters move, null for people", nullable=True
)
ESTIMATOR = Column("estimator", STRING, "estimator, see the estimates tables")


def metrics(parameters: Sequence[str], tenths: Collection[str] = ()) -> TableSchema:
    """Return the schema of the metrics of every subject under every estimator.

    `tenths` are the parameters whose errors are those of a tenth of them.
    """
    errors = tuple(
        Column(
            f"mse_{name}",
            FLOAT,
            f"mean over trials of the squared error of {MEANINGS[name].words}"
            + (" / 10" if name in tenths else "")
            + ", null where the truth is not known",
            _squared(unit_of(name, parameters)),
            nullable=True,
            low=0,
        )
        for name in parameters
    )
    return TableSchema(
        name="metrics",
        path="<e>/metrics.parquet",
        row="a subject under an estimator",
        columns=(
            POPULATION,
            SUBJECT,
            GROUP,
            DYNAMICS,
            ESTIMATOR,
            Column("n_trials", INTEGER, "trials of the subject", "trial", low=1),
            Column("bce", FLOAT, "mean over trials of -log P(the action taken)", "nats", low=0),
            Column(
                "bce_theory",
                FLOAT,
                "the same for the model run forward with each trial's estimates, averaged over "
                "posterior draws where there are any; null if the estimator has no parameters",
                "nats",
                nullable=True,
                low=0,
            ),
            Column("pseudo_r2", FLOAT, "1 - bce / log 2: 0 is chance, 1 certainty", high=1),
            Column(
                "normalized_likelihood",
                FLOAT,
                "exp(-bce): geometric mean of the probability of the action taken",
                "probability",
                low=0,
                high=1,
            ),
            Column(
                "accuracy",
                FLOAT,
                "share of trials whose action was predicted with p > 1/2; p = 1/2 counts half",
                low=0,
                high=1,
            ),
            *errors,
        ),
    )


_P = Column("p", FLOAT, "two-sided p, null where there is no test", nullable=True, low=0, high=1)
_CI = "95 % bootstrap interval over subjects"

STATISTICS = TableSchema(
    name="statistics",
    path="<e>/statistics.parquet",
    row="a paired comparison of two estimators over subjects",
    columns=(
        Column("family", STRING, "experiment/population/measure/group: Holm corrects within it"),
        POPULATION,
        Column("group", STRING, "'all', a diagnosis group, or a law of the agents' dynamics"),
        Column("measure", STRING, "the column of the metrics table that is compared"),
        Column("estimator_a", STRING, "first estimator"),
        Column("estimator_b", STRING, "second estimator"),
        Column("n", INTEGER, "subjects", "subject", low=1),
        Column("mean_a", FLOAT, "mean of the measure under the first", "the measure's"),
        Column("mean_b", FLOAT, "mean of the measure under the second", "the measure's"),
        Column(
            "difference",
            FLOAT,
            "mean of first - second; above 0: the second has less error",
            "the measure's",
        ),
        Column("difference_ci_low", FLOAT, f"lower end, {_CI}", "the measure's", nullable=True),
        Column("difference_ci_high", FLOAT, f"upper end, {_CI}", "the measure's", nullable=True),
        Column("test", STRING, "the test", allowed=("Wilcoxon signed-rank",)),
        Column("statistic", FLOAT, "smaller sum of signed ranks, zero differences dropped", low=0),
        Column("p", FLOAT, "two-sided p, uncorrected", low=0, high=1),
        Column("p_holm", FLOAT, "p, Holm-corrected within the family", low=0, high=1),
        Column(
            "effect",
            FLOAT,
            "matched-pairs rank-biserial correlation of first - second: share of the signed "
            "ranks in favour of the second minus that of the first",
            low=-1,
            high=1,
        ),
        Column("effect_ci_low", FLOAT, f"lower end, {_CI}", nullable=True, low=-1, high=1),
        Column("effect_ci_high", FLOAT, f"upper end, {_CI}", nullable=True, low=-1, high=1),
    ),
)


def _squared(unit: str) -> str:
    return unit if unit == "1" else f"({unit})^2"
