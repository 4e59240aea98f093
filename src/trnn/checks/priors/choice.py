"""The rule by which a prior is chosen.

1. Score: the log evidence, summed over the subjects of the choosing half.
2. The prior with the highest score is chosen.

Beside it stands what the data do not tell apart from it: priors whose score lies behind by at most
one standard error of the difference: these are tied with it. The difference is paired: the
standard deviation, over subjects, of the difference of their log evidences, times the square root
of their number. It holds the filter's Monte Carlo error too, which is independent between subjects.
That stands beside it: where it is most of it, more particles could tell the priors apart.
"""

from dataclasses import dataclass

import numpy as np

Array = np.ndarray


@dataclass(frozen=True)
class Behind:
    """How much less each of n explains choices than one of them: all arrays are (n,), nats.

    `total` is the summed log evidence of the one less each one's, `standard_error` that of the
    difference, paired over subjects (0 of the one itself), `mc_error` the part of it that is the
    filters' (0 likewise).
    """

    total: Array
    standard_error: Array
    mc_error: Array


@dataclass(frozen=True)
class Choice:
    """The rule's outcome for n_priors: `chosen` is the index of the best.

    `behind` are the distances from the best, `candidate` (n_priors,) whether one lies within its
    standard error of it.
    """

    behind: Behind
    candidate: Array
    chosen: int


def choose(log_evidence: Array, error: Array) -> Choice:
    """Choose a prior by the rule of the module's description.

    Parameters
    ----------
    log_evidence, error : (n_priors, n_subjects)
        Nats, and Monte Carlo standard errors, of the subjects of the choosing half.

    Raises
    ------
    ValueError
        If there is no subject or an evidence is not finite.
    """
    if not log_evidence.shape[1] or not np.isfinite(log_evidence).all():
        raise ValueError(
            f"the evidence must be finite, (n_priors, n_subjects >= 1); got {log_evidence.shape}, "
            f"{(~np.isfinite(log_evidence)).sum()} values not finite"
        )
    best = int(np.argmax(log_evidence.sum(axis=1)))
    found = behind(log_evidence, error, best)
    return Choice(found, found.total <= found.standard_error, best)


def behind(log_evidence: Array, error: Array, best: int) -> Behind:
    """Return how far each lies behind number `best`, on these subjects; arguments as `choose`.

    Of other subjects than those that chose it, some may lie before it: below 0.
    """
    n, n_subjects = log_evidence.shape
    difference = log_evidence[best] - log_evidence
    # With one subject the spread is unknown: only what is equally good is then within it.
    spread = difference.std(axis=1, ddof=1) if n_subjects > 1 else np.zeros(n)
    mc_error = np.sqrt((error**2 + error[best] ** 2).sum(axis=1))
    mc_error[best] = 0.0
    return Behind(difference.sum(axis=1), spread * np.sqrt(n_subjects), mc_error)
