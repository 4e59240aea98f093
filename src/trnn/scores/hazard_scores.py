"""How well estimators know which of several hazards a simulated agent has."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from trnn.config.dynamics import DynamicsSettings
from trnn.config.hazards import own_hazards
from trnn.estimators.hazard_posterior import moments, probability_names

Array = np.ndarray

LEAST = 1e-300  # a probability that a filter's weights have lost counts as this
SAME = 1e-6  # by which a stored mean of the logarithm differs from that of its probabilities


def hazards_by_dynamics(
    dynamics: Mapping[str, DynamicsSettings],
) -> dict[str, tuple[float, ...]]:
    """Return the hazards of which each agent has one, of those dynamics that have several."""
    return {name: own for name, one in dynamics.items() if (own := own_hazards(one))}


def hazard_scores(
    trials: pd.DataFrame, estimates: pd.DataFrame, hazards: Mapping[str, Sequence[float]]
) -> Array:
    """Return -log of the probability of each agent's own hazard, nats, (n_trials,).

    NaN where agents share a hazard, where the truth is not known, and where the estimator does not
    estimate these hazards.

    Parameters
    ----------
    trials, estimates : DataFrames of the same trials in the same order
        Agents have `dynamics` and `hazard`.
    hazards : dynamics -> hazards, as of `hazards_by_dynamics`
    """
    out = np.full(len(trials), np.nan)
    if "hazard" not in trials:
        return out
    truth = trials["hazard"].to_numpy(dtype=np.float64)
    for dynamics, own in hazards.items():
        followed = (trials["dynamics"] == dynamics).to_numpy()
        probability = hazard_probabilities(estimates[followed], own)
        if probability is not None:
            true = (truth[followed, None] == np.array(own)).astype(float)
            out[followed] = -np.log(np.maximum((probability * true).sum(axis=1), LEAST))
    return out


def hazard_probabilities(estimates: pd.DataFrame, hazards: Sequence[float]) -> Array | None:
    """Return the probabilities of hazards, (n_trials, h); None if these are not estimated.

    Columns are numbered, so that which hazards an estimator assumes shows in its mean logarithm.
    """
    names = probability_names(len(hazards))
    if not {*names, "log_hazard"} <= set(estimates) or len(hazards) != _number(estimates):
        return None
    probability = estimates[names].to_numpy(dtype=np.float64)
    mean = moments(probability, hazards)[0]
    same = np.abs(mean - estimates["log_hazard"].to_numpy(dtype=np.float64)) < SAME
    return probability if same.all() else None


def _number(estimates: pd.DataFrame) -> int:
    return sum(str(name).startswith("p_hazard_") for name in estimates)
