"""A row of the findings table, and the rule that decides whether it holds."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from ger2024.findings.findings_table import FINDINGS
from trnn.statistics.hypothesis_tests import holm

NAN = float("nan")
SIGNIFICANT = 0.05


@dataclass(frozen=True)
class Rule:
    """When a row holds: its value's side of `limit` and, if `level` is set, its corrected p.

    side 1: above `limit`; -1: below it; 0: no significant difference (p_holm >= `level`).
    """

    side: int
    limit: float = 0.0
    level: float | None = SIGNIFICANT

    def words(self) -> str:
        """Return when a row holds."""
        if self.side == 0:
            return f"p_holm >= {self.level:g}"
        side = f"the value is {'above' if self.side > 0 else 'below'} {self.limit:g}"
        return side if self.level is None else f"{side} and p_holm < {self.level}"

    def met(self, row: "Row") -> bool | None:
        """Return whether the row meets the rule; None if what it needs is missing."""
        if np.isnan(row.value) or (self.level is not None and np.isnan(row.p_holm)):
            return None
        if self.level is not None and self.side == 0:
            return row.p_holm >= self.level
        significant = self.level is None or row.p_holm < self.level
        return significant and (row.value - self.limit) * self.side > 0


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
    for row in rows:
        record = {name: getattr(row, name) for name in FINDINGS.names() if name != "holds"}
        record |= {"holds": None, "rule": None}
        if judged and row.rule is not None:
            record["rule"] = row.rule.words()
            record["statement"] = f"{row.statement} Holds if {row.rule.words()}."
            record["holds"] = row.rule.met(row)
        records.append(record)
    frame = pd.DataFrame(records, columns=FINDINGS.names())
    return frame.astype({"holds": "boolean"})
