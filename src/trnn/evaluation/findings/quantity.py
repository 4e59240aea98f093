"""A quantity of a finding, and what must be true of it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from trnn.evaluation.bootstrap import Statistic, mean_interval, resamples, statistic_interval
from trnn.evaluation.hypothesis_tests import holm, wilcoxon
from trnn.schemas import FINDINGS

Array = np.ndarray

SIGNIFICANT = 0.05


@dataclass(frozen=True)
class Claim:
    """What must be true of a quantity: its sign and, if `level` is set, its corrected p.

    sign 1: above 0; -1: below 0; 0: no significant difference at `level`.
    """

    sign: int
    level: float | None = SIGNIFICANT

    def words(self) -> str:
        """Return the claim as text."""
        if self.sign == 0:
            return f"p ≥ {self.level:g}"
        sign = "> 0" if self.sign > 0 else "< 0"
        return sign if self.level is None else f"{sign}, p < {self.level:g}"

    def holds(self, value: float, p: float) -> bool | None:
        """Return whether the claim is true; None if what it needs is missing."""
        if np.isnan(value) or (self.level is not None and np.isnan(p)):
            return None
        if self.sign == 0:
            return bool(p >= (self.level or 0.0))
        return bool(np.sign(value) == self.sign and (self.level is None or p < self.level))


ABOVE, BELOW = Claim(1), Claim(-1)


@dataclass(frozen=True)
class Quantity:
    """A row of the findings table; `p_holm` is filled in by `finding_frame` unless given."""

    name: str
    description: str
    group: str
    unit: str
    value: float
    n: int
    ci_low: float = np.nan
    ci_high: float = np.nan
    test: str | None = None
    p: float = np.nan
    p_holm: float = np.nan
    claim: Claim | None = None
    published: float = np.nan
    population: str = "human"


@dataclass(frozen=True)
class Resampling:
    """The bootstrap of a finding: resamples, the run's seed, and the experiment's name."""

    n_resamples: int
    seed: int
    experiment: str

    def indices(self, n: int, *keys: str | int) -> Array:
        """Return indices of n subjects, (n_resamples, n)."""
        return resamples(n, self.n_resamples, self.seed, self.experiment, "finding", *keys)

    def mean(self, values: Array, *keys: str | int) -> tuple[float, float, float]:
        """Return mean and interval of values that are not NaN."""
        kept = values[~np.isnan(values)]
        return mean_interval(kept, self.n_resamples, self.seed, self.experiment, "finding", *keys)

    def statistic(
        self, statistic: Statistic, values: Array, *keys: str | int
    ) -> tuple[float, float, float]:
        """Return `statistic` (along the last axis) of the values that are not NaN, and interval."""
        kept = values[~np.isnan(values)]
        if len(kept) == 0:
            return np.nan, np.nan, np.nan
        ends = statistic_interval(
            statistic, kept, self.n_resamples, self.seed, self.experiment, "finding", *keys
        )
        return float(statistic(kept)), *ends


def mean_quantity(
    values: Array,
    resampling: Resampling,
    *,
    name: str,
    description: str,
    group: str,
    unit: str,
    tested: bool = True,
    claim: Claim | None = None,
    population: str = "human",
) -> Quantity:
    """Return the mean over subjects (NaN dropped), tested against 0 by the signed-rank test."""
    mean, low, high = resampling.mean(values, name, group, population)
    return Quantity(
        name=name,
        description=description,
        group=group,
        unit=unit,
        value=mean,
        n=int((~np.isnan(values)).sum()),
        ci_low=low,
        ci_high=high,
        test="Wilcoxon signed-rank against 0" if tested else None,
        p=wilcoxon(values)[1] if tested else np.nan,
        claim=claim,
        population=population,
    )


def finding_frame(
    number: int, statement: str, estimator: str, quantities: Sequence[Quantity]
) -> pd.DataFrame:
    """Return the rows of a finding, with Holm's correction over those of its tests that claim."""
    # Only what decides about the finding is a family; the rest is description. A finding whose
    # p were corrected elsewhere brings them along.
    open_ = [
        i
        for i, q in enumerate(quantities)
        if q.claim and q.claim.level is not None and not np.isnan(q.p) and np.isnan(q.p_holm)
    ]
    corrected = holm([quantities[i].p for i in open_])
    filled = list(quantities)
    for i, p in zip(open_, corrected, strict=True):
        filled[i] = replace(filled[i], p_holm=float(p))
    rows = [
        {
            "finding": number,
            "statement": statement,
            "quantity": q.name,
            "description": q.description,
            "population": q.population,
            "group": q.group,
            "estimator": estimator,
            "value": q.value,
            "unit": q.unit,
            "ci_low": q.ci_low,
            "ci_high": q.ci_high,
            "test": q.test,
            "p": q.p,
            "p_holm": q.p_holm,
            "n": q.n,
            "published": q.published,
            "claim": None if q.claim is None else q.claim.words(),
            "holds": None if q.claim is None else q.claim.holds(q.value, q.p_holm),
        }
        for q in filled
    ]
    return pd.DataFrame(rows, columns=FINDINGS.names())


def verdict(holds: pd.Series) -> bool | None:
    """Return whether a finding holds, from `holds` of the rows that claim something.

    False if one claim is false; True if all are true; None if there are none, or if some could
    not be judged and no other is false.
    """
    claims = [None if pd.isna(h) else bool(h) for h in holds]
    if not claims or (None in claims and False not in claims):
        return None
    return False not in claims
