"""The schemas of the tables of calibration and of optimality."""

from dataclasses import replace

from trnn.tables.layout import shown
from trnn.tables.schema import BOOLEAN, FLOAT, INTEGER, STRING, Column, TableSchema
from trnn.trials.columns import POPULATION

COVERAGE = {"coverage_50": 0.5, "coverage_90": 0.9}
RANK, HAZARD = "rank", "hazard"
MEASURES = (*COVERAGE, RANK, HAZARD)
SESSION, TENTH = "session", "tenth"
SINCE, JUST_CHANGED, BEFORE = "since_change", "just_changed", "before_change"
PREDICTED = "predicted"
BINNINGS = (SESSION, TENTH, SINCE, JUST_CHANGED, BEFORE, PREDICTED)

_CI = "of the 95 % bootstrap interval over agents; null with fewer than two agents"
_PAIRED = "of its 95 % paired bootstrap interval over agents"

CALIBRATION = TableSchema(
    name="calibration",
    path=shown("calibration"),
    row="a share of true values that lie in a part of an estimator's posteriors, over some trials",
    columns=(
        Column("dynamics", STRING, "dynamics that the agents' parameters follow"),
        Column("estimator", STRING, "estimator with a posterior, see the estimates tables"),
        Column("parameter", STRING, "parameter of the model; or the hazard that an agent may have"),
        Column(
            "measure",
            STRING,
            "coverage_50: inside [q25, q75]; coverage_90: inside [q05, q95]; rank: between the "
            "two neighbouring quantiles of `bin` (a true value equal to quantiles is divided "
            "between the parts that they bound); hazard: the agent's own hazard is this one",
            allowed=MEASURES,
        ),
        Column(
            "by",
            STRING,
            "which trials: all of the session, a tenth of it, by trials since the parameter's "
            "last change (0 is the first trial with the new value; those before any change are "
            "left out), the 20 trials just after a change, or by trials until the last one "
            "before the next change (0 is that one; smoothers alone); predicted: those on which "
            "the hazard has so much of the posterior",
            allowed=BINNINGS,
        ),
        Column("bin", STRING, "the trials (rank: the part of the posterior), in words"),
        Column("position", INTEGER, "order of the bin", low=0),
        Column(
            "nominal",
            FLOAT,
            "share that a calibrated posterior has (hazard: its mean probability on these trials)",
            low=0,
            high=1,
        ),
        Column(
            "share",
            FLOAT,
            "mean over agents of each one's share (hazard: share of all these trials, since agents "
            "whose hazard is clear have more trials of one kind)",
            low=0,
            high=1,
        ),
        Column("ci_low", FLOAT, f"lower end {_CI}", nullable=True, low=0, high=1),
        Column("ci_high", FLOAT, f"upper end {_CI}", nullable=True, low=0, high=1),
        Column("deviation", FLOAT, "share - nominal", low=-1, high=1),
        Column(
            "reference",
            STRING,
            "the particle filter that stands for the exact posterior, null in its own rows",
            nullable=True,
        ),
        Column(
            "difference",
            FLOAT,
            "share - the reference's share, over the same agents",
            nullable=True,
            low=-1,
            high=1,
        ),
        Column("difference_ci_low", FLOAT, f"lower end {_PAIRED}", nullable=True),
        Column("difference_ci_high", FLOAT, f"upper end {_PAIRED}", nullable=True),
        Column("n", INTEGER, "agents that have such trials", "subject", low=1),
        Column("n_trials", INTEGER, "trials of these agents", "trial", low=1),
        Column("target_low", FLOAT, "least share that is asked for", nullable=True),
        Column("target_high", FLOAT, "greatest share that is asked for", nullable=True),
        Column(
            "met",
            BOOLEAN,
            "whether the share lies between them, whatever its interval; null without a target",
            nullable=True,
        ),
    ),
)

CALIBRATION_FRESH = replace(
    CALIBRATION,
    name="calibration of networks on fresh agents",
    path=shown("calibration_fresh"),
    row="as in calibration, but for networks alone and on more agents than any other table has",
)

ABOVE_OPTIMUM, LAST_TRIAL = "above_optimum", "last_trial"
THEORY_DIFFERENCE, THEORY_BETTER, PREDICTION = "theory_difference", "theory_better", "prediction"
CRITERIA = (ABOVE_OPTIMUM, LAST_TRIAL, THEORY_DIFFERENCE, THEORY_BETTER, PREDICTION)
BOOTSTRAP, EXACT = "bootstrap over subjects", "Clopper-Pearson"

OPTIMALITY = TableSchema(
    name="optimality",
    path=shown("optimality"),
    row="a comparison of an estimator with the best that can be had, or with constant parameters",
    columns=(
        Column(
            "criterion",
            STRING,
            "above_optimum: 100 (mean of the estimator / mean of the reference - 1); last_trial: "
            "squared error of the estimate for the session's last trial, over that of the "
            "maximum-likelihood fit to the whole session, a ratio of means; theory_difference: "
            "mean of bce_theory - the bce of constant parameters (a fit to the whole session, or "
            "learned choice by choice: the column `reference`); theory_better: share of people "
            "for whom it is below 0; prediction: mean bce",
            allowed=CRITERIA,
        ),
        POPULATION,
        Column(
            "dynamics",
            STRING,
            "dynamics that the agents' parameters follow, null for people",
            nullable=True,
        ),
        Column(
            "group",
            STRING,
            "'all' people, 'reporting half': those who chose no settings, a diagnosis group, or "
            "'judged to move': those whose parameters are, all of them or of the reporting half; "
            "null for agents",
            nullable=True,
        ),
        Column("measure", STRING, "column of the metrics, or last_trial_mse_<parameter>"),
        Column("estimator", STRING, "estimator that is judged"),
        Column("reference", STRING, "estimator that it is compared with", nullable=True),
        Column("mean", FLOAT, "mean of the estimator, in the unit of the measure"),
        Column(
            "reference_mean",
            FLOAT,
            "mean of the reference over the same subjects",
            "as mean",
            nullable=True,
        ),
        Column("value", FLOAT, "the criterion's number", "the column `unit`", nullable=True),
        Column("ci_low", FLOAT, "lower end of its 95 % interval", "as value", nullable=True),
        Column("ci_high", FLOAT, "upper end of its 95 % interval", "as value", nullable=True),
        Column("unit", STRING, "unit of value and interval", allowed=("%", "1", "nats")),
        Column("interval", STRING, "kind of the interval", allowed=(BOOTSTRAP, EXACT)),
        Column("n", INTEGER, "subjects that have both", "subject", low=1),
        Column("target", FLOAT, "limit of value that is asked for, or null", nullable=True),
        Column(
            "rule",
            STRING,
            "on which side of the target value should lie",
            nullable=True,
            allowed=("<=", ">="),
        ),
        Column(
            "met",
            BOOLEAN,
            "whether it does, whatever its interval; null without a target",
            nullable=True,
        ),
    ),
)
