"""A row of the findings table, and the rule that decides whether it holds."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from ger2024.findings.findings_table import FINDINGS
from trnn.statistics.hypothesis_tests import holm

NAN = float("nan")
SIGNIFICANT = 0.05


# Of each of the two one-sided tests of equivalence: their interval is one of 90 %.
EQUIVALENT = 0.05
TOO_LITTLE = "too few subjects for a value and its test"


@dataclass(frozen=True)
class Rule:
    """When a row holds: its value's side of `limit` and, if `level` is set, its corrected p.

    side 1: above `limit`; -1: below it.
    """

    side: int
    limit: float = 0.0
    level: float | None = SIGNIFICANT

    def words(self) -> str:
        """Return when a row holds."""
        side = f"the value is {'above' if self.side > 0 else 'below'} {self.limit:g}"
        return side if self.level is None else f"{side} and p_holm < {self.level}"

    def met(self, row: "Row") -> bool | None:
        """Return whether the row meets the rule; None if it cannot be told."""
        if np.isnan(row.value) or (self.level is not None and np.isnan(row.p_holm)):
            return None
        significant = self.level is None or row.p_holm < self.level
        return bool(significant and (row.value - self.limit) * self.side > 0)

    def undecided(self, row: "Row") -> str:
        """Return why it cannot be told whether the row meets the rule."""
        return TOO_LITTLE


@dataclass(frozen=True)
class NoDifference(Rule):
    """When a row holds that claims that there is no difference: by two one-sided tests.

    It holds if the 90 % interval of the mean lies within `limit` on either side of 0 (Schuirmann
    1987, Journal of Pharmacokinetics and Biopharmaceutics 15:657). It does not hold if there is a
    significant difference that is not shown to be so small. Else it cannot be told: that no
    difference was found does not show that there is none.

    side is 0; NaN as `limit`: there is no margin.
    """

    side: int = 0
    limit: float = NAN

    def words(self) -> str:
        """Return when a row holds."""
        return (
            f"the 90 % interval of the mean lies within 0 ± {self.limit:.4f}; does not hold if it "
            f"does not and p_holm < {self.level}; else it cannot be told"
        )

    def met(self, row: "Row") -> bool | None:
        """Return whether the row meets the rule; None if it cannot be told."""
        low, high = row.within
        if np.isnan([low, high, self.limit]).any():
            return None
        if -self.limit < low and high < self.limit:
            return True
        return False if self.level is not None and row.p_holm < self.level else None

    def undecided(self, row: "Row") -> str:
        """Return why it cannot be told whether the row meets the rule."""
        low, high = row.within
        if np.isnan(self.limit):
            return "there is no margin"
        if np.isnan([low, high]).any():
            return TOO_LITTLE
        return (
            f"no difference is found, but the 90 % interval [{low:.4f}, {high:.4f}] reaches beyond "
            f"0 ± {self.limit:.4f}"
        )


ABOVE, BELOW = Rule(1), Rule(-1)
ABOVE_UNTESTED, BELOW_UNTESTED = Rule(1, level=None), Rule(-1, level=None)


@dataclass(frozen=True)
class Row:
    """A quantity of a finding; the fields are the findings table's columns. Missing is NaN."""

    finding: str
    statement: str
    quantity: str
    group: str
    unit: str
    value: float
    n: int
    ci_low: float = NAN
    ci_high: float = NAN
    kind: str | None = None
    family: str | None = None
    contrast: str | None = None
    test: str | None = None
    statistic: float = NAN
    p: float = NAN
    p_holm: float = NAN
    effect_name: str | None = None
    effect: float = NAN
    effect_ci_low: float = NAN
    effect_ci_high: float = NAN
    published: float = NAN
    rule: Rule | None = None
    side_a: str | None = None
    side_b: str | None = None
    within: tuple[float, float] = (NAN, NAN)  # 90 % interval of the mean, for `NoDifference`


def corrected(rows: Sequence[Row], family: str) -> list[Row]:
    """Return the rows with `p_holm` filled in: they are one family of Holm's correction."""
    return [
        replace(row, p_holm=float(p), family=family)
        for row, p in zip(rows, holm([row.p for row in rows]), strict=True)
    ]


def findings_frame(rows: Sequence[Row], judged: bool = True) -> pd.DataFrame:
    """Return the findings table of the rows, each with its rule judged.

    Unless `judged`, no row is judged: the rules are claims about other people.
    """
    records = []
    judgement = ("holds", "rule", "undecided")
    for row in rows:
        record = {name: getattr(row, name) for name in FINDINGS.names() if name not in judgement}
        record |= dict.fromkeys(judgement)
        if judged and row.rule is not None:
            record["rule"] = row.rule.words()
            record["statement"] = f"{row.statement} Holds if {row.rule.words()}."
            record["holds"] = row.rule.met(row)
            record["undecided"] = None if record["holds"] is not None else row.rule.undecided(row)
        records.append(record)
    frame = pd.DataFrame(records, columns=FINDINGS.names())
    return frame.astype({"holds": "boolean"})
