"""What a t-RNN reads, and what it is trained to output, as float32 arrays."""

import numpy as np
from scipy.special import ndtri

from trnn.config.dynamics import Range
from trnn.config.estimators import Network
from trnn.estimators.recurrent.inputs import inputs, scaled_reward
from trnn.estimators.trnn.relative_inputs import relative_inputs
from trnn.theory.model import Model
from trnn.trials.checks import check_finite
from trnn.trials.sequences import Sequences

Array = np.ndarray

# A true value at the very end of its range has the score of one this share of the range inside.
END = 1e-6


def trnn_inputs(sequences: Sequences, network: Network, model: Model) -> Array:
    """Return what a t-RNN reads at each trial, (n_inputs, n, t).

    Actions and rewards as in `inputs`; with `reference_values`, those of `relative_inputs`.

    Raises
    ------
    NumericalError
        If an input is not a finite float32, with the subject and the trial.
    """
    if network.reference_values is None:
        missed = bool(network.missed_input)
        return np.moveaxis(inputs(sequences, network, network.smooth, missed), 2, 0)
    scaled_reward(sequences, network.reward_scale)
    with np.errstate(over="ignore", invalid="ignore"):
        own = relative_inputs(
            sequences,
            model,
            network.reference_values,
            network.reward_scale,
            network.smooth,
            bool(network.missed_input),
        )
    for row in own:
        check_finite(sequences, row, "an input of the network", "Mend the table of trials.")
    return own


def n_trnn_inputs(network: Network, model: Model, full_feedback: bool) -> int:
    """Return the number of `trnn_inputs`; `full_feedback`: whether the other outcome is shown."""
    one = np.zeros((1, 1), dtype=np.int64)
    reward = one.astype(np.float64)
    other = reward if full_feedback else None
    trial = Sequences(("",), one, reward, one, one, one == 0, other_reward=other)
    return len(trnn_inputs(trial, network, model))


def bin_index(values: Array, bounds: Range, n_bins: int) -> Array:
    """Return the bin of equal width that each value falls in, 0 to n_bins - 1.

    Both ends belong to their bins, and values outside the range to the nearest bin.
    """
    position = (values - bounds.low) / (bounds.high - bounds.low) * n_bins
    return np.clip(np.floor(position), 0, n_bins - 1).astype(np.int64)


def normal_scores(values: Array, bounds: Range) -> Array:
    """Return Phi^-1 of where each value lies in its range, 0 to 1: see `posterior`."""
    share = (values - bounds.low) / (bounds.high - bounds.low)
    return ndtri(np.clip(share, END, 1.0 - END))
