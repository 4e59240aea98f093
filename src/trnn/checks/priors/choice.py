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
class Choice:
    """The rule's outcome for n_priors: all arrays are (n_priors,), nats.

    `behind` is the best score less each prior's, `standard_error` that of the difference (0 of the
    best itself), `mc_error` the part of it that is the filters' (0 likewise), `candidate`
    whether it lies within; `chosen` is the index of the best.
    """

    behind: Array
    standard_error: Array
    mc_error: Array
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
    n_priors, n_subjects = log_evidence.shape
    if not n_subjects or not np.isfinite(log_evidence).all():
        raise ValueError(
            f"the evidence must be finite, (n_priors, n_subjects >= 1); got {log_evidence.shape}, "
            f"{(~np.isfinite(log_evidence)).sum()} values not finite"
        )
    score = log_evidence.sum(axis=1)
    difference = log_evidence[np.argmax(score)] - log_evidence
    behind = difference.sum(axis=1)
    # With one subject the spread is unknown: only what is equally good is then within it.
    spread = difference.std(axis=1, ddof=1) if n_subjects > 1 else np.zeros(n_priors)
    standard_error = spread * np.sqrt(n_subjects)
    best = int(np.argmax(score))
    mc_error = np.sqrt((error**2 + error[best] ** 2).sum(axis=1))
    mc_error[best] = 0.0
    return Choice(behind, standard_error, mc_error, behind <= standard_error, best)
