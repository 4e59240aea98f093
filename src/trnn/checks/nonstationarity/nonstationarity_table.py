"""The schemas of the evidence for moving parameters, and of the rates of its verdicts."""

from trnn.tables.layout import shown
from trnn.tables.schema import BOOLEAN, FLOAT, INTEGER, STRING, Column, TableSchema
from trnn.trials.columns import GROUP, POPULATION, SUBJECT

# The question about all parameters at once stands beside those about each.
ALL = "all"
MOVING, CONSTANT, UNDECIDED = "moving", "constant", "undecided"
VERDICTS = (MOVING, CONSTANT, UNDECIDED)

PARAMETER = Column(
    "parameter",
    STRING,
    "parameter that is constant or moves while the others switch; 'all': all of them together",
)


def dynamics_of(name: str) -> str:
    """Return what tables call the dynamics of agents whose parameter `name` is constant."""
    return f"{name} constant, others switching"


def _evidence(motion: str, words: str) -> Column:
    return Column(
        f"log_evidence_{motion}", FLOAT, f"log P(all choices) where the parameter {words}", "nats"
    )


def _error(motion: str) -> Column:
    return Column(
        f"log_evidence_{motion}_error",
        FLOAT,
        f"standard error of log_evidence_{motion}: Monte Carlo, no smaller than what the last "
        "increase of the number of particles has changed; where the evidence is a sum over a "
        "grid, the difference of two grids",
        "nats",
        low=0,
    )


EVIDENCE = TableSchema(
    name="nonstationarity",
    path=shown("nonstationarity"),
    row="a parameter of a subject",
    columns=(
        POPULATION,
        SUBJECT,
        GROUP,
        Column(
            "dynamics",
            STRING,
            "dynamics of an agent, or which parameter is constant while the others switch; null "
            "for people",
            nullable=True,
        ),
        PARAMETER,
        Column("n_trials", INTEGER, "trials of the subject", "trial", low=1),
        Column(
            "moved",
            BOOLEAN,
            "whether the true parameter ('all': any of them) changed, null for people",
            nullable=True,
        ),
        _evidence(CONSTANT, "never changes"),
        _evidence("switching", "switches"),
        _evidence("walking", "walks"),
        *map(_error, (CONSTANT, "switching", "walking")),
        Column(
            "log_bf_moving",
            FLOAT,
            "log Bayes factor of moving, switching and walking equally likely, against constant",
            "nats",
        ),
        *(
            Column(
                f"log_bf_{end}",
                FLOAT,
                f"its {words} end, if the evidences are off by two of their standard errors, which "
                "are rough: from as many values as there are replicates",
                "nats",
            )
            for end, words in (("low", "lower"), ("high", "upper"))
        ),
        Column(
            "verdict",
            STRING,
            "the verdict of the Bayes factor: both of its ends are beyond a limit; else "
            "'undecided'",
            allowed=VERDICTS,
        ),
    ),
)

_COUNT = "subjects with the verdict"
RATES = TableSchema(
    name="nonstationarity_rates",
    path=shown("nonstationarity_rates"),
    row="a group of subjects and a parameter",
    columns=(
        POPULATION,
        Column(
            "group",
            STRING,
            "'reporting half' (those who chose no settings), 'all' or a diagnosis group (people); "
            "dynamics of the agents, or which parameter is constant while the others switch: the "
            "null of that parameter's comparison",
        ),
        PARAMETER,
        Column(
            "moved",
            BOOLEAN,
            "true: agents whose parameter changed, whose `share_moving` is the power; false: "
            "agents whose parameter did not, whose `share_moving` is the false-positive rate; "
            "null: people",
            nullable=True,
        ),
        Column("n", INTEGER, "subjects", "subject", low=1),
        *(Column(f"n_{v}", INTEGER, f"{_COUNT} '{v}'", "subject", low=0) for v in VERDICTS),
        Column(
            "n_unclear",
            INTEGER,
            "subjects whose verdict hangs on the Monte Carlo error: it is another at one end of "
            "their Bayes factor than at the other",
            "subject",
            low=0,
        ),
        Column("share_moving", FLOAT, "share of subjects with the verdict 'moving'", low=0, high=1),
        Column(
            "share_ci_low",
            FLOAT,
            "lower end of its 95 % interval (Clopper & Pearson 1934)",
            low=0,
            high=1,
        ),
        Column("share_ci_high", FLOAT, "upper end", low=0, high=1),
        Column("median_log_bf", FLOAT, "median log Bayes factor of moving", "nats"),
        Column("bayes_factor", FLOAT, "Bayes factor beyond which the verdict is 'moving'", low=1),
    ),
)
