"""Rows of a quantity of people beside that of the agents matched to them, and of the difference."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from ger2024.findings.finding import NAN, Row, Rule, corrected
from ger2024.findings.summaries import Resampling, Statistic, describe, mean
from trnn.checks.matched.control import AGENTS, PEOPLE

Array = np.ndarray

# What the quantities of the control and of the difference are called after the people's.
OF_CONTROL, BEYOND = "_of_control", "_beyond_control"
THE_AGENTS = "the agents matched to them: constant at each person's own fit, on the person's own "
THE_AGENTS += "schedule, averaged over a person's agents"


@dataclass(frozen=True)
class Compared:
    """Rows that describe, and the one that is tested."""

    described: tuple[Row, ...]
    tested: Row


def compare(
    row: Row,
    own: Array,
    control: Array | None,
    resampling: Resampling,
    rule: Rule | None = None,
    statistic: Statistic = mean,
) -> Compared:
    """Return a quantity of people, that of their control, and the paired difference.

    The difference is tested, and bears the rule. Without a control people's quantity is tested
    against 0, and nothing is claimed.

    Parameters
    ----------
    row : people's row; its statement says what is averaged
    own, control : (n_people,), NaN in both where one is missing
        (`trnn.checks.matched.control.paired`)
    rule : when the difference holds
    """
    if control is None:
        return Compared((), describe(row, own, resampling, statistic, tested=True))
    plain = replace(row, kind=None, contrast=None, side_a=None, side_b=None)
    people = describe(plain, own, resampling, statistic)
    agents = replace(
        plain,
        statement=f"Of {THE_AGENTS}. What the method gives of itself.",
        quantity=row.quantity + OF_CONTROL,
        published=NAN,
    )
    claim = replace(
        row,
        statement=f"The same, of each person less that of the agents matched to the person. "
        f"{row.statement}",
        quantity=row.quantity + BEYOND,
        published=NAN,
        rule=rule,
        kind="conditions",
        contrast=f"{PEOPLE} - {AGENTS}",
        side_a=PEOPLE,
        side_b=AGENTS,
    )
    described = (people, describe(agents, control, resampling, statistic))
    return Compared(described, describe(claim, own - control, resampling, statistic, tested=True))


def one_family(compared: Sequence[Compared], family: str) -> list[Row]:
    """Return all rows in order; what is tested is one family of Holm's correction."""
    tested = corrected([part.tested for part in compared], family)
    return [
        row
        for part, claim in zip(compared, tested, strict=True)
        for row in (*part.described, claim)
    ]
