"""How often a parameter gets the verdict that it moves: the workflow's stage of these rates."""

from collections.abc import Collection, Iterator, Sequence
from pathlib import Path

import pandas as pd

from trnn.checks.nonstationarity.nonstationarity_table import EVIDENCE, MOVING, RATES, VERDICTS
from trnn.checks.nonstationarity.verdicts import unclear
from trnn.statistics.proportions import clopper_pearson
from trnn.tables.parquet import Provenance, join_tables, read_table, write_table
from trnn.trials.halves import REPORTING_HALF, reporting_people


def nonstationarity_rates_stage(
    tables: Sequence[str | Path],
    evidence: str | Path,
    output: str | Path,
    bayes_factor: float,
    provenance: Provenance,
    halved: str | None = None,
) -> None:
    """Join the populations' evidence into one table, and write the rates of its verdicts.

    Parameters
    ----------
    halved : str, optional
        The data set of people of whom half chose settings, under the seed of `provenance`; None if
        nothing is chosen on people.
    """
    join_tables(tables, evidence)
    frame = read_table(evidence, EVIDENCE)
    people = frame[frame["population"] == "human"]
    reporting = reporting_people(people, halved, provenance.seed) if len(people) else frozenset()
    write_table(rates(frame, bayes_factor, reporting), output, RATES, provenance)


def rates(
    evidence: pd.DataFrame, bayes_factor: float, reporting: Collection[str] = ()
) -> pd.DataFrame:
    """Return a row for each group and parameter of an evidence table: see `RATES`.

    Agents are grouped by their dynamics and by whether the parameter changed, people by diagnosis,
    after all of them together, and these after the half that reports, if there is one. Agents of a
    parameter's own null have a row of that parameter alone.

    Parameters
    ----------
    reporting : collection of str
        The people of the half that chose no settings; none where nothing was chosen.
    """
    rows = []
    for (population, group, moved), part in _groups(evidence, reporting):
        for parameter, own in part.groupby("parameter", sort=False):
            counts = {f"n_{v}": int((own["verdict"] == v).sum()) for v in VERDICTS}
            n, k = len(own), counts[f"n_{MOVING}"]
            ends = own[["log_bf_low", "log_bf_high"]].to_numpy(dtype=float)
            counts["n_unclear"] = int(unclear(ends[:, 0], ends[:, 1], bayes_factor).sum())
            share, low, high = clopper_pearson(k, n)
            keys = {"population": population, "group": group, "parameter": parameter}
            shares = {"share_moving": share, "share_ci_low": low, "share_ci_high": high}
            median = {"median_log_bf": float(own["log_bf_moving"].median())}
            limit = {"bayes_factor": bayes_factor}
            rows.append(keys | {"moved": moved, "n": n} | counts | shares | median | limit)
    frame = pd.DataFrame(rows, columns=RATES.names())
    return frame.astype({"moved": "boolean"})


def _groups(
    evidence: pd.DataFrame, reporting: Collection[str]
) -> Iterator[tuple[tuple[str, str, bool | None], pd.DataFrame]]:
    """Yield population, group and whether the parameter moved, with the rows."""
    for population, part in evidence.groupby("population", sort=False):
        if population == "human":
            half = part[part["subject"].isin(list(reporting))]
            if len(half):
                yield (str(population), REPORTING_HALF, None), half
            yield (str(population), "all", None), part
            for group, own in part.dropna(subset=["group"]).groupby("group", sort=False):
                yield (str(population), str(group), None), own
        else:
            for (dynamics, moved), own in part.groupby(["dynamics", "moved"], sort=False):
                yield (str(population), str(dynamics), bool(moved)), own
