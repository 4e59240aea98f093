"""What a half of the people shows of several priors or theories: columns of a comparison."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from trnn.statistics.bootstrap import mean_interval

Array = np.ndarray


def of_half(
    half: str,
    log_evidence: Array,
    error: Array,
    tolerance: float,
    lengths: Array,
    reference: Array | None,
    seed: int,
    n_resamples: int,
    keys: tuple[str, ...],
) -> Mapping[str, Any]:
    """Return the columns of a half (`trnn.checks.priors.half_schema`) by name, (n,) each.

    Parameters
    ----------
    log_evidence, error : (n, n_subjects)
        Nats, and Monte Carlo standard errors, of the half's subjects under each of n.
    tolerance : float
        A larger error is counted as not converged.
    lengths : (n_subjects,)
        Choices of each subject.
    reference : (n_subjects,), optional
        The log evidence that gains are over; None: there are no gains.
    seed, n_resamples, keys
        Of the bootstrap over subjects.
    """
    n, n_subjects = log_evidence.shape
    total = log_evidence.sum(axis=1)
    columns: dict[str, Any] = {
        f"subjects_{half}": np.full(n, n_subjects),
        f"trials_{half}": np.full(n, lengths.sum()),
        f"log_evidence_{half}": total,
        f"log_evidence_per_trial_{half}": total / lengths.sum(),
        f"bce_{half}": (-log_evidence / lengths).mean(axis=1),
    }
    gains = np.full((n, 3), np.nan)
    if reference is not None:
        # The same resamples of subjects for all.
        gains = n_subjects * np.array(
            [mean_interval(row - reference, n_resamples, seed, *keys) for row in log_evidence]
        )
    for name, values in zip(("", "_ci_low", "_ci_high"), gains.T, strict=True):
        columns[f"gain_{half}{name}"] = values
    columns[f"log_evidence_error_{half}"] = np.sqrt((error**2).sum(axis=1))
    columns[f"unconverged_{half}"] = (~(error <= tolerance)).sum(axis=1)
    return columns
