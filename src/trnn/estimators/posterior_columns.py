"""The columns by which a table of estimates holds a posterior."""

from collections.abc import Sequence

import numpy as np

from trnn.estimators.posterior import Posterior
from trnn.theory.quantiles import quantile_names


def error_columns(parameters: Sequence[str], error: np.ndarray) -> dict[str, np.ndarray]:
    """Return `<parameter>_mc_error`, each (n, t), from errors (n, t, n_parameters)."""
    return {f"{name}_mc_error": error[:, :, i] for i, name in enumerate(parameters)}


def posterior_columns(parameters: Sequence[str], posterior: Posterior) -> dict[str, np.ndarray]:
    """Return `<parameter>_sd`, and `<parameter>_q05` to `_q95`, each (n, t)."""
    columns = {f"{name}_sd": posterior.sd[:, :, i] for i, name in enumerate(parameters)}
    for i, name in enumerate(parameters):
        of_parameter = np.moveaxis(posterior.quantiles[:, :, i], -1, 0)
        columns |= dict(zip(quantile_names(name), of_parameter, strict=True))
    return columns
