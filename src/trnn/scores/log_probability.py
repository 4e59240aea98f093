"""The log probability that an estimator gave to the choices that were made."""

import numpy as np
import pandas as pd

from trnn.errors import NumericalError
from trnn.trials.missed import is_choice

Array = np.ndarray


def log_probability_taken(trials: pd.DataFrame, estimates: pd.DataFrame, estimator: str) -> Array:
    """Return log P(the action taken), nats, (n_trials,); NaN where there was no response.

    Raises
    ------
    NumericalError
        If it is infinite or NaN anywhere: a stored probability of exactly 0 or 1 was wrong.
    """
    p_action_0 = estimates["p_action_0"].to_numpy(dtype=np.float64)
    took_0 = trials["action"].to_numpy() == 0
    with np.errstate(divide="ignore", invalid="ignore"):
        log_p = np.where(took_0, np.log(p_action_0), np.log1p(-p_action_0))
    made = is_choice(trials)
    bad = np.flatnonzero(made & ~np.isfinite(log_p))
    if len(bad):
        row = trials.iloc[bad[0]]
        raise NumericalError(
            f"estimator '{estimator}' gave subject '{row['subject']}' at block {row['block']}, "
            f"trial {row['trial']}, P(action 0) = {p_action_0[bad[0]]!r}, but the action was "
            f"{row['action']}: its -log P is not finite ({len(bad)} such trials). An estimator "
            "must not store a probability of exactly 0 or 1; see `estimates.ROUNDING`."
        )
    return np.where(made, log_p, np.nan)
