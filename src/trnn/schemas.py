"""The schema of every table that the pipeline writes."""

from collections.abc import Sequence

from trnn.models import get_model
from trnn.parameters import MEANINGS, MSE_SCALE
from trnn.tables import BOOLEAN, FLOAT, INTEGER, STRING, Column, TableSchema

ESTIMATORS = ("prior", "mle", "filter", "bayes", "trnn", "oracle")
POPULATIONS = ("test", "human")
SPLITS = ("train", "validation", "test")

SUBJECT = Column("subject", STRING, "simulated agent or anonymous person")
BLOCK = Column("block", INTEGER, "block of the session, from 0", "block", low=0)
TRIAL = Column("trial", INTEGER, "trial within its block, from 0", "trial", low=0)
ACTION = Column("action", INTEGER, "action taken", allowed=(0, 1))
REWARD = Column("reward", FLOAT, "reward received for the action", "reward")
P_ACTION_0 = Column(
    "p_action_0",
    FLOAT,
    "probability of action 0 predicted before this trial's choice is seen",
    "probability",
    low=0,
    high=1,
)
POPULATION = Column(
    "population", STRING, "synthetic test agents or people", allowed=("test", "human")
)
GROUP = Column("group", STRING, "diagnosis group, null where the study has none", nullable=True)


def parameter_columns(parameters: Sequence[str], what: str) -> tuple[Column, ...]:
    """Return one column a parameter; `what` says whether it is true or estimated."""
    return tuple(
        Column(
            name,
            FLOAT,
            f"{what} {MEANINGS[name].words} ({MEANINGS[name].symbol})",
            MEANINGS[name].unit,
        )
        for name in parameters
    )


def synthetic_trials(model_name: str) -> TableSchema:
    """Return the schema of simulated agents of a model."""
    model = get_model(model_name)
    latents = tuple(
        Column(name, FLOAT, f"the agent's {name.replace('_', ' of arm ')} before the choice", unit)
        for name, unit in zip(model.latent_names, model.latent_units, strict=True)
    )
    arms = tuple(
        Column(f"arm_mean_{arm}", FLOAT, f"expected reward of action {arm} in this block", "reward")
        for arm in (0, 1)
    )
    truth = Column(
        "p_action_0", FLOAT, "true probability of action 0", "probability", low=0, high=1
    )
    return TableSchema(
        name="synthetic_trials",
        path="<e>/synthetic/{train,validation,test}.parquet",
        row="a trial of a simulated agent",
        columns=(
            SUBJECT,
            Column("dynamics", STRING, "law by which the agent's parameters move"),
            BLOCK,
            TRIAL,
            ACTION,
            REWARD,
            truth,
            *parameter_columns(model.parameters, "true"),
            *latents,
            *arms,
        ),
    )


def estimates(parameters: Sequence[str], spread: bool) -> TableSchema:
    """Return the schema of an estimator's trial-by-trial estimates."""
    columns = (SUBJECT, BLOCK, TRIAL, P_ACTION_0, *parameter_columns(parameters, "estimated"))
    if spread:
        columns += tuple(
            Column(
                f"{name}_sd",
                FLOAT,
                f"posterior standard deviation of {MEANINGS[name].words}",
                MEANINGS[name].unit,
                low=0,
            )
            for name in parameters
        )
    return TableSchema(
        name="estimates",
        path="<e>/estimates/<estimator>/{test,human}.parquet",
        row="a trial",
        columns=columns,
    )


def mle(parameters: Sequence[str]) -> TableSchema:
    """Return the schema of the maximum-likelihood fits."""
    return TableSchema(
        name="fits",
        path="<e>/fits/mle.parquet",
        row="a subject",
        columns=(
            POPULATION,
            SUBJECT,
            *parameter_columns(parameters, "maximum-likelihood"),
            Column("nll", FLOAT, "negative log likelihood at the optimum", "nats", low=0),
            Column("n_trials", INTEGER, "trials of the subject", "trial", low=1),
            Column("converged", BOOLEAN, "whether the best start's optimiser converged"),
            Column("at_bound", BOOLEAN, "whether a parameter lies on a bound of its range"),
        ),
    )


