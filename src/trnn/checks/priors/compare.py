"""The table of priors: evidence on both halves, and the choice."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from trnn.checks.priors.choice import choose
from trnn.checks.priors.grid import Prior
from trnn.checks.priors.half_columns import of_half
from trnn.config.hazards import hazards_in, own_hazards
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
        columns |= of_half(
            name,
            log_evidence[:, own],
            error[:, own],
            tolerance,
            lengths[own],
            log_evidence[0, own],
            seed,
            n_resamples,
            keys,
        )
    columns |= {
        "behind_best": choice.behind.total,
        "behind_best_se": choice.behind.standard_error,
        "behind_best_mc_error": choice.behind.mc_error,
        "candidate": choice.candidate,
        "published": changes == 0,
        "configured": [configured is not None and p.same_law(configured) for p in priors],
        "chosen": np.arange(len(priors)) == choice.chosen,
    }
    return pd.DataFrame(columns)


def _settings(priors: Sequence[Prior]) -> dict[str, Any]:
    limits = [p.dynamics.max_changes for p in priors]
    several = [own_hazards(p.dynamics) for p in priors]
    columns: dict[str, Any] = {
        "point": np.arange(len(priors)),
        "ranges": pd.Series([p.ranges for p in priors], dtype="str"),
        "hazard": [
            np.nan if own else hazards_in(p.dynamics.hazard)[0]
            for p, own in zip(priors, several, strict=True)
        ],
        "min_gap": [p.dynamics.min_gap for p in priors],
        "max_changes": pd.Series(
            [None if limit is None else ", ".join(map(str, limit)) for limit in limits], dtype="str"
        ),
        "stationary_share": [p.dynamics.stationary_share for p in priors],
    }
    if any(several):
        columns["hazards"] = pd.Series([_listed(own) for own in several], dtype="str")
    for name in priors[0].parameters:
        columns[f"{name}_low"] = [p.parameters[name].low for p in priors]
        columns[f"{name}_high"] = [p.parameters[name].high for p in priors]
    return columns


def _listed(hazards: Sequence[float]) -> str | None:
    return ", ".join(f"{own:g}" for own in hazards) or None
