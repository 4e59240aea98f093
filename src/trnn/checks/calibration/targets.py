"""The targets of the estimators. They were set before anything was measured.

Every target is judged by the point estimate; its interval stands beside it and decides nothing.
"""

from dataclasses import dataclass

# Share of true values inside the posterior's 90 % interval, in every tenth of the session and in
# the trials just after a change.
COVERAGE_90 = (0.88, 0.92)
# Percent above the exact filter's mean on switching agents.
BCE_ABOVE_OPTIMUM = 1.0
ERROR_ABOVE_OPTIMUM = 5.0
# Cross-entropy of people's choices from the trial-by-trial estimates less that from constant ones,
# nats; and the share of people whose choices the former explain better.
THEORY_DIFFERENCE = 0.0
THEORY_BETTER_SHARE = 0.8
# Share of people whose choices they explain better than constant parameters that are learned choice
# by choice: of all people, and of those who are judged to move.
CONSTANT_BETTER_SHARE = 0.8
CONSTANT_BETTER_SHARE_OF_MOVING = 0.9
# Share of agents whose parameter never changes and is yet judged to move.
FALSE_POSITIVES = 0.05

# The estimator that has the targets; the others are shown beside it. (The targets of the distance
# from the optimum apply to its smoothed variant too.)
JUDGED = "trnn"


@dataclass(frozen=True)
class Target:
    """A limit that a study asks of one estimator, beside the targets of the library.

    `criterion` and `measure` identify rows of the table of optimality; `rule` is "<=" or ">=", and
    `limit` has the unit of the row's value.
    """

    criterion: str
    measure: str
    estimator: str
    rule: str
    limit: float
