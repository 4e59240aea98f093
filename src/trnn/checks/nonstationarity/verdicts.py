"""From evidences to Bayes factors and verdicts."""

import numpy as np

from trnn.checks.nonstationarity.nonstationarity_table import CONSTANT, MOVING, UNDECIDED

Array = np.ndarray


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
    """Return the verdict of each log Bayes factor of moving at the limit `bayes_factor`, (n,).

    At most 1 in `bayes_factor` data sets from the constant model's prior reach the limit by
    chance: the Bayes factor has mean 1 there, and Markov's inequality does the rest (Royall 2000,
    J. Am. Stat. Assoc. 95, "universal bound").
    """
    limit = np.log(bayes_factor)
    return np.select([log_bf >= limit, log_bf <= -limit], [MOVING, CONSTANT], UNDECIDED)
