"""The schema of the metrics table."""

import math
from collections.abc import Collection, Iterable, Mapping

from trnn.tables.layout import shown
from trnn.tables.schema import FLOAT, INTEGER, STRING, Column, TableSchema
from trnn.theory.meanings import MEANINGS
from trnn.trials.columns import DYNAMICS, GROUP, POPULATION, SUBJECT
from trnn.trials.halves import HALVES

ESTIMATOR = Column("estimator", STRING, "estimator, see the estimates tables")
_OF_CHOICES = (
    POPULATION,
    SUBJECT,
    GROUP,
    DYNAMICS,
    Column(
        "half",
        STRING,
        "half of the people: one chose settings (the prior, those of d-RNNs), the other had no "
        "part in it; null for agents, and where nothing is chosen on people",
        nullable=True,
        allowed=HALVES,
    ),
    ESTIMATOR,
    Column("n_trials", INTEGER, "trials of the subject", "trial", low=1),
    Column(
        "bce",
        FLOAT,
        "mean over trials of -log P(the action taken), null if the estimator smooths: it "
        "has seen the choices",
        "nats",
        nullable=True,
        low=0,
    ),
    Column(
        "bce_theory",
        FLOAT,
        "the same for the model run forward with each trial's estimates, averaged over "
        "posterior draws where there are any; null if the estimator has no parameters or "
        "smooths",
        "nats",
        nullable=True,
        low=0,
    ),
    Column(
        "pseudo_r2",
        FLOAT,
        "1 - bce / log 2: 0 is chance, 1 certainty; null if the estimator smooths",
        nullable=True,
        high=1,
    ),
    Column(
        "normalized_likelihood",
        FLOAT,
        "exp(-bce): geometric mean of the probability of the action taken; null if the "
        "estimator smooths",
        "probability",
        nullable=True,
        low=0,
        high=1,
    ),
    Column(
        "accuracy",
        FLOAT,
        "share of trials whose action was predicted with p > 1/2; p = 1/2 counts half; "
        "null if the estimator smooths",
        nullable=True,
        low=0,
        high=1,
    ),
)


HAZARD = "ce_hazard"


def metrics(
    unit_of: Mapping[str, str], tenths: Collection[str] = (), n_hazards: Iterable[int] = ()
) -> TableSchema:
    """Return the schema of the metrics of every subject under every estimator.

    `unit_of`: parameter -> unit, in the model's order; `tenths` are the parameters whose errors
    are those of a tenth of them; `n_hazards`: of how many hazards agents have one, for each
    dynamics that have several.
    """
    chances = ", ".join(f"{math.log(n):.4f}" for n in sorted(set(n_hazards)))
    errors = tuple(
        Column(
            f"mse_{name}",
            FLOAT,
            f"mean over trials of the squared error of {MEANINGS[name].words}"
            + (" / 10" if name in tenths else "")
            + ", null where the truth is not known",
            _squared(unit),
            nullable=True,
            low=0,
        )
        for name, unit in unit_of.items()
    )
    return TableSchema(
        name="metrics",
        path=shown("metrics"),
        row="a subject under an estimator",
        columns=(
            *_OF_CHOICES,
            *errors,
            *((_hazard(chances),) if chances else ()),
        ),
    )


def _hazard(chances: str) -> Column:
    return Column(
        HAZARD,
        FLOAT,
        "mean over trials of -log P(the agent's own hazard), of which equal probabilities have "
        f"{chances}, null where it is not known or not estimated",
        "nats",
        nullable=True,
        low=0,
    )


def unit_of_measure(measure: str, unit_of: Mapping[str, str]) -> str:
    """Return the unit of a measure of the metrics table: `bce`, `bce_theory`, `mse_<parameter>`."""
    if measure.startswith("bce"):
        return "nats"
    return _squared(unit_of[measure.removeprefix("mse_")])


def _squared(unit: str) -> str:
    return unit if unit == "1" else f"({unit})^2"
