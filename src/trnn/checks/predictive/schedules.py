"""The session that a person faced, so that agents can face it again."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import softmax, xlogy

from trnn.config.task import BernoulliTask, GaussianTask, TaskSettings
from trnn.errors import ConfigError
from trnn.theory.tasks import Sessions
from trnn.trials.arms import MEANS, better_arm, has_better_arm, has_means
from trnn.trials.missed import is_choice

Array = np.ndarray


@dataclass(frozen=True)
class Schedule:
    """One person's session: what is known of every trial, and of every block's arms.

    `block`, `trial`, `missed` and `best` are (t,): `missed` says which trials got no response,
    `best` is the arm that pays more in the block, -1 where both pay the same or it is not known. A
    block's arms have one of the `pairs` (n_pairs, 2) or (n_blocks, 1, 2) of means, with the
    probabilities `weights` (n_blocks, n_pairs). `place` (t,) is the number of each trial's block,
    from 0 without gaps.
    """

    block: Array
    trial: Array
    missed: Array
    best: Array
    place: Array
    pairs: Array
    weights: Array


def schedules_of(frame: pd.DataFrame, task: TaskSettings) -> list[Schedule]:
    """Return the session of each subject of a trial table, in the table's order.

    Raises
    ------
    ConfigError
        As `schedule`.
    """
    return [schedule(own, task) for _, own in frame.groupby("subject", sort=False)]


def schedule(frame: pd.DataFrame, task: TaskSettings) -> Schedule:
    """Return the session of one person's trials.

    Where the table has the arms' means, `mu_0` and `mu_1`, a block has these. Else (Bernoulli
    arms) each of the task's pairs has the posterior probability that the block's own rewards give
    it, beginning from equal ones: each pair in which the better arm is the better one, where the
    table has whether that was chosen, `best_action`, and any pair where it has not. That blocks of
    a session share a fixed set of pairs is not used.

    Raises
    ------
    ConfigError
        If the task has no pair in which a block's better arm is the better one.
    """
    place = np.cumsum(frame["trial"].to_numpy() == 0) - 1
    first = np.flatnonzero(np.diff(place, prepend=-1))
    if isinstance(task, GaussianTask) or has_means(frame.columns):
        arms = frame[list(MEANS)].to_numpy(dtype=float)[first]
        pairs, weights = arms[:, None, :], np.ones((len(arms), 1))
        best = _better(arms)
    else:
        action = frame["action"].to_numpy()
        pairs = np.array(task.arm_probabilities, dtype=float)
        log_likelihood = _log_likelihood(
            action, frame["reward"].to_numpy(dtype=float), place, pairs
        )
        best, agree = np.full(len(first), -1), np.ones((len(first), len(pairs)), dtype=bool)
        if has_better_arm(frame.columns):
            # What tells the better arm may be of choices: a block's first choice is asked.
            made = np.flatnonzero(is_choice(frame))
            blocks, at = np.unique(place[made], return_index=True)
            best[blocks] = better_arm(frame)[made[at]]
            agree[blocks] = _better(pairs) == best[blocks, None]
        if not agree.any(axis=1).all():
            arm = int(best[~agree.any(axis=1)][0])
            raise ConfigError(
                f"{frame['subject'].iloc[0]}: in one of the blocks arm {arm} pays more often, but "
                f"no pair of task.arm_probabilities has arm {arm} the better one: "
                f"{pairs.tolist()}. Add such a pair."
            )
        weights = softmax(np.where(agree, log_likelihood, -np.inf), axis=1)
    return Schedule(
        block=frame["block"].to_numpy(),
        trial=frame["trial"].to_numpy(),
        missed=~is_choice(frame),
        best=best[place],
        place=place,
        pairs=pairs,
        weights=weights,
    )


def draw_again(
    own: Schedule, task: TaskSettings, rngs: Sequence[np.random.Generator]
) -> tuple[Sessions, Array]:
    """Draw a person's session anew, once from each generator.

    Returns
    -------
    The sessions of len(rngs) participants, and uniforms (n, t) that their choices are made from.
    """
    n, t, n_blocks = len(rngs), len(own.trial), len(own.weights)
    picks, choice, noise = np.empty((n, n_blocks)), np.empty((n, t)), np.empty((n, t, 2))
    bernoulli = isinstance(task, BernoulliTask)
    for i, rng in enumerate(rngs):
        rng.random(out=picks[i])
        rng.random(out=choice[i])
        if bernoulli:
            rng.random(out=noise[i])
        else:
            rng.standard_normal(out=noise[i])
    # The last bound is 1 whatever rounding makes of the sum.
    bounds = np.cumsum(own.weights, axis=1)[:, :-1]
    pair = (picks[:, :, None] >= bounds).sum(axis=2)
    pairs = np.broadcast_to(own.pairs, (n_blocks, *own.pairs.shape[-2:]))
    arm_mean = pairs[np.arange(n_blocks), pair][:, own.place]
    if isinstance(task, GaussianTask):
        outcome = arm_mean + task.reward_sd * noise
        outcome = np.rint(outcome) if task.rounded else outcome
    else:
        outcome = (noise < arm_mean).astype(float)
    block, trial = (np.broadcast_to(values, (n, t)) for values in (own.block, own.trial))
    return Sessions(block, trial, outcome, arm_mean), choice


def _better(pairs: Array) -> Array:
    """Return the arm with the greater mean of pairs (..., 2), -1 where they are equal."""
    return np.where(pairs[..., 0] == pairs[..., 1], -1, np.argmax(pairs, axis=-1))


def _log_likelihood(action: Array, reward: Array, place: Array, pairs: Array) -> Array:
    """Return the log probability of every block's rewards under every pair, (n_blocks, n_pairs)."""
    n_blocks = int(place[-1]) + 1
    out = np.zeros((n_blocks, len(pairs)))
    for arm in (0, 1):
        won, lost = (np.where(action == arm, paid, 0.0) for paid in (reward, 1.0 - reward))
        wins = np.bincount(place, weights=won, minlength=n_blocks)[:, None]
        losses = np.bincount(place, weights=lost, minlength=n_blocks)[:, None]
        p = pairs[:, arm]
        out += xlogy(wins, p) + xlogy(losses, 1.0 - p)
    return out
