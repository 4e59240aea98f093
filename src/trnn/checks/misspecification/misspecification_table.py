"""The schemas of the tables of misspecification."""

from trnn.checks.misspecification.features import KINDS
from trnn.tables.layout import shown
from trnn.tables.schema import BOOLEAN, FLOAT, INTEGER, STRING, Column, TableSchema
from trnn.trials.columns import DYNAMICS, GROUP, POPULATION, SUBJECT

_WHO = (POPULATION, SUBJECT, GROUP, DYNAMICS)
_OF = {
    "session": "what was faced (lengths of blocks, SD of rewards)",
    "choices": "choices and what they earned",
    "prediction": "surprise of the t-RNN beyond what it expects of itself",
}


def _kind_columns() -> tuple[Column, ...]:
    distances = tuple(
        Column(
            f"distance_{kind}",
            FLOAT,
            f"Mahalanobis distance of the rank-normal scores of {_OF[kind]}; null if no such "
            "feature varies among the agents",
            "SD",
            nullable=True,
            low=0,
        )
        for kind in ("session", "choices")
    )
    p = tuple(
        Column(
            f"p_{kind}",
            FLOAT,
            f"{_OF[kind]}: (1 + agents as far out or further) / (1 + agents), an agent left out "
            "of those it is compared with; null without a distance",
            nullable=True,
            low=0,
            high=1,
        )
        for kind in KINDS
    )
    flags = tuple(
        Column(f"outside_{kind}", BOOLEAN, f"{_OF[kind]}: whether p is at most 0.01")
        for kind in KINDS
    )
    return (*distances, *p, *flags)


MISSPECIFICATION = TableSchema(
    name="misspecification",
    path=shown("misspecification"),
    row="a person, or a test agent that is put through the same",
    columns=(
        *_WHO,
        *_kind_columns(),
        Column("outside", BOOLEAN, "whether one of the three flags is set: at most 3 % by chance"),
        Column("n_beyond", INTEGER, "features below or above those of all agents", low=0),
        Column(
            "furthest",
            STRING,
            "feature that is furthest out, of the kinds that are flagged if any is; null if no "
            "feature varies",
            nullable=True,
        ),
        Column("reason", STRING, "the same in words, with its value", nullable=True),
    ),
)

MISSPECIFICATION_FEATURES = TableSchema(
    name="misspecification_features",
    path=shown("misspecification_features"),
    row="a feature of a person's or test agent's session",
    columns=(
        *_WHO,
        Column("feature", STRING, "name of the feature"),
        Column("kind", STRING, "what it is about", allowed=KINDS),
        Column("words", STRING, "the feature in words"),
        Column("unit", STRING, "unit of the value"),
        Column("value", FLOAT, "the value; null for a rate without trials", nullable=True),
        Column(
            "percentile",
            FLOAT,
            "share of agents below the value, those equal counting half: of the training agents, "
            "or for predictions of the test agents that follow the switching filter's dynamics",
            "%",
            nullable=True,
            low=0,
            high=100,
        ),
        Column(
            "score",
            FLOAT,
            "normal quantile of the percentile, continued in a straight line beyond the agents' "
            "range; null where the agents do not differ",
            "SD",
            nullable=True,
        ),
        Column("beyond", BOOLEAN, "whether the value is below or above those of all agents"),
    ),
)
