"""The schema of the table of joint calibration."""

from trnn.checks.calibration.calibration_table import SESSION, TENTH
from trnn.tables.layout import shown
from trnn.tables.schema import BOOLEAN, FLOAT, INTEGER, STRING, Column, TableSchema

NEARNESS, TRADE_OFF = "nearness", "trade_off"
QUANTITIES = (NEARNESS, TRADE_OFF)
LEVELS = tuple(round(0.1 * i, 1) for i in range(1, 10))
ERROR_RATE = 0.05  # of all verdicts on an estimator's posterior together

_CI = "end of its 95 % interval over agents (Clopper-Pearson)"
_TEST = "the same in all rows of a test"

JOINT_CALIBRATION = TableSchema(
    name="joint calibration",
    path=shown("joint_calibration"),
    row=(
        "a share of agents whose true values rank at or below a level among draws from their "
        "joint posterior"
    ),
    columns=(
        Column("estimator", STRING, "estimator with a posterior, see the estimates tables"),
        Column(
            "dynamics",
            STRING,
            "dynamics of the agents: those that the posterior assumes (a filter's own, those that "
            "a network was trained on), under which alone it can be calibrated",
        ),
        Column(
            "quantity",
            STRING,
            "what true values and draws are ranked by: nearness, their distance from a random "
            "point, all parameters as shares of their ranges; trade_off, the product of two "
            "parameters' deviations from the posterior mean: mostly negative where one may be "
            "high if the other is low",
            allowed=QUANTITIES,
        ),
        Column("parameters", STRING, "the parameters that it is made of, with commas"),
        Column(
            "by",
            STRING,
            "which trial of each agent: a random one of the session, or of a tenth of it",
            allowed=(SESSION, TENTH),
        ),
        Column("bin", STRING, "all, or the tenth, in words"),
        Column("position", INTEGER, "order of the bin", low=0),
        Column("level", FLOAT, "share that a calibrated posterior has", low=0, high=1),
        Column(
            "share",
            FLOAT,
            "share of agents whose true values rank at or below the level: nearness, whose truth "
            "lies in the ball around the point that holds this much of the posterior",
            low=0,
            high=1,
        ),
        Column("ci_low", FLOAT, f"lower {_CI}", low=0, high=1),
        Column("ci_high", FLOAT, f"upper {_CI}", low=0, high=1),
        Column("deviation", FLOAT, "share - level", low=-1, high=1),
        Column("n", INTEGER, "agents, each with one trial", "subject", low=1),
        Column(
            "distance",
            FLOAT,
            f"greatest distance of the shares from all levels between 0 and 1, {_TEST}",
            low=0,
            high=1,
        ),
        Column(
            "limit",
            FLOAT,
            "distance that no test of a calibrated posterior of the estimator exceeds, with "
            f"probability 95 %, {_TEST}",
            low=0,
            high=1,
        ),
        Column("p", FLOAT, f"of the distance, by Kolmogorov and Smirnov, {_TEST}", low=0, high=1),
        Column(
            "p_holm",
            FLOAT,
            "p, corrected by Holm's method over all tests of the estimator in the experiment",
            low=0,
            high=1,
        ),
        Column(
            "calibrated",
            BOOLEAN,
            f"whether p_holm is at least {ERROR_RATE:g}: of a calibrated posterior all tests say "
            "so with probability 95 %",
        ),
    ),
)
