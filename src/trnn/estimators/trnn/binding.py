"""What a checkpoint binds: model, ranges, hazards and rewards that its network was trained for.

A network says where in the ranges of its training a parameter lies, from rewards as they came in
its training. Under other ranges its estimates would be stretched to them, and from other rewards it
guesses; neither shows in the numbers. Of several hazards it says how likely each is, in their
order: which ones they are is in its checkpoint alone.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from trnn.config.experiment import Experiment
from trnn.config.payoffs import pays, spread
from trnn.errors import CheckpointError, DataError
from trnn.estimators.trnn.hazards import estimated_hazards
from trnn.trials.checks import place
from trnn.trials.sequences import OTHER_REWARD, Sequences, carried_over

Array = np.ndarray

BOUND = ("model", "parameters")  # of an experiment
LARGE = 6.0  # SDs of a training reward: two of 10^9 normal rewards are larger
SMALL = 0.1  # SDs: all rewards of a block of normal ones are smaller in less than a tenth
BLOCKS = 5  # in which all rewards must be small before they count as too small


def check_same(
    path: object,
    trained: Experiment,
    expected: Experiment,
    whose: str,
    advice: str,
    names: tuple[str, ...] = BOUND,
) -> None:
    """Raise unless a network was trained for what is expected, to the last digit.

    Parameters
    ----------
    path, trained
        The checkpoint, and the experiment in it.
    whose : str
        What messages call the side that expects something.
    names : fields of an experiment

    Raises
    ------
    CheckpointError
        With both sides of the first field that differs.
    """
    for name in names:
        ours, theirs = _plain(getattr(expected, name)), _plain(getattr(trained, name))
        if ours != theirs:
            raise CheckpointError(
                f"{path}: trained for {name} {_shown(theirs)}, but {whose} has {_shown(ours)}. "
                f"{advice}"
            )


def check_hazards(
    path: object, trained: Experiment, expected: Experiment, whose: str, advice: str
) -> None:
    """Raise unless a network estimates the hazards that are expected; see `check_same`.

    Both experiments are those of checkpoints.

    Raises
    ------
    CheckpointError
        With both sides.
    """
    ours, theirs = estimated_hazards(expected), estimated_hazards(trained)
    if ours != theirs:
        raise CheckpointError(
            f"{path}: trained for {_hazards_shown(theirs)}, but {whose} has "
            f"{_hazards_shown(ours)}. {advice}"
        )


def unpaid(trained: Experiment, sequences: Sequences) -> Array:
    """Return the choices, (n, t), whose reward the training's task cannot pay."""
    two = pays(trained.task)
    if two is None:
        return np.zeros(sequences.valid.shape, dtype=bool)
    return sequences.chosen & (sequences.reward != two[0]) & (sequences.reward != two[1])


def paid_words(trained: Experiment) -> str:
    """Return the two rewards of a task, in words."""
    return " and ".join(f"{reward:g}" for reward in pays(trained.task) or ())


def check_paid(path: object, trained: Experiment, sequences: Sequences) -> None:
    """Raise `DataError` if the training's task cannot pay a reward; names subject and trial.

    Or if it showed the other outcome, and these sequences do not, or the other way round.
    """
    shown = trained.task.full_feedback
    if shown != (sequences.other_reward is not None):
        have, did = ("lack", "showed it") if shown else ("have", "showed none")
        raise DataError(
            f"the trials {have} the other outcome, {OTHER_REWARD}, but the task of the network "
            f"{path} {did} (task.full_feedback). Give the column if it did, else leave it out."
        )
    other = unpaid(trained, sequences)
    if other.any():
        row, t = np.argwhere(other)[0]
        raise DataError(
            f"the reward of {place(sequences, row, t)} is {sequences.reward[row, t]:g} "
            f"({other.sum()} such trials of {other.any(axis=1).sum()} subjects), but the network "
            f"{path} was trained on rewards of {paid_words(trained)} alone. Give the rewards as "
            f"{paid_words(trained)}, or an experiment whose task pays such rewards, and train a "
            "network for it."
        )


def check_missed(path: object, trained: Experiment, sequences: Sequences) -> None:
    """Raise `DataError` if responses are missed and none was in training; names whose and which."""
    if trained.task.miss_rate == 0 and sequences.missed.any():
        row, t = np.argwhere(sequences.missed)[0]
        share = sequences.missed.sum() / sequences.valid.sum()
        raise DataError(
            f"there is no response of {place(sequences, row, t)} ({sequences.missed.sum()} such "
            f"trials of {sequences.missed.any(axis=1).sum()} subjects), but the network {path} was "
            "trained on agents who never miss one. Set the experiment's task.miss_rate to the "
            f"people's rate, here {share:.2g}, and have the network trained anew."
        )


def as_trained(trained: Experiment, sequences: Sequences) -> Sequences:
    """Return sequences in which values begin anew as in the training's task, and no more is shown.

    For sequences that come from no table of an experiment.
    """
    if not trained.task.full_feedback:
        sequences = replace(sequences, other_reward=None)
    return carried_over(sequences) if trained.task.carry_over else sequences


def far_rewards(trained: Experiment, sequences: Sequences) -> dict[str, str]:
    """Return of each subject whose rewards lie far outside of the training's how, by name.

    Of normal rewards: one is larger than `LARGE` standard deviations, or in `BLOCKS` or more blocks
    none is larger than `SMALL`. What a task of two rewards cannot pay is refused instead.
    """
    if pays(trained.task) is not None:
        return {}
    sd = spread(trained.task)
    largest = np.abs(np.where(sequences.valid, sequences.reward, 0.0)).max(axis=1, initial=0.0)
    told = {}
    for i, subject in enumerate(sequences.subjects):
        blocks = len(np.unique(sequences.block[i, : sequences.lengths[i]]))
        small = largest[i] < SMALL * sd and blocks >= BLOCKS
        if largest[i] > LARGE * sd or small:
            told[subject] = (
                f"its largest reward is {largest[i]:.3g} (its absolute value), while those of the "
                f"training have an SD of {sd:.3g} around 0"
            )
    return told


def _plain(value: Any) -> Any:
    """Return a setting as plain data; of parameters, their order counts too."""
    if isinstance(value, Mapping):
        return [(name, (r.low, r.high)) for name, r in value.items()]
    return value.model_dump() if hasattr(value, "model_dump") else value


def _hazards_shown(hazards: tuple[float, ...]) -> str:
    if not hazards:
        return "no hazards of agents' own"
    return f"agents of whom each has one of the hazards {', '.join(f'{h!r}' for h in hazards)}"


def _shown(plain: Any) -> str:
    if isinstance(plain, list):
        return ", ".join(f"{name} [{low!r}, {high!r}]" for name, (low, high) in plain)
    return str(plain)
