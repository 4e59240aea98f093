"""The schemas of the tables of posterior predictive checks."""

from trnn.checks.predictive.choice_statistics import CURVE, RUNS, SCALARS
from trnn.estimators.registry import FIT, SMOOTHER
from trnn.tables.layout import shown
from trnn.tables.schema import BOOLEAN, FLOAT, INTEGER, STRING, Column, TableSchema
from trnn.trials.columns import GROUP, SUBJECT

POSTERIOR, STATIONARY = SMOOTHER, FIT
# Columns that tell how many people are inside of the intervals of their own re-simulations.
INSIDE = ("n_ranked", "n_inside", "share_inside", "inside_ci_low", "inside_ci_high")
SOURCES = (POSTERIOR, STATIONARY)

_SOURCE = Column(
    "source",
    STRING,
    "whose parameters were simulated: trajectories drawn from the t-RNN's smoothed posterior, or "
    "each person's maximum-likelihood fit of constant ones",
    allowed=SOURCES,
)
_WORDS = "; ".join(f"{name} ({words})" for name, words in SCALARS.items())
_UNIT = "share; longest_run: trial"


def _band() -> tuple[Column, ...]:
    quantiles = {"q05": "5 %", "q25": "25 %", "q75": "75 %", "q95": "95 %"}
    words = "quantile over draws of the mean over people"
    return tuple(
        Column(name, FLOAT, f"{level} {words}", _UNIT, nullable=True)
        for name, level in quantiles.items()
    )


def _share() -> tuple[Column, ...]:
    words = {"share_inside": "n_inside / n_ranked"}
    words["inside_ci_low"] = "lower end of its exact 95 % interval (Clopper & Pearson 1934)"
    words["inside_ci_high"] = "upper end"
    return tuple(
        Column(name, FLOAT, own, nullable=True, low=0, high=1) for name, own in words.items()
    )


PREDICTIVE = TableSchema(
    name="predictive",
    path=shown("predictive"),
    row="a statistic, or a bin of one, of a group of people and of their re-simulations",
    columns=(
        _SOURCE,
        Column(
            "group",
            STRING,
            "'reporting half' (people who chose no settings), 'all' people, or a diagnosis group",
        ),
        Column(
            "statistic",
            STRING,
            f"{_WORDS}; {CURVE} (share of choices of the better arm by trial of the block); {RUNS} "
            "(share of runs of one choice that are so long)",
            allowed=(*SCALARS, CURVE, RUNS),
        ),
        Column("bin", INTEGER, "first trial (from 1) or shortest run of the bin; else 0", low=0),
        Column("bin_words", STRING, "the bin in words; 'all' where there is one"),
        Column("n", INTEGER, "people with a value", "subject", low=0),
        Column("observed", FLOAT, "mean over people", _UNIT, nullable=True),
        Column(
            "mean",
            FLOAT,
            "mean over draws of the mean over people's re-simulations",
            _UNIT,
            nullable=True,
        ),
        *_band(),
        Column(
            "n_ranked",
            INTEGER,
            "people with a value and a re-simulation that has one; null where bins are told",
            "subject",
            nullable=True,
            low=0,
        ),
        Column(
            "n_inside",
            INTEGER,
            "those whose value lies inside of the 90 % interval of their own re-simulations; by "
            "chance 90 % do",
            "subject",
            nullable=True,
            low=0,
        ),
        *_share(),
    ),
)

PREDICTIVE_PEOPLE = TableSchema(
    name="predictive_people",
    path=shown("predictive_people"),
    row="a statistic of a person and of the person's re-simulations",
    columns=(
        _SOURCE,
        SUBJECT,
        GROUP,
        Column("statistic", STRING, _WORDS, allowed=tuple(SCALARS)),
        Column("observed", FLOAT, "the person's value", _UNIT, nullable=True),
        Column("mean", FLOAT, "mean over re-simulations", _UNIT, nullable=True),
        Column("low", FLOAT, "least of the re-simulations", _UNIT, nullable=True),
        Column("high", FLOAT, "greatest of the re-simulations", _UNIT, nullable=True),
        Column(
            "p",
            FLOAT,
            "posterior predictive p: share of re-simulations whose value is as great as the "
            "person's or greater; null without a value",
            nullable=True,
            low=0,
            high=1,
        ),
        Column("n_draws", INTEGER, "re-simulations that have a value", low=0),
        Column(
            "rank",
            FLOAT,
            "the person's place among the re-simulations, uniform on (0, 1) if the person is one "
            "more of them: ties and the place within are drawn",
            nullable=True,
            low=0,
            high=1,
        ),
        Column(
            "inside",
            BOOLEAN,
            "whether the rank is from 0.05 to 0.95; null without a value",
            nullable=True,
        ),
    ),
)
