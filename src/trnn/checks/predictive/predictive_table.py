"""The schemas of the tables of posterior predictive checks."""

from trnn.checks.predictive.choice_statistics import CURVE, RUNS, SCALARS
from trnn.estimators.registry import FIT, SMOOTHER
from trnn.tables.layout import shown
from trnn.tables.schema import FLOAT, INTEGER, STRING, Column, TableSchema
from trnn.trials.columns import GROUP, SUBJECT

POSTERIOR, STATIONARY = SMOOTHER, FIT
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
    ),
)
