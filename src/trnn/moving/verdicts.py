"""From evidences to Bayes factors and verdicts, and from verdicts to rates."""

from collections.abc import Iterator

import numpy as np
import pandas as pd
from scipy.stats import beta

from trnn.moving.schemas import CONSTANT, MOVING, RATES, UNDECIDED, VERDICTS

Array = np.ndarray

LEVEL = 0.95


def log_bayes_factor(
    constant: tuple[Array, Array], switching: tuple[Array, Array], walking: tuple[Array, Array]
) -> tuple[Array, Array]:
    """Return the log Bayes factor of moving against constant and its standard error, (n,) each.

    Moving is switching or walking, each with prior weight one half. Each argument is a log
    evidence and its standard error; the errors are independent.
    """
    moving = np.logaddexp(switching[0], walking[0]) - np.log(2.0)
    # By the delta method: each evidence counts by its share of the sum.
    share = np.exp(switching[0] - np.log(2.0) - moving)
    error = np.sqrt(
        (share * switching[1]) ** 2 + ((1.0 - share) * walking[1]) ** 2 + constant[1] ** 2
    )
    return moving - constant[0], error


def verdicts(log_bf: Array, bayes_factor: float) -> Array:
    """Return what each log Bayes factor of moving says at the limit `bayes_factor`, (n,).

    Of data that follow the constant model's prior at most 1 in `bayes_factor` reach the limit by
    chance: the Bayes factor has mean 1 there, and Markov's inequality does the rest (Royall 2000,
    J. Am. Stat. Assoc. 95, "universal bound").
    """
    limit = np.log(bayes_factor)
    return np.select([log_bf >= limit, log_bf <= -limit], [MOVING, CONSTANT], UNDECIDED)


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
