"""Tasks: draw what one participant faces, with the outcome of either action on every trial."""

from dataclasses import dataclass

import numpy as np

from trnn.config.task import BernoulliTask, BlockLength, GaussianTask, TaskSettings

Array = np.ndarray


@dataclass(frozen=True)
class Session:
    """One participant's session of n trials.

    `block` and `trial` (0-based, `trial` within its block) are (n,); `outcome` (n, 2) is the
    reward that action 0 or 1 would give; `arm_mean` (n, 2) its expectation.
    """

    block: Array
    trial: Array
    outcome: Array
    arm_mean: Array


def draw_session(task: TaskSettings, rng: np.random.Generator) -> Session:
    """Draw a session of `task`."""
    lengths = _block_lengths(task.trials_per_block, task.n_blocks, rng)
    n_trials = int(lengths.sum())
    block = np.repeat(np.arange(task.n_blocks), lengths)
    trial = np.arange(n_trials) - np.repeat(np.cumsum(lengths) - lengths, lengths)
    if isinstance(task, BernoulliTask):
        arm_mean = _bernoulli_arms(task, rng)[block]
        outcome = (rng.random((n_trials, 2)) < arm_mean).astype(float)
    else:
        arm_mean = _gaussian_arms(task, rng)[block]
        outcome = arm_mean + task.reward_sd * rng.standard_normal((n_trials, 2))
        if task.rounded:
            outcome = np.rint(outcome)
    return Session(block, trial, outcome, arm_mean)


def _block_lengths(law: int | BlockLength, n_blocks: int, rng: np.random.Generator) -> Array:
    if isinstance(law, int):
        return np.full(n_blocks, law)
    normal = law.mean + law.sd * rng.standard_normal(n_blocks)
    return np.clip(np.rint(normal), law.low, law.high).astype(int)


def _bernoulli_arms(task: BernoulliTask, rng: np.random.Generator) -> Array:
    pairs = np.array(task.arm_probabilities)
    if task.schedule == "independent":
        return pairs[rng.integers(len(pairs), size=task.n_blocks)]
    return rng.permutation(np.tile(pairs, (task.n_blocks // len(pairs), 1)))


def _gaussian_arms(task: GaussianTask, rng: np.random.Generator) -> Array:
    means = task.arm_mean_sd * rng.standard_normal((task.n_blocks, 2))
    return np.rint(means) if task.rounded else means
