"""What a recurrent network reads of a session: the actions and rewards before each choice."""

from typing import Protocol

import numpy as np

from trnn.trials.checks import check_finite
from trnn.trials.missed import NO_RESPONSE
from trnn.trials.sequences import Sequences

Array = np.ndarray


class InputSettings(Protocol):
    """The settings of every network that concern its inputs."""

    @property
    def block_start_input(self) -> bool:
        """Whether an input marks a block's first trial."""
        ...

    @property
    def reward_scale(self) -> float:
        """What rewards are divided by."""
        ...


def inputs(
    sequences: Sequences, network: InputSettings, smooth: bool = False, missed: bool = False
) -> Array:
    """Return the inputs at each trial, (n, t, n_inputs): the trial before, never this one.

    Reward (over `reward_scale`) and one-hot action of the previous trial, all zero on a block's
    first trial and after a missed one; then, if configured, 1 on a block's first trial; with
    `missed`, 1 after a missed trial of the block. A network that smooths reads reward and action of
    this trial, and with `missed` whether it was, too. Last come, where the other outcome is shown,
    `other_rewards`. Where values carry over blocks, a session is as one block.

    Raises
    ------
    NumericalError
        If a reward over `reward_scale` is not a finite float32, with the subject and the trial.
    """
    reward = scaled_reward(sequences, network.reward_scale)
    previous = sequences.previous_action
    columns = [
        sequences.previous_reward / network.reward_scale,
        previous == 0,
        previous == 1,
    ]
    if network.block_start_input:
        columns.append(sequences.fresh)
    if missed:
        columns.append((previous == NO_RESPONSE) & sequences.valid & ~sequences.fresh)
    if smooth:
        columns += [reward, (sequences.action == 0) & sequences.valid, sequences.action == 1]
        columns += [sequences.missed] * missed
    columns += [other / network.reward_scale for other in other_rewards(sequences, smooth)]
    return np.stack([np.asarray(c, dtype=np.float32) for c in columns], axis=-1)


def other_rewards(sequences: Sequences, smooth: bool) -> list[Array]:
    """Return what the other action would have given, (n, t) each, 0 where it was not shown.

    On the trial before, and, to a network that smooths, on this one; nothing where it never is.
    """
    before = sequences.previous_other_reward
    if before is None or sequences.other_reward is None:
        return []
    return [before, np.nan_to_num(sequences.other_reward, nan=0.0)] if smooth else [before]


def scaled_reward(sequences: Sequences, reward_scale: float) -> Array:
    """Return this trial's rewards over `reward_scale`, (n, t), float32.

    Raises
    ------
    NumericalError
        If one is not a finite float32, with the subject and the trial.
    """
    with np.errstate(over="ignore"):
        scaled = (sequences.reward / reward_scale).astype(np.float32)
    check_finite(
        sequences,
        scaled,
        f"the reward over reward_scale ({reward_scale:g}) as a float32",
        "Mend the table of trials, or raise reward_scale.",
    )
    return scaled
