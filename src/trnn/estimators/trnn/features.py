"""What the network sees, and what it is trained to say, as float32 arrays."""

from typing import Protocol

import numpy as np
from scipy.special import ndtri

from trnn.config.dynamics import Range
from trnn.config.estimators import Network
from trnn.estimators.trnn.relative_inputs import relative_inputs
from trnn.theory.models.base import Model
from trnn.trials.checks import check_finite
from trnn.trials.sequences import Sequences

Array = np.ndarray

# A true value at the very end of its range has the score of one this share of the range inside.
END = 1e-6


class InputSettings(Protocol):
    """What the settings of every network say of its inputs."""

    @property
    def block_start_input(self) -> bool:
        """Whether an input marks a block's first trial."""
        ...

    @property
    def reward_scale(self) -> float:
        """What rewards are divided by."""
        ...


def n_inputs(network: InputSettings) -> int:
    """Return the number of inputs: reward, two actions, perhaps the block's start; see `inputs`."""
    return 3 + network.block_start_input


def trnn_inputs(sequences: Sequences, network: Network, model: Model) -> Array:
    """Return what a t-RNN reads at each trial, (n_inputs, n, t).

    Actions and rewards as in `inputs`; with `reference_values`, what `relative_inputs` says.

    Raises
    ------
    NumericalError
        If an input is no finite float32, with the subject and the trial.
    """
    if network.reference_values is None:
        return np.moveaxis(inputs(sequences, network, network.smooth), 2, 0)
    _scaled_reward(sequences, network.reward_scale)
    with np.errstate(over="ignore", invalid="ignore"):
        own = relative_inputs(
            sequences, model, network.reference_values, network.reward_scale, network.smooth
        )
    for row in own:
        check_finite(sequences, row, "an input of the network", "Mend the table of trials.")
    return own


def n_trnn_inputs(network: Network, model: Model) -> int:
    """Return the number of `trnn_inputs`."""
    one = np.zeros((1, 1), dtype=np.int64)
    trial = Sequences(("",), one, one.astype(np.float64), one, one, one == 0)
    return len(trnn_inputs(trial, network, model))


def inputs(sequences: Sequences, network: InputSettings, smooth: bool = False) -> Array:
    """Return the inputs at each trial, (n, t, n_inputs): the trial before, never this one.

    Reward (over `reward_scale`) and one-hot action of the previous trial, all zero on a block's
    first trial; then, if configured, 1 on a block's first trial. A network that smooths reads
    reward and action of this trial, too.

    Raises
    ------
    NumericalError
        If a reward over `reward_scale` is no finite float32, with the subject and the trial.
    """
    scaled = _scaled_reward(sequences, network.reward_scale)
    previous = sequences.previous_action
    columns = [
        sequences.previous_reward / network.reward_scale,
        previous == 0,
        previous == 1,
    ]
    if network.block_start_input:
        columns.append(sequences.block_start)
    if smooth:
        columns += [scaled, (sequences.action == 0) & sequences.valid, sequences.action == 1]
    return np.stack([np.asarray(c, dtype=np.float32) for c in columns], axis=-1)


def _scaled_reward(sequences: Sequences, reward_scale: float) -> Array:
    with np.errstate(over="ignore"):
        scaled = (sequences.reward / reward_scale).astype(np.float32)
    check_finite(
        sequences,
        scaled,
        f"the reward over reward_scale ({reward_scale:g}) as a float32",
        "Mend the table of trials, or raise reward_scale.",
    )
    return scaled


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
