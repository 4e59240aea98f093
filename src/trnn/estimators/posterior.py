"""The posterior of the parameters, trial by trial."""

from dataclasses import dataclass

import numpy as np

from trnn.theory.quantiles import PROBABILITIES

Array = np.ndarray


@dataclass(frozen=True)
class Posterior:
    """Means and SDs (n, t, n_parameters), quantiles (n, t, n_parameters, 5); padding is NaN."""

    mean: Array
    sd: Array
    quantiles: Array


def empty_posterior(shape: tuple[int, int, int]) -> Posterior:
    """Return a posterior of subjects, trials, parameters that is NaN throughout."""
    wide = (*shape, len(PROBABILITIES))
    return Posterior(np.full(shape, np.nan), np.full(shape, np.nan), np.full(wide, np.nan))
