"""The table of priors: evidence on both halves, and the choice."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from trnn.checks.priors.choice import choose
from trnn.checks.priors.grid import Prior
from trnn.statistics.bootstrap import mean_interval
from trnn.trials.halves import CHOOSING, HALVES

Array = np.ndarray


def comparison(
    priors: Sequence[Prior],
    configured: Prior | None,
    log_evidence: Array,
    error: Array,
    tolerance: float,
    lengths: Array,
    half: Array,
    dataset: str,
    seed: int,
    n_resamples: int,
) -> pd.DataFrame:
    """Return a row for each prior: columns of `trnn.checks.priors.priors_table.prior_selection`.

    Parameters
    ----------
    priors : sequence of Prior
        The grid; the first is the published one.
    log_evidence, error : (n_priors, n_subjects)
        Nats, and Monte Carlo standard errors.
    tolerance : float
        A larger error is counted as not converged.
    lengths, half : (n_subjects,)
        Trials of each subject, and the half that it belongs to.
    """
    published = priors[0]
    changes = np.array([prior.changes_from(published) for prior in priors])
    choosing = half == CHOOSING
    choice = choose(log_evidence[:, choosing], error[:, choosing])
    columns: dict[str, Any] = _settings(priors) | {"changes": changes}
    for name in HALVES:
        own = half == name
        keys = (dataset, "priors", name)
        columns |= _of_half(name, log_evidence[:, own], lengths[own], seed, n_resamples, keys)
        columns[f"log_evidence_error_{name}"] = np.sqrt((error[:, own] ** 2).sum(axis=1))
        columns[f"unconverged_{name}"] = (~(error[:, own] <= tolerance)).sum(axis=1)
    columns |= {
        "behind_best": choice.behind,
        "behind_best_se": choice.standard_error,
        "behind_best_mc_error": choice.mc_error,
        "candidate": choice.candidate,
        "published": changes == 0,
        "configured": [configured is not None and p.same_law(configured) for p in priors],
        "chosen": np.arange(len(priors)) == choice.chosen,
    }
    return pd.DataFrame(columns)


def _settings(priors: Sequence[Prior]) -> dict[str, Any]:
    limits = [p.dynamics.max_changes for p in priors]
    columns: dict[str, Any] = {
        "point": np.arange(len(priors)),
        "ranges": pd.Series([p.ranges for p in priors], dtype="str"),
        "hazard": [p.dynamics.hazard for p in priors],
        "min_gap": [p.dynamics.min_gap for p in priors],
        "max_changes": pd.Series(
            [None if limit is None else ", ".join(map(str, limit)) for limit in limits], dtype="str"
        ),
        "stationary_share": [p.dynamics.stationary_share for p in priors],
    }
    for name in priors[0].parameters:
        columns[f"{name}_low"] = [p.parameters[name].low for p in priors]
        columns[f"{name}_high"] = [p.parameters[name].high for p in priors]
    return columns


def _of_half(
    half: str,
    log_evidence: Array,
    lengths: Array,
    seed: int,
    n_resamples: int,
    keys: tuple[str, ...],
) -> Mapping[str, Any]:
    """Return the columns of a half from (n_priors, n_subjects) log evidences."""
    n = len(lengths)
    total = log_evidence.sum(axis=1)
    # The same resamples of subjects for every prior.
    gains = [mean_interval(row - log_evidence[0], n_resamples, seed, *keys) for row in log_evidence]
    gain, low, high = n * np.array(gains).T
    return {
        f"subjects_{half}": np.full(len(total), n),
        f"trials_{half}": np.full(len(total), lengths.sum()),
        f"log_evidence_{half}": total,
        f"log_evidence_per_trial_{half}": total / lengths.sum(),
        f"bce_{half}": (-log_evidence / lengths).mean(axis=1),
        f"gain_{half}": gain,
        f"gain_{half}_ci_low": low,
        f"gain_{half}_ci_high": high,
    }
