"""The schemas of the theories compared on people, and of the model recovery matrix."""

from trnn.checks.priors.half_schema import half_schema
from trnn.tables.layout import shown
from trnn.tables.schema import BOOLEAN, FLOAT, INTEGER, STRING, Column, TableSchema
from trnn.trials.columns import SUBJECT
from trnn.trials.halves import CHOOSING, HALVES

MEASURE = "theory_evidence"  # of the random-effects comparison, in the tables of tests

_THEORY = Column("theory", STRING, "name of the candidate: a model with ranges")
_ERROR = "Monte Carlo standard error of "


def _hazard(words: str, nullable: bool = False) -> Column:
    return Column("hazard", FLOAT, words, "probability", nullable=nullable, low=0, high=1)


def _behind(half: str) -> list[Column]:
    behind = f"behind_{half}"
    words = f"log evidence of the chosen theory less this one's, {half} half"
    if half != CHOOSING:
        words += "; below 0: this one is the better there"
    return [
        Column(behind, FLOAT, words, "nats", low=0 if half == CHOOSING else None),
        Column(
            f"{behind}_se",
            FLOAT,
            f"standard error of {behind}, paired over subjects",
            "nats",
            low=0,
        ),
        Column(
            f"{behind}_mc_error",
            FLOAT,
            f"{_ERROR}{behind}, which {behind}_se holds too",
            "nats",
            low=0,
        ),
    ]


EVIDENCE_OF_THEORY = TableSchema(
    "evidence_of_theory",
    shown("evidence_of_theory"),
    "a person under one hazard of the grid",
    (
        _THEORY,
        Column("model", STRING, "its model"),
        _hazard("probability of a change, per trial and parameter"),
        SUBJECT,
        Column("n_trials", INTEGER, "choices of the person", "trial", low=0),
        Column("log_evidence", FLOAT, "log P(all choices of the person)", "nats"),
        Column("log_evidence_error", FLOAT, _ERROR + "log_evidence", "nats", low=0),
        Column("n_particles", INTEGER, "particles that it took", "particle", low=1),
    ),
)
THEORIES = TableSchema(
    "theories",
    shown("theories"),
    "a theory: a candidate under a hazard that all share, or under each person's own",
    (
        _THEORY,
        Column("model", STRING, "its model"),
        Column("ranges", STRING, "range of each of its parameters"),
        Column("n_parameters", INTEGER, "parameters of the model", low=1),
        _hazard(
            "probability of a change, per trial and parameter; null: each person has one of the "
            "grid's, equally likely",
            nullable=True,
        ),
        *(column for half in HALVES for column in half_schema(half, "the published's", False)),
        *(column for half in HALVES for column in _behind(half)),
        Column(
            "tied",
            BOOLEAN,
            "whether it is tied with the chosen one: behind_choosing is at most its standard error",
        ),
        Column("published", BOOLEAN, "the candidate, under own hazards, that gains are over"),
        Column("chosen", BOOLEAN, f"the theory of the highest log evidence on the {CHOOSING} half"),
    ),
)
THEORY_EVIDENCE = TableSchema(
    "theory_evidence",
    shown("theory_evidence"),
    "a person under a candidate",
    (
        _THEORY,
        SUBJECT,
        Column("group", STRING, "group of the person; null where there are none", nullable=True),
        Column("half", STRING, "half of the people that the person is of", allowed=HALVES),
        Column("n_trials", INTEGER, "choices of the person", "trial", low=0),
        Column(
            "log_evidence",
            FLOAT,
            "log P(all choices of the person) under a hazard of the person's own",
            "nats",
        ),
        Column("log_evidence_error", FLOAT, _ERROR + "log_evidence", "nats", low=0),
        _hazard(
            f"the candidate's hazard, of those that all share, with the highest log evidence on "
            f"the {CHOOSING} half"
        ),
        Column("log_evidence_at_hazard", FLOAT, "log P(all choices) under this hazard", "nats"),
        Column(
            "log_evidence_at_hazard_error",
            FLOAT,
            _ERROR + "log_evidence_at_hazard",
            "nats",
            low=0,
        ),
    ),
)
RECOVERY_OF_THEORY = TableSchema(
    "recovery_of_theory",
    shown("recovery_of_theory"),
    "a simulated agent under a candidate",
    (
        Column("true", STRING, "the candidate whose agent it is"),
        Column("scored", STRING, "the candidate under which it is scored"),
        Column("agent", STRING, "the agent"),
        _hazard("the agent's own probability of a change, of the grid's in turn"),
        Column("n_trials", INTEGER, "choices that count", "trial", low=1),
        Column("log_evidence", FLOAT, "log P(these choices) under a hazard of its own", "nats"),
        Column("log_evidence_error", FLOAT, _ERROR + "log_evidence", "nats", low=0),
    ),
)
THEORY_RECOVERY = TableSchema(
    "theory_recovery",
    shown("theory_recovery"),
    "agents of one candidate under one candidate, each under a hazard of the agent's own",
    (
        Column("true", STRING, "the candidate whose agents they are"),
        Column("scored", STRING, "the candidate under which they are scored"),
        Column("n", INTEGER, "agents", "agent", low=1),
        Column(
            "share_best",
            FLOAT,
            "share of the agents whose choices have their highest evidence under it",
            "share",
            low=0,
            high=1,
        ),
        Column("share_best_ci_low", FLOAT, "its lower end, exact 95 % interval", "share"),
        Column("share_best_ci_high", FLOAT, "its upper end, exact 95 % interval", "share"),
        Column(
            "behind_best",
            FLOAT,
            "mean over agents of the log evidence of each agent's best candidate less this one's",
            "nats",
            low=0,
        ),
        Column(
            "behind_true",
            FLOAT,
            "mean over agents of the log evidence of the true candidate less this one's; below 0: "
            "this one explains the agents better",
            "nats",
        ),
        Column(
            "behind_true_se",
            FLOAT,
            "standard error of behind_true, paired over agents; null for one agent",
            "nats",
            nullable=True,
            low=0,
        ),
        Column("behind_true_mc_error", FLOAT, _ERROR + "behind_true", "nats", low=0),
        Column(
            "chosen",
            BOOLEAN,
            "whether the rule chooses it by all of these agents: the highest summed log evidence",
        ),
    ),
)
