"""Maximum likelihood: one constant parameter set a subject, within the parameters' ranges."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
from threadpoolctl import threadpool_limits

from trnn.config.dynamics import Range
from trnn.config.estimators import MaximumLikelihood
from trnn.estimators.mle.search import on_bound, optima, value_and_gradient
from trnn.estimators.mle.space import search_space
from trnn.theory.model import Model
from trnn.trials.checks import check_rewards
from trnn.trials.sequences import Sequences

SLOPE = 1e-2  # nats a unit: with a steeper way down within the ranges a fit has not converged


def fit(
    model: Model,
    sequences: Sequences,
    ranges: Mapping[str, Range],
    settings: MaximumLikelihood,
    seed: int,
    *keys: str | int,
) -> pd.DataFrame:
    """Fit every subject by L-BFGS-B from the best of quasi-random candidates.

    Parameters
    ----------
    ranges : mapping of parameter to Range
        Bounds, in the model's order of parameters.
    seed, *keys
        Where the candidates come from; all subjects have the same ones, so that a fit depends on
        no other subject.

    Returns
    -------
    DataFrame with a row a subject: subject, parameters, nll (nats), n_trials, converged (no way
    down within the ranges is steeper than `SLOPE`), at_bound (any parameter within `AT_BOUND` of
    a bound of the search's cube).

    Raises
    ------
    NumericalError
        If a reward or a likelihood is not finite, with the subject and the trial.
    """
    check_rewards(sequences)
    space = search_space(model, sequences, ranges)
    # The matrices are too small to be shared among threads: several take six times as long as one.
    with threadpool_limits(limits=1, user_api="blas"):
        unit, nll = optima(model, sequences, space, settings, seed, *keys)
    everybody = np.arange(len(unit))
    frame = pd.DataFrame({"subject": pd.Series(list(sequences.subjects), dtype="str")})
    frame[list(ranges)] = space.parameters(unit[:, None], everybody)[:, 0]
    frame["nll"] = nll
    frame["n_trials"] = sequences.lengths.astype(np.int64)
    _, gradient = value_and_gradient(model, sequences, everybody, unit, space)
    downhill = np.abs(np.clip(unit - gradient, 0.0, 1.0) - unit)
    frame["converged"] = downhill.max(axis=1) <= SLOPE
    frame["at_bound"] = np.any(on_bound(unit), axis=1)
    return frame
