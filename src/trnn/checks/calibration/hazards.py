"""Whether agents have each of several hazards as often as estimators say."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from trnn.checks.calibration.bins import Sessions
from trnn.checks.calibration.calibration_table import HAZARD, PREDICTED
from trnn.scores.hazard_scores import hazard_probabilities
from trnn.statistics.ratios import ratio_interval

Array = np.ndarray

ENDS = (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)  # of the bins of a predicted probability


def hazard_rows(
    agents: pd.DataFrame,
    estimators: Sequence[str],
    read: Callable[[str], pd.DataFrame],
    hazards: Mapping[str, Sequence[float]],
    experiment_name: str,
    seed: int,
    n_resamples: int,
) -> list[dict[str, Any]]:
    """Return the calibration table's rows of hazards, by dynamics, estimator, hazard and bin.

    An estimator that does not estimate the hazards of the agents has none.

    Parameters
    ----------
    agents : DataFrame
        subject, dynamics and hazard of every trial; a subject's rows stand together.
    read : estimator -> its estimates of these trials
    hazards : dynamics -> the hazards of which each of its agents has one
    """
    found = []
    for estimator in estimators if hazards else ():
        table = read(estimator)
        for dynamics, own in hazards.items():
            followed = (agents["dynamics"] == dynamics).to_numpy()
            probability = hazard_probabilities(table[followed], own)
            if probability is None or not followed.any():
                continue
            key = (experiment_name, "calibration", dynamics)
            part = agents[followed]
            codes = Sessions.of(part["subject"]).codes
            for i, hazard in enumerate(own):
                true = part["hazard"].to_numpy() == hazard
                common = {
                    "dynamics": dynamics,
                    "estimator": estimator,
                    "parameter": f"hazard {hazard:g}",
                    "measure": HAZARD,
                    "by": PREDICTED,
                }
                for row in _bins(probability[:, i], true, codes, seed, n_resamples, key):
                    found.append(common | row)
    return found


def _bins(
    predicted: Array,
    true: Array,
    codes: Array,
    seed: int,
    n_resamples: int,
    key: tuple[str, ...],
) -> Iterator[dict[str, Any]]:
    """Yield what is of each bin of predicted probabilities (n_trials,) that has trials.

    Given what was predicted a calibrated probability is the share of trials. The mean of agents'
    own shares is not: it depends on how long agents stay in a bin. So it is a ratio of sums.

    Parameters
    ----------
    true : (n_trials,) of bool, whether the agent has the hazard
    codes : (n_trials,), the agents' numbers
    """
    n_agents = int(codes.max()) + 1
    bins = np.clip(np.searchsorted(ENDS, predicted, side="right") - 1, 0, len(ENDS) - 2)
    for position in range(len(ENDS) - 1):
        there = bins == position
        if not there.any():
            continue
        trials = np.bincount(codes[there], minlength=n_agents).astype(float)
        hits = np.bincount(codes[there], true[there], n_agents)
        share, low, high = ratio_interval(hits, trials, n_resamples, seed, *key)
        nominal = float(np.clip(predicted[there].mean(), 0.0, 1.0))
        yield {
            "bin": f"{100 * ENDS[position]:g} to {100 * ENDS[position + 1]:g} %",
            "position": position,
            "nominal": nominal,
            "share": share,
            "ci_low": low,
            "ci_high": high,
            "deviation": share - nominal,
            "reference": None,
            "n": int((trials > 0).sum()),
            "n_trials": int(there.sum()),
            "target_low": np.nan,
            "target_high": np.nan,
            "met": None,
        }
