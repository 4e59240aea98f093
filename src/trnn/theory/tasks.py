"""Tasks: draw what participants face, with the outcome of either action on every trial."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from trnn.config.task import BernoulliTask, GaussianTask, TaskSettings

Array = np.ndarray


@dataclass(frozen=True)
class Sessions:
    """The sessions of n participants, padded at the end to the t trials of the longest.

    `block` and `trial` (0-based, `trial` within its block) are (n, t), -1 and 0 in the padding;
    `outcome` (n, t, 2) is the reward that action 0 or 1 would give, `arm_mean` (n, t, 2) its
    expectation, both 0 in the padding.
    """

    block: Array
    trial: Array
    outcome: Array
    arm_mean: Array


def draw_lengths(task: TaskSettings, rngs: Sequence[np.random.Generator]) -> Array:
    """Draw the number of trials of every block, (n, n_blocks), what a session begins with."""
    lengths = task.trials_per_block
    if isinstance(lengths, int):
        return np.full((len(rngs), task.n_blocks), lengths)
    # A column for the participant's own mean, if it varies, then one a block.
    own = 1 if lengths.person_sd > 0 else 0
    normal = np.empty((len(rngs), own + task.n_blocks))
    for row, rng in zip(normal, rngs, strict=True):
        rng.standard_normal(out=row)
    mean = lengths.mean + lengths.person_sd * normal[:, :own].sum(axis=1, keepdims=True)
    length = mean + lengths.sd * normal[:, own:]
    return np.clip(np.rint(length), lengths.low, lengths.high).astype(int)


def draw_sessions(
    task: TaskSettings, rngs: Sequence[np.random.Generator], lengths: Array
) -> Sessions:
    """Draw the rest of n sessions, each from its own generator.

    Parameters
    ----------
    rngs : n generators
        From which `lengths` have been drawn.
    lengths : (n, n_blocks) of int
        Trials of every block, from `draw_lengths`.
    """
    totals = lengths.sum(axis=1)
    arms = np.empty((len(rngs), task.n_blocks, 2))
    noise = np.empty((len(rngs), int(totals.max(initial=0)), 2))
    draw = _bernoulli(task) if isinstance(task, BernoulliTask) else _gaussian(task)
    for i, (rng, n) in enumerate(zip(rngs, totals.tolist(), strict=True)):
        arms[i] = draw(rng, noise[i, :n])
        noise[i, n:] = 0.0
    block, trial, arm_mean = _by_trial(arms, lengths)
    # In the place of the noise: these are the largest arrays of a simulation.
    if isinstance(task, BernoulliTask):
        outcome = np.less(noise, arm_mean, out=noise)
    else:
        outcome = np.multiply(noise, task.reward_sd, out=noise)
        outcome += arm_mean
        if task.rounded:
            np.rint(outcome, out=outcome)
    return Sessions(block, trial, outcome, arm_mean)


# Draws the noise of a session's rewards, (n_trials, 2), in place; returns arms (n_blocks, 2).
_Draw = Callable[[np.random.Generator, Array], Array]


def _bernoulli(task: BernoulliTask) -> _Draw:
    pairs = np.array(task.arm_probabilities)
    repeated = np.tile(pairs, (task.n_blocks // len(pairs), 1))

    def draw(rng: np.random.Generator, noise: Array) -> Array:
        if task.schedule == "independent":
            arms = pairs[rng.integers(len(pairs), size=task.n_blocks)]
        else:
            arms = rng.permutation(repeated)
        rng.random(out=noise)
        return arms

    return draw


def _gaussian(task: GaussianTask) -> _Draw:
    def draw(rng: np.random.Generator, noise: Array) -> Array:
        arms = task.arm_mean_sd * rng.standard_normal((task.n_blocks, 2))
        rng.standard_normal(out=noise)
        return np.rint(arms) if task.rounded else arms

    return draw


def _by_trial(arms: Array, lengths: Array) -> tuple[Array, Array, Array]:
    """Return block (n, t), trial (n, t) and the arms' means (n, t, 2), as in `Sessions`."""
    n, n_blocks = lengths.shape
    totals = lengths.sum(axis=1, keepdims=True)
    n_trials = int(totals.max(initial=0))
    # The padding is repeated as one more block.
    counts = np.hstack((lengths, n_trials - totals)).ravel()
    starts = np.cumsum(lengths, axis=1) - lengths
    numbers = np.broadcast_to(np.append(np.arange(n_blocks), -1), (n, n_blocks + 1))
    block = np.repeat(numbers.ravel(), counts).reshape(n, n_trials)
    trial = np.repeat(np.hstack((starts, totals)).ravel(), counts).reshape(n, n_trials)
    np.subtract(np.arange(n_trials), trial, out=trial)
    trial[block < 0] = 0
    arms = np.concatenate((arms, np.zeros((n, 1, 2))), axis=1)
    return block, trial, np.repeat(arms.reshape(-1, 2), counts, axis=0).reshape(n, n_trials, 2)
