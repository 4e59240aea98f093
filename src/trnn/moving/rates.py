"""How often parameters are said to move: the workflow's stage of the rates of verdicts."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import pandas as pd
from scipy.stats import beta

from trnn.moving.schemas import EVIDENCE, MOVING, RATES, VERDICTS
from trnn.tables import Provenance, join_tables, read_table, write_table

LEVEL = 0.95


def moving_rates_stage(
    tables: Sequence[str | Path],
    evidence: str | Path,
    output: str | Path,
    bayes_factor: float,
    provenance: Provenance,
) -> None:
    """Join the populations' evidence into one table, and write the rates of its verdicts."""
    join_tables(tables, evidence)
    frame = rates(read_table(evidence, EVIDENCE), bayes_factor)
    write_table(frame, output, RATES, provenance)


def clopper_pearson(k: int, n: int) -> tuple[float, float]:
    """Return the exact 95 % interval of a probability of which k of n trials were a success.

    Clopper & Pearson (1934), Biometrika 26.
    """
    tail = (1.0 - LEVEL) / 2.0
    low = float(beta.ppf(tail, k, n - k + 1)) if k > 0 else 0.0
    high = float(beta.ppf(1.0 - tail, k + 1, n - k)) if k < n else 1.0
    return low, high


def rates(evidence: pd.DataFrame, bayes_factor: float) -> pd.DataFrame:
    """Return a row for each group and parameter of an evidence table: see `RATES`.

    Agents are grouped by their dynamics and by whether the parameter changed, people by diagnosis,
    after all of them together.
    """
    rows = []
    for (population, group, moved), part in _groups(evidence):
        for parameter, own in part.groupby("parameter", sort=False):
            counts = {f"n_{v}": int((own["verdict"] == v).sum()) for v in VERDICTS}
            n, k = len(own), counts[f"n_{MOVING}"]
            low, high = clopper_pearson(k, n)
            keys = {"population": population, "group": group, "parameter": parameter}
            share = {"share_moving": k / n, "share_ci_low": low, "share_ci_high": high}
            median = {"median_log_bf": float(own["log_bf_moving"].median())}
            limit = {"bayes_factor": bayes_factor}
            rows.append(keys | {"moved": moved, "n": n} | counts | share | median | limit)
    frame = pd.DataFrame(rows, columns=RATES.names())
    return frame.astype({"moved": "boolean"})


def _groups(
    evidence: pd.DataFrame,
) -> Iterator[tuple[tuple[str, str, bool | None], pd.DataFrame]]:
    """Yield population, group and whether the parameter moved, with the rows."""
    for population, part in evidence.groupby("population", sort=False):
        if population == "human":
            yield (str(population), "all", None), part
            for group, own in part.dropna(subset=["group"]).groupby("group", sort=False):
                yield (str(population), str(group), None), own
        else:
            for (law, moved), own in part.groupby(["dynamics", "moved"], sort=False):
                yield (str(population), str(law), bool(moved)), own
