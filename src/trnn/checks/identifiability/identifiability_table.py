"""The table of what can be known."""

from collections.abc import Mapping

from trnn.tables.layout import shown
from trnn.tables.schema import BOOLEAN, FLOAT, INTEGER, STRING, Column, TableSchema
from trnn.theory.meanings import MEANINGS

KINDS = ("overall", "cell", "pair")
CONSTANT = "stationary"  # the kind of dynamics of its agents, which have none of the settings
EXACT = "posterior"  # the estimator that is the exact posterior's mean
UNRECOVERED = 0.5  # a parameter with a greater relative error counts as not recovered: a convention


def _share(name: str, words: str, high: float | None = None) -> Column:
    return Column(name, FLOAT, words, nullable=True, low=0, high=high)


_WHAT = (
    Column(
        "kind",
        STRING,
        "overall (all true values), cell (those in a cell), or pair (of parameters)",
        allowed=KINDS,
    ),
    Column("dynamics", STRING, "dynamics of the agents' parameters"),
    Column(
        "estimator",
        STRING,
        f"'{EXACT}': mean of the exact posterior of constant parameters; or an estimator",
    ),
    Column("parameter", STRING, "the parameter that is recovered"),
    Column("other", STRING, "the other parameter of a pair, else null", nullable=True),
    Column(
        "n_trials",
        INTEGER,
        "trials seen; of an estimator: mean length of the sessions, whose trials' errors "
        "are averaged",
        "trial",
        low=1,
    ),
)
_NUMBERS = (
    Column("n", INTEGER, "agents behind the number", "agent", low=0),
    _share(
        "relative_error",
        "expected squared error over that of the prior's mean, all true values: 1 nothing "
        "learned, 0 known; null if no agent was there",
    ),
    _share("relative_error_ci_low", "overall: lower end, 95 % bootstrap over agents"),
    _share("relative_error_ci_high", "overall: upper end, 95 % bootstrap over agents"),
    _share(
        "prior_error",
        "the same of the prior's mean for true values in the cell (1 if no cell)",
    ),
    _share(
        "relative_variance",
        "expected posterior variance over the prior's: what is left to know. Overall it "
        f"is the relative error of '{EXACT}'",
    ),
    _share(
        "simulated_error",
        "overall: relative squared error against the true values that were drawn; agrees "
        "with relative_error up to chance",
    ),
    _share(
        "others_known",
        "overall: relative error if the other parameters were known",
    ),
    Column(
        "information",
        FLOAT,
        "overall: mutual information of the parameter and the choices",
        "nats",
        nullable=True,
        low=-1e-9,
    ),
    Column(
        "correlation",
        FLOAT,
        "pair: posterior correlation, averaged over agents as Fisher's z",
        nullable=True,
        low=-1,
        high=1,
    ),
    _share("strength", "pair: the same of its size, without the sign", high=1),
    Column(
        "recovered",
        BOOLEAN,
        f"overall: whether the relative error is at most {UNRECOVERED:g}, a convention",
        nullable=True,
    ),
)


def identifiability(unit_of: Mapping[str, str]) -> TableSchema:
    """Return the schema of the map of what can be known; `unit_of`: parameter -> unit."""
    ends = tuple(
        Column(
            f"{name}_{end}",
            FLOAT,
            f"{words} end of the cell's true {MEANINGS[name].words}; of the range if no cell",
            unit,
        )
        for name, unit in unit_of.items()
        for end, words in (("low", "lower"), ("high", "upper"))
    )
    return TableSchema(
        name="identifiability",
        path=shown("identifiability"),
        row="a parameter over its range (overall) or in a cell of true values, or a pair of "
        "parameters, after some number of trials",
        columns=(
            *_WHAT,
            *ends,
            *_NUMBERS,
        ),
    )
