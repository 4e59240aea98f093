"""The schema of two predictors of people's choices, head to head."""

from trnn.scores.trial_kinds import PARTITIONS
from trnn.tables.layout import shown
from trnn.tables.schema import FLOAT, INTEGER, STRING, Column, TableSchema

THEORY = "theory"  # the predictor that is the focus t-RNN's model, driven by its posterior
_CI = "95 % bootstrap interval over people"
_LESS = "below 0: the first predicts better"


def _with_interval(name: str, words: str) -> tuple[Column, ...]:
    """Return the columns of a number of nats, and of its interval."""
    ends = (f"{name}_ci_{end}" for end in ("low", "high"))
    return (
        Column(name, FLOAT, words, "nats"),
        *(
            Column(end, FLOAT, f"{which} end, {_CI}", "nats", nullable=True)
            for end, which in zip(ends, ("lower", "upper"), strict=True)
        ),
    )


HEAD_TO_HEAD = TableSchema(
    name="head_to_head",
    path=shown("head_to_head"),
    row="a kind of trials, in a group of people, under a pair of predictors",
    columns=(
        Column("predictor_a", STRING, f"first: an estimator, or '{THEORY}': the t-RNN's model"),
        Column("predictor_b", STRING, "second"),
        Column("group", STRING, "'reporting half' of the people, 'all', or a diagnosis group"),
        Column(
            "partition",
            STRING,
            "what trials are told apart by; of its kinds, each choice has exactly one",
            allowed=PARTITIONS,
        ),
        Column(
            "kind",
            STRING,
            "kind of trial, by what was there before the choice: the reward (above 0) and whether "
            "the choice before repeated the one before it, equal choices in a row, thirds of the "
            "block",
        ),
        Column("n", INTEGER, "people with such trials", "subject", low=1),
        Column("n_trials", INTEGER, "such trials of all of them, with a choice", "trial", low=1),
        Column(
            "share_of_trials",
            FLOAT,
            "mean over the group's people of the share of their choices that are of the kind",
            low=0,
            high=1,
        ),
        Column(
            "mean_a", FLOAT, "mean over people of their mean -log P(choice), first", "nats", low=0
        ),
        Column("mean_b", FLOAT, "the same, second", "nats", low=0),
        *_with_interval(
            "difference",
            "mean over people of the mean difference of -log P(choice) on such trials, first less "
            f"second; {_LESS}",
        ),
        *_with_interval(
            "contribution",
            "mean over the group's people of the sum of that difference over such trials, over the "
            "number of all of a person's choices: those of a partition's kinds add up to the "
            "difference on all trials, in nats a trial",
        ),
        Column("statistic", FLOAT, "of the signed-rank test of the difference", nullable=True),
        Column("p", FLOAT, "two-sided p of it, uncorrected", nullable=True, low=0, high=1),
        Column(
            "p_holm",
            FLOAT,
            "p, Holm-corrected over the kinds of the partition, for a pair and group",
            nullable=True,
            low=0,
            high=1,
        ),
    ),
)