def training(parameters: Sequence[str]) -> TableSchema:
    """Return the schema of a t-RNN's training history."""
    terms: list[Column] = []
    for split in ("train", "validation"):
        terms += [
            Column(f"{split}_loss", FLOAT, f"{split}: weighted sum of the terms"),
            Column(f"{split}_bce", FLOAT, f"{split}: cross-entropy of the choice", "nats"),
        ]
        for name in parameters:
            words = MEANINGS[name].words
            terms += [
                Column(
                    f"{split}_bin_{name}",
                    FLOAT,
                    f"{split}: cross-entropy of the bin of {words}",
                    "nats",
                ),
                Column(
                    f"{split}_mse_{name}", FLOAT, f"{split}: squared error of {words}", "unit^2"
                ),
            ]
    return TableSchema(
        name="training",
        path="<e>/training/trnn/seed<k>.parquet",
        row="an epoch (a fixed number of optimiser steps)",
        columns=(
            Column("epoch", INTEGER, "epoch, from 0", low=0),
            Column("step", INTEGER, "optimiser steps done", low=1),
            Column("agents", INTEGER, "agents started so far", low=1),
            Column("learning_rate", FLOAT, "learning rate at the epoch's end", low=0),
            *terms,
            Column("best", BOOLEAN, "lowest validation loss so far: the checkpoint was written"),
            Column(
                "seconds",
                FLOAT,
                "wall time of the epoch (the only column that varies between equal runs)",
                "s",
                low=0,
            ),
        ),
    )


# ---- Evaluation: metrics, statistics, findings ----

DYNAMICS = Column(
    "dynamics", STRING, "law by which the agent's parameters move, null for people", nullable=True
)
ESTIMATOR = Column("estimator", STRING, "estimator, see the estimates tables")


def metrics(parameters: Sequence[str]) -> TableSchema:
    """Return the schema of the metrics of every subject under every estimator."""
    errors = tuple(
        Column(
            f"mse_{name}",
            FLOAT,
            f"mean over trials of the squared error of {MEANINGS[name].words}"
            + (f" / {MSE_SCALE[name]:g}" if name in MSE_SCALE else "")
            + ", null where the truth is not known",
            f"({MEANINGS[name].unit})^2",
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

FINDINGS = TableSchema(
    name="findings",
    path="<e>/findings.parquet",
    row="a quantity of a finding of the original study",
    columns=(
        Column("finding", INTEGER, "number of the finding", low=1),
        Column("statement", STRING, "what the original study reports"),
        Column("quantity", STRING, "short name of the quantity"),
        Column("description", STRING, "the quantity in words"),
        POPULATION,
        Column("group", STRING, "'all', a group, a contrast of groups, or the agents' dynamics"),
        ESTIMATOR,
        Column("value", FLOAT, "the quantity; null if no subject has it", nullable=True),
        Column("unit", STRING, "its unit"),
        Column("ci_low", FLOAT, f"lower end, {_CI}", "the quantity's", nullable=True),
        Column("ci_high", FLOAT, f"upper end, {_CI}", "the quantity's", nullable=True),
        Column("test", STRING, "the test behind p, null where there is none", nullable=True),
        _P,
        Column(
            "p_holm",
            FLOAT,
            "p, Holm-corrected within the finding (finding 1: as in the statistics table)",
            nullable=True,
            low=0,
            high=1,
        ),
        Column("n", INTEGER, "subjects", "subject", low=0),
        Column("published", FLOAT, "the study's number, null where it has none", nullable=True),
        Column(
            "claim", STRING, "what must be true of the quantity, null if nothing", nullable=True
        ),
        Column("holds", BOOLEAN, "whether it is, null without a claim or a value", nullable=True),
    ),
)
