"""Where true values stand in the posteriors that networks output."""

from collections.abc import Sequence

import numpy as np
from scipy.special import ndtr

from trnn.config.dynamics import Range
from trnn.estimators.trnn.features import normal_scores
from trnn.estimators.trnn.summaries import Mixtures

Array = np.ndarray


def share_below(mixtures: Mixtures, values: Array, ranges: Sequence[Range]) -> Array:
    """Return each parameter's posterior probability of a smaller value, (n, t, d).

    For true values it is uniform on [0, 1] if the posteriors are calibrated (probability integral
    transform: Dawid 1984, J. R. Stat. Soc. A 147).

    Parameters
    ----------
    values : (n, t, d)
        On the parameters' own scales, inside of `ranges`.
    """
    out = np.empty(values.shape)
    for p, (mean, sd, bounds) in enumerate(zip(mixtures.means, mixtures.sds, ranges, strict=True)):
        z = normal_scores(values[:, :, p], bounds).T
        out[:, :, p] = (mixtures.weights * ndtr((z - mean) / sd)).sum(axis=0).T
    # The weights' rounding may leave a sum a little above 1.
    return np.minimum(out, 1.0)
