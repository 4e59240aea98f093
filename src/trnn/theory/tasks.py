"""Tasks: draw what participants face, with the outcome of either action on every trial."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from trnn.config.payoffs import pays
from trnn.config.task import BernoulliTask, GaussianTask, GivenTask, TaskSettings, WalkTask
from trnn.theory.arms import swapped, walks

Array = np.ndarray


@dataclass(frozen=True)
class Sessions:
    """The sessions of n participants, padded at the end to the t trials of the longest.

    `block` and `trial` (0-based, `trial` within its block) are (n, t), -1 and 0 in the padding;
    `outcome` (n, t, 2) is the reward that action 0 or 1 would give, `arm_mean` (n, t, 2) its
    expectation, both 0 in the padding. Values carry over blocks or begin anew in each
    (`carry_over`); the other action's outcome is shown or not (`full_feedback`).
    """

    block: Array
    trial: Array
    outcome: Array
    arm_mean: Array
    carry_over: bool = False
    full_feedback: bool = False

    @property
    def fresh(self) -> Array:
        """True where a model's values begin anew, (n, t); padding may hold anything."""
        fresh = self.trial == 0
        if self.carry_over:
            fresh[:, 1:] = False
        return fresh


def draw_lengths(task: TaskSettings, rngs: Sequence[np.random.Generator]) -> Array:
    """Draw the number of trials of every block, (n, n_blocks), what a session begins with."""
    if isinstance(task, GivenTask):
        return np.tile(np.array(task.lengths), (len(rngs), 1))
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
    block, trial = _numbered(lengths)
    arms = np.zeros((*block.shape, 2))
    noise = np.zeros((*block.shape, 2))
    draw = _DRAWS[type(task)](task)
    for i, rng in enumerate(rngs):
        own = slice(int(lengths[i].sum()))
        arms[i, own] = draw(rng, noise[i, own], lengths[i])
    outcome, arm_mean = paid(task, arms, noise)
    for values in (outcome, arm_mean):
        values[block < 0] = 0.0
    return Sessions(block, trial, outcome, arm_mean, task.carry_over, task.full_feedback)


def paid(task: TaskSettings, arms: Array, noise: Array) -> tuple[Array, Array]:
    """Return what arms pay, and pay on average, (..., 2) each; in the place of what was given.

    Parameters
    ----------
    arms : (..., 2)
        Probabilities of success, or means, as the task has them.
    noise : (..., 2)
        Uniforms on [0, 1) where there is success or none, else standard normal.
    """
    two = pays(task)
    if isinstance(task, GivenTask) and task.outcomes is not None:
        return noise, arms if two is None or task.arms is None else scaled(two, arms)
    if two is not None:
        outcome = np.less(noise, arms, out=noise)
        return scaled(two, outcome), scaled(two, arms)
    assert not isinstance(task, BernoulliTask) and task.reward_sd is not None
    outcome = np.multiply(noise, task.reward_sd, out=noise)
    outcome += arms
    if task.rounded:
        np.rint(outcome, out=outcome)
    return outcome, arms


def scaled(rewards: tuple[float, float], probability: Array) -> Array:
    """Return, in its place, the mean reward where success has a probability."""
    low, high = rewards
    if rewards != (0.0, 1.0):
        probability *= high - low
        probability += low
    return probability


# Draws a session's noise, (n_trials, 2), in place, from a generator and its blocks' lengths
# (n_blocks,); returns its arms, (n_trials, 2).
_Draw = Callable[[np.random.Generator, Array, Array], Array]


def _bernoulli(task: BernoulliTask) -> _Draw:
    pairs = np.array(task.arm_probabilities)
    repeated = np.tile(pairs, (task.n_blocks // len(pairs), 1))

    def draw(rng: np.random.Generator, noise: Array, lengths: Array) -> Array:
        if task.schedule == "independent":
            arms = pairs[rng.integers(len(pairs), size=task.n_blocks)]
        else:
            arms = rng.permutation(repeated)
        rng.random(out=noise)
        return swapped(np.repeat(arms, lengths, axis=0), task.reversals, lengths, rng)

    return draw


def _gaussian(task: GaussianTask) -> _Draw:
    def draw(rng: np.random.Generator, noise: Array, lengths: Array) -> Array:
        arms = task.arm_mean_sd * rng.standard_normal((task.n_blocks, 2))
        rng.standard_normal(out=noise)
        arms = np.rint(arms) if task.rounded else arms
        return swapped(np.repeat(arms, lengths, axis=0), task.reversals, lengths, rng)

    return draw


def _walk(task: WalkTask) -> _Draw:
    def draw(rng: np.random.Generator, noise: Array, lengths: Array) -> Array:
        _fill(rng, noise, pays(task) is not None)
        return walks(task, np.array([lengths.sum()]) if task.carry_over else lengths, rng)

    return draw


def _given(task: GivenTask) -> _Draw:
    arms, outcomes = (None if x is None else np.array(x) for x in (task.arms, task.outcomes))

    def draw(rng: np.random.Generator, noise: Array, lengths: Array) -> Array:
        own = int(rng.integers(len(task.arms or task.outcomes or ())))
        if outcomes is not None:
            noise[:] = outcomes[own]
            return outcomes[own] if arms is None else arms[own]
        _fill(rng, noise, pays(task) is not None)
        assert arms is not None
        return arms[own]

    return draw


_DRAWS: dict[type, Callable[..., _Draw]] = {
    BernoulliTask: _bernoulli,
    GaussianTask: _gaussian,
    WalkTask: _walk,
    GivenTask: _given,
}


def _fill(rng: np.random.Generator, noise: Array, uniform: bool) -> None:
    """Draw noise in place: uniforms, or standard normal numbers."""
    if uniform:
        rng.random(out=noise)
    else:
        rng.standard_normal(out=noise)


def _numbered(lengths: Array) -> tuple[Array, Array]:
    """Return block (n, t) and trial (n, t), as in `Sessions`."""
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
    return block, trial
